"""Every rule that the emulator promises is cited by a test, or docs/fidelity.md says why not yet;
and every rule that anything cites has a row there, so that the list below cannot fall behind.

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
    numbered("VPC", *range(1, 18)) + numbered("SUB", *range(1, 11)) + numbered("RT", *range(1, 29))
    + numbered("ENI", *range(1, 6)) + numbered("INST", *range(1, 8))
    + numbered("PCX", *range(1, 40)) + numbered("SG", *range(1, 28))
    + numbered("CLC", *range(1, 10)) + numbered("CL", *range(1, 31))
    + numbered("ACL", *range(1, 18)) + numbered("IGW", *range(1, 13))
    + numbered("EIP", *range(1, 12)) + numbered("L2", *range(1, 5))
    + numbered("ICMP", *range(1, 6)) + numbered("MTU", *range(1, 5))
    + numbered("CAP", 1, 2) + numbered("NAT", *range(1, 14))
    + numbered("TTL", *range(1, 7)) + numbered("FWD", *range(1, 9), "4b")
    + numbered("DNS", *range(1, 7), 12, 13) + numbered("DHCP", 1) + numbered("IMDS", 1, 2)
    + numbered("API", *range(1, 8)) + numbered("EIC", *range(1, 8))
    + numbered("FLOW", *range(1, 5)) + numbered("V6", *range(1, 9))
)

# What the page has to tell without a test of its own: how the founding documents are read.
TOLD = (numbered("SEED", *range(1, 12), *range(20, 31), 40, 41, *range(50, 57)) + ["CL-19a"])

FAMILIES = {rule.partition("-")[0] for rule in PROMISED + TOLD}

KNOBS = (
    "sg.icmp_errors", "sg.icmp_idle_s", "pcx.interregion_mtu", "pcx.duplicate_error_at",
    "pcx.accept_delay", "classiclink.flag_gating", "classiclink.create_route_in_10_8",
    "classiclink.option_route_removed_on_disable", "route.create_idempotent",
    "route.more_specific_than_local", "eip.disassociate_restores_auto_ip",
    "ping.reserved_addresses", "arp.unmapped", "ttl.igw_hairpin_decrement", "natgw.to_pcx",
    "filter.fragments", "vpc.family_rules", "eic.range.sa-east-1",
)

# The worked cases that are files of scenarios/aws-cases. CASE-22 is IPv6's.
CASES = tuple(number for number in range(1, 29) if number != 22)

RULE = re.compile(r"(?<![\w-])([A-Z][A-Z0-9]*-\d+[a-z]?)(?!\w)")
ROW = re.compile(r"^\| ([A-Z][A-Z0-9]*-\d+[a-z]?) \|(.*)\|$", re.MULTILINE)
# A rule whose row begins so is later work: no test need cite it.
LATER = re.compile(r"^\s*later:")
SHOWN = 3


def citations(root, *folders, suffixes):
    """rule id -> the files that cite it, in order."""
    cited = {}
    for path in tree.files(root, *folders, suffixes=suffixes):
        if path.startswith("tests/tidy/"):
            continue
        rules = set(RULE.findall(tree.read(root, path) or ""))
        # CL-24 is cited by who cites its part CL-24a, too.
        for rule in rules | {rule[:-1] for rule in rules if rule[-1].isalpha()}:
            cited.setdefault(rule, []).append(path)
    return cited


def tested_in(root):
    return citations(root, "tests", "scenarios", suffixes={".cc", ".h", ".py", ".yaml"})


def without_row(root, rows):
    """Problems: rules of known families that something cites and the page does not know. What cites
    a part (PCX-24a) cites the rule, where the page has no row for the part alone."""
    cited = citations(root, "netstack", "emulator", "tools", "tests", "scenarios", "docs",
                      suffixes={".cc", ".h", ".py", ".yaml", ".md"})
    return [f"{paths[0]}: cites {rule}, which has no row in {PAGE}"
            for rule, paths in sorted(cited.items())
            if rule.partition("-")[0] in FAMILIES and rule not in PROMISED + TOLD
            and rule not in rows and rule.rstrip("abcdef") not in rows]


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
    problems += [f"{PAGE}: {rule} has no row" for rule in TOLD if f"\n| {rule} |" not in text]
    problems += without_row(root, rows)
    problems += [f"{PAGE}: the knob `{knob}` is not told" for knob in KNOBS
                 if f"`{knob}`" not in text]
    problems += [f"scenarios/aws-cases: no scenario of CASE-{number}" for number in CASES
                 if not list(Path(root).glob(f"scenarios/aws-cases/case-{number:02}-*.vpclab.yaml"))]
    for rule, cells in rows.items():
        for path in re.findall(r"`([\w./-]+)`", "|".join(cells[2:])):
            cited = tree.read(root, path) if (Path(root) / path).is_file() else None
            if cited is None or not re.search(rf"(?<![\w-]){rule}(?!\d)", cited):
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
