"""The book is whole: every page stands in docs/SUMMARY.md, every relative link leads somewhere,
every verb of the command line has its section, a decision fits on a page, and scenarios/README.md
lists every scenario."""

import re
from pathlib import Path, PurePosixPath

import tree

SUMMARY = "docs/SUMMARY.md"
COMMANDS = "docs/command-line.md"
SCENARIOS = "scenarios/README.md"
DECISION_LINES = 40
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchor(heading):
    """The fragment under which a heading is found, as the usual renderers make it."""
    text = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", lambda match: match.group(1) or "", heading)
    return re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")


def link_problems(root, page, text):
    for match in LINK.finditer(FENCE.sub("", text)):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z]+:", target):
            continue
        path, _, fragment = target.partition("#")
        there = PurePosixPath(page).parent / path if path else PurePosixPath(page)
        real = Path(root, there)
        if not real.exists():
            yield f"{page}: the link to {target} leads nowhere"
        elif fragment and real.suffix == ".md":
            headings = HEADING.findall(FENCE.sub("", real.read_text(encoding="utf-8")))
            if fragment not in map(anchor, headings):
                yield f"{page}: {path or page} has no heading for #{fragment}"


def check(root):
    problems = []
    pages = [path for path in tree.files(root, suffixes={".md"})]
    for page in pages:
        problems.extend(link_problems(root, page, tree.read(root, page)))
    summary = tree.read(root, SUMMARY)
    for page in pages:
        name = page.removeprefix("docs/")
        if page.startswith("docs/") and page != SUMMARY and f"]({name})" not in summary:
            problems.append(f"{SUMMARY}: does not list {name}")
        if page.startswith("docs/decisions/") and tree.read(root, page).count("\n") > DECISION_LINES:
            problems.append(f"{page}: a decision has at most {DECISION_LINES} lines")
    index = tree.read(root, SCENARIOS)
    for path in tree.files(root, "scenarios"):
        name = path.removeprefix("scenarios/")
        if name.endswith(".vpclab.yaml") and not name.startswith("invalid/") \
                and f"]({name})" not in index:
            problems.append(f"{SCENARIOS}: does not list {name}")
    commands = tree.read(root, COMMANDS)
    for path in tree.files(root, "tools"):
        verb = re.fullmatch(r"tools/cmd_(\w+)\.cc", path)
        if verb and not re.search(rf"^## {verb.group(1)}\b", commands, re.MULTILINE):
            problems.append(f"{COMMANDS}: no section for the verb {verb.group(1)}")
    return problems


if __name__ == "__main__":
    tree.main(check)
