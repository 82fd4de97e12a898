"""The checkout as the checks see it: which files there are, and how problems are reported."""

import os
import sys
from pathlib import Path

SKIPPED = {".git", "build", "out", "__pycache__"}
CODE = {".h", ".cc"}
GENERATED = "emulator/api/generated/"


def files(root, *folders, suffixes=None):
    """Paths below `folders` (all of the tree if none is named), relative to `root`, sorted."""
    found = []
    for folder in folders or (".",):
        for directory, names, leaves in os.walk(Path(root) / folder):
            names[:] = [name for name in names if name not in SKIPPED]
            for leaf in leaves:
                path = Path(directory, leaf).relative_to(root)
                if suffixes is None or path.suffix in suffixes:
                    found.append(path.as_posix())
    return sorted(found)


def read(root, path):
    """The text of a file; None if it is none."""
    try:
        return (Path(root) / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def main(check):
    """Runs `check(root)`, prints each problem it returns as file:line: sentence, and exits."""
    problems = check(sys.argv[1])
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problem(s)")
    sys.exit(1 if problems else 0)
