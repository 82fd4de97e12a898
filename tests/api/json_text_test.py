"""The golden JSON texts are what the AWS CLI's formatter (json.dump, four spaces) would print.

    json_text_test.py FILE...
"""

import json
import pathlib
import sys


def main():
    failures = 0
    for name in sys.argv[1:]:
        text = pathlib.Path(name).read_text(encoding="utf-8")
        printed = json.dumps(json.loads(text), indent=4, ensure_ascii=False) + "\n"
        if printed != text:
            failures += 1
            print(f"FAIL {name} is not as json.dumps prints it")
    print(f"{len(sys.argv) - 1} files compared, {failures} differ")
    return 1 if failures or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
