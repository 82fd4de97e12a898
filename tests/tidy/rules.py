"""Every rule that the emulator promises is cited by a test, or docs/fidelity.md says why not yet.

`rules.py ROOT --write` fills the table's last two columns (where the rule stands in the code, which
tests cite it); the other columns are written by people.
"""

import re
import sys
from pathlib import Path

import tree

PAGE = "docs/fidelity.md"


def numbered(prefix, *numbers):
    return [f"{prefix}-{number}" for number in numbers]


PROMISED = (
    numbered("VPC", *range(1, 18)) + numbered("SUB", *range(1, 10)) + numbered("RT", *range(1, 29))
    + numbered("ENI", *range(1, 6)) + numbered("INST", *range(1, 8))
    + numbered("PCX", *range(1, 40)) + numbered("SG", *range(1, 28))
    + numbered("CLC", *range(1, 10)) + numbered("CL", *range(1, 31))
    + numbered("ACL", *range(1, 18)) + numbered("IGW", *range(1, 10), 11, 12)
    + numbered("EIP", *range(1, 12)) + numbered("L2", *range(1, 5))
    + numbered("ICMP", *range(1, 6)) + numbered("MTU", *range(1, 5))
    + numbered("CAP", 1, 2) + numbered("NAT", *range(1, 14))
    + numbered("TTL", *range(1, 6)) + numbered("FWD", *range(1, 7))
)

RULE = re.compile(r"(?<![\w-])([A-Z][A-Z0-9]*-\d+)(?!\d)")
ROW = re.compile(r"^\| ([A-Z][A-Z0-9]*-\d+) \|(.*)\|$", re.MULTILINE)
# A rule whose row begins so is later work: no test need cite it.
LATER = re.compile(r"^\s*later:")
SHOWN = 3


def citations(root, *folders, suffixes):
    """rule id -> the files that cite it, in order."""
    cited = {}
    for path in tree.files(root, *folders, suffixes=suffixes):
        if path.startswith("tests/tidy/"):
            continue
        for rule in set(RULE.findall(tree.read(root, path) or "")):
            cited.setdefault(rule, []).append(path)
    return cited


def tested_in(root):
    return citations(root, "tests", "scenarios", suffixes={".cc", ".h", ".py", ".yaml"})


def rows_of(text):
    """rule id -> the cells behind it: what AWS does, what we do, code, tests."""
    return {match.group(1): [cell.strip() for cell in match.group(2).split("|")]
            for match in ROW.finditer(text)}


def check(root):
    text = tree.read(root, PAGE)
    rows = rows_of(text)
    tested = tested_in(root)
    problems = []
    for rule in PROMISED:
        cells = rows.get(rule)
        if cells is None or len(cells) != 4:
            problems.append(f"{PAGE}:1: {rule} has no row of five cells")
            continue
        later = LATER.match(cells[1])
        if rule not in tested and not later:
            problems.append(f"{PAGE}: {rule} is cited by no test, and its row does not say 'later: …'")
    for rule, cells in rows.items():
        for path in re.findall(r"`([\w./-]+)`", "|".join(cells[2:])):
            cited = tree.read(root, path) if (Path(root) / path).is_file() else None
            if cited is None or rule not in RULE.findall(cited):
                problems.append(f"{PAGE}: {rule}: `{path}` does not cite it (rules.py --write mends this)")
    return problems


def write(root):
    """Fills the columns `code` and `tests` of the table."""
    code = citations(root, "netstack", "emulator", "tools", suffixes=tree.CODE)
    tested = tested_in(root)

    def cell(paths):
        return "<br>".join(f"`{path}`" for path in paths[:SHOWN])

    def fill(match):
        rule = match.group(1)
        cells = [text.strip() for text in match.group(2).split("|")][:2]
        cells += [cell(code.get(rule, [])), cell(tested.get(rule, []))]
        return f"| {rule} | " + " | ".join(cells) + " |"

    path = Path(root) / PAGE
    path.write_text(ROW.sub(fill, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write(sys.argv[1])
    else:
        tree.main(check)
