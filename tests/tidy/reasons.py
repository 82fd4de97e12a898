"""Every reason to drop a packet is documented in docs/verdicts.md with its code, and provoked by a
scenario, or by the test that its row names."""

import re
from pathlib import Path

import tree

HEADER = "emulator/trace/drop_reason.h"
PAGE = "docs/verdicts.md"
ENUM = re.compile(r"enum class DropReason[^{]*\{(.*?)\};", re.DOTALL)
ROW = re.compile(r"^\| `([A-Z_]+)` \| `(\w+)` \|(.*)\|$", re.MULTILINE)
LATER = re.compile(r"\blater\b")


def stable_name(enumerator):
    """kSgIngress -> SG_INGRESS"""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", enumerator[1:]).upper()


def reasons_of(header):
    enumerators = re.findall(r"^\s*(k\w+)", ENUM.search(header).group(1), re.MULTILINE)
    return [stable_name(enumerator) for enumerator in enumerators]


def check(root):
    reasons = reasons_of(tree.read(root, HEADER))
    rows = {match.group(1): match.group(3) for match in ROW.finditer(tree.read(root, PAGE))}
    scenarios = "\n".join(tree.read(root, path) for path in tree.files(root, "scenarios")
                          if path.endswith(".vpclab.yaml") and "/invalid/" not in path)
    provoked = set(re.findall(r"\b[A-Z][A-Z_]+\b", scenarios))
    problems = []
    for reason in reasons:
        row = rows.get(reason)
        if row is None:
            problems.append(f"{PAGE}:1: {reason} has no row")
            continue
        if reason in provoked or LATER.search(row):
            continue
        tests = [path for path in re.findall(r"`(tests/[\w./-]+)`", row)
                 if (Path(root) / path).is_file()]
        enumerator = "k" + reason.title().replace("_", "")
        if not any(re.search(rf"\b({enumerator}|{reason})\b", tree.read(root, path)) for path in tests):
            problems.append(f"{PAGE}: {reason} is provoked by no scenario and by no test that its row names")
    problems.extend(f"{PAGE}: {row} is no reason of {HEADER}" for row in rows if row not in reasons)
    return problems


if __name__ == "__main__":
    tree.main(check)
