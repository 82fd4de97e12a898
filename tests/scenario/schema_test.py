"""Every scenario parses with PyYAML and fits the schema; what the schema can see is refused by it."""
import json
import pathlib
import sys

import jsonschema
import yaml

# Faults of form: a schema can see these. The others are faults of meaning, or no YAML at all.
REFUSED_BY_SCHEMA = {
    "bad-values", "checks", "missing-key", "no-schema", "other-schema", "programs", "steps",
    "unknown-key", "wrong-type",
}
NO_YAML = {"alias-anchor-tag", "empty", "not-utf8", "not-yaml", "tab", "two-documents",
           "unquoted-placeholder"}


def main(root):
    scenarios = pathlib.Path(root) / "scenarios"
    schema = json.loads((scenarios / "vpclab.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    complaints = []
    counted = 0
    for path in sorted(scenarios.rglob("*.vpclab.yaml")):
        stem = path.name.removesuffix(".vpclab.yaml")
        is_invalid = path.parent.name == "invalid"
        if is_invalid and stem in NO_YAML:
            continue
        counted += 1
        document = yaml.safe_load(path.read_text())
        errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
                  for e in validator.iter_errors(document)]
        if is_invalid and stem in REFUSED_BY_SCHEMA:
            if not errors:
                complaints.append(f"{path}: the schema lets it pass")
        elif not is_invalid and errors:
            complaints.extend(f"{path}: {error}" for error in errors)
    print(f"{counted} scenarios")
    print("\n".join(complaints))
    return 1 if complaints or counted < 20 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
