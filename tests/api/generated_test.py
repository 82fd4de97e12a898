"""The checked-in emulator/api/generated is what tools/codegen makes of the recorded botocore.

    generated_test.py SOURCE_DIR

Under another version of botocore there is nothing to compare: skipped (exit code 77).
"""

import filecmp
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
NOT_GENERATED = {".clang-format"}


def main():
    root = pathlib.Path(sys.argv[1])
    generator = root / "tools/codegen/ec2_api.py"
    checked_in = root / "emulator/api/generated"
    recorded = (checked_in / "BOTOCORE_VERSION").read_text(encoding="utf-8").strip()
    version = subprocess.run([sys.executable, "-B", generator, "--version"], text=True,
                             capture_output=True, check=False)
    installed = version.stdout.strip()
    if version.returncode != 0 or installed != recorded:
        print(f"skipped: the files were made with botocore {recorded}, "
              f"here is {installed or 'none'}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-B", generator, "--out", folder], check=True)
        made = {path.name for path in pathlib.Path(folder).iterdir()}
        known = {path.name for path in checked_in.iterdir()} - NOT_GENERATED
        different = sorted(name for name in made & known if not filecmp.cmp(
            pathlib.Path(folder) / name, checked_in / name, shallow=False))
    for name in sorted(made ^ known):
        print(f"FAIL {name} is only {'made' if name in made else 'checked in'}")
    for name in different:
        print(f"FAIL {name} differs: run tools/codegen/ec2_api.py")
    return 1 if different or made != known else 0


if __name__ == "__main__":
    sys.exit(main())
