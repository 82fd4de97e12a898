"""The shape of a file: pragma and opening comment of a header, width of a line, length of a file,
no tab, no blank at a line's end, a newline at the file's."""

import re

import tree

# The guide is 30-150 lines for a header and 300 for a source; these are the walls behind it.
LONGEST = {".h": 300, ".cc": 520, ".py": 500, ".sh": 200}
LONGEST_TEST = 700
WIDEST = 100
TEXT = {".h", ".cc", ".py", ".sh", ".cmake", ".txt", ".md", ".yaml", ".json"}
RAW = re.compile(r'R"(\w*)\(.*?\)\1"', re.DOTALL)
INPUTS = re.compile(r"(^|/)(corpus|golden|invalid)/|\.(err|expected)$")


def header_problems(path, lines):
    comment = 0
    while comment < len(lines) and lines[comment].startswith("//"):
        comment += 1
    if not 1 <= comment <= 10:
        yield f"{path}:1: a header opens with two to six lines: what it is, its owner, what it never does"
    elif comment < 2 and len(lines) > 40:
        yield f"{path}:1: the opening comment says too little"
    if comment >= len(lines) or lines[comment] != "#pragma once":
        yield f"{path}:{comment + 1}: '#pragma once' follows the opening comment"


def check_file(path, text):
    problems = []
    suffix = "." + path.rsplit(".", 1)[-1]
    lines = text.split("\n")
    # What a raw string quotes (a scenario, an output) is as wide as it is.
    quoted = {number for match in RAW.finditer(text)
              for number in range(text.count("\n", 0, match.start()) + 1,
                                  text.count("\n", 0, match.end()) + 2)}
    if text and not text.endswith("\n"):
        problems.append(f"{path}:{len(lines)}: no newline at the end")
    for number, line in enumerate(lines, 1):
        if line.endswith((" ", "\t")):
            problems.append(f"{path}:{number}: blank at the end of the line")
        if suffix in tree.CODE:
            if "\t" in line:
                problems.append(f"{path}:{number}: tab")
            if len(line) > WIDEST and "http" not in line and number not in quoted:
                problems.append(f"{path}:{number}: {len(line)} columns")
    is_test = path.startswith("tests/") and suffix in tree.CODE
    longest = LONGEST_TEST if is_test else LONGEST.get(suffix)
    if longest and len(lines) > longest:
        problems.append(f"{path}:1: {len(lines)} lines are more than {longest}: split it by purpose")
    if suffix == ".h":
        problems.extend(header_problems(path, lines))
    return problems


def check(root):
    problems = []
    for path in tree.files(root, suffixes=TEXT):
        if path.startswith(tree.GENERATED) or INPUTS.search(path):
            continue
        text = tree.read(root, path)
        if text is not None:
            problems.extend(check_file(path, text))
    return problems


if __name__ == "__main__":
    tree.main(check)
