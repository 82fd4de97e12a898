"""Every scenario parses with PyYAML and fits the schema; each invalid one is refused by it, unless
its fault is one of meaning (a name that nothing has, what AWS refuses) or it is no YAML at all."""
import json
import pathlib
import sys

import jsonschema
import yaml

# Faults that no schema can see: names, times and sums, EC2's own judgement, and the two-key kind.
FAULTS_OF_MEANING = {
    "aws-addresses", "aws-classic", "aws-groups", "aws-peering", "aws-peering-owners", "aws-quota",
    "aws-routes", "aws-nat", "bad-id", "call-makers", "calls", "duplicate-key", "ids-as-names",
    "no-address", "owners", "placeholders", "second-of-nothing", "targets", "twice", "unknown-name",
    "wrong-kind",
}
NO_YAML = {"alias-anchor-tag", "empty", "not-utf8", "not-yaml", "tab", "two-documents",
           "unquoted-placeholder"}

# One fault of form each: an editor shows it while it is typed.
REFUSED = {
    "a time span without a unit": "run: [{wait: 5}]",
    "a time span with a word": "run: [{wait: soon}]",
    "a share above all": "links: {a: {loss: 101%}}",
    "parts of a millionth": "links: {a: {loss: 0.5ppm}}",
    "an account of eleven digits": "account: 12345678901",
    "a day that is none": "epoch: 2024-02-32T00:00:00Z",
    "an epoch without a time": "epoch: 2024-02-01",
    "a range without a length": "vpcs: {v: 10.1.0.0}",
    "a name for an address": "internet: {hosts: {far: nearby}}",
    "a step without a verb": "run: [{at: 2s}]",
    "a step with two verbs": "run: [{wait: 1s, stop: lab}]",
    "a caller for a ping": "run: [{as: v, ping: {from: a, to: b}}]",
    "an error of a wait": "run: [{wait: 1s, expect_error: InvalidParameterValue}]",
    "a sender of a call": "run: [{from: a, describe_vpcs: {}}]",
    "a time and a predecessor": "run: [{at: 1s, after: lab, wait: 1s}]",
    "a ping to nowhere": "run: [{ping: {from: a}}]",
    "a ping with a line and a key": "run: [{ping: {from: a, to: b, line: -c 1 b}}]",
    "a probe from nobody": "checks: [{ping: {to: b}, expect: {}}]",
    "a check without a verb": "checks: [{expect: {}}]",
    "a check with two verbs": "checks: [{ping: lab, peering: p, expect: active}]",
    "a caller of a ping check": "checks: [{ping: lab, as: v, expect: {}}]",
    "a reason that is none": "checks: [{ping: lab, expect: {lost: SG_INTRESS}}]",
    "a sequence number 0": "checks: [{ping: lab, expect: {lost: {0: SG_INGRESS}}}]",
    "a path in lower case": "checks: [{step: s, expect: {vpcs: []}}]",
    "no expectation of the output": "checks: [{ping: lab, expect: {output: []}}]",
    "an output with nothing in it": 'checks: [{dig: look, expect: {output: [NOERROR, ""]}}]',
    "a message that holds nothing": 'checks: [{step: s, expect: {error: X, message: ""}}]',
    "a message of no error": "checks: [{step: s, expect: {message: does not exist}}]",
    "an id for a main table": "route_tables: {v.main: {id: rtb-11112222}}",
    "a name for a default group": "security_groups: {v.default: {group_name: web}}",
    "an id for a default list": "network_acls: {v.default_acl: {id: acl-11112222}}",
    "a rule without from": "security_groups: {g: {vpc: v, ingress: [icmp 10.1.0.0/16]}}",
    "an entry that permits": "network_acls: {n: {vpc: v, ingress: [100 permit all from any]}}",
    "an entry with a huge number":
        "network_acls: {n: {vpc: v, ingress: [100000 allow all from any]}}",
    "a knob that is none": "knobs: {pcx.acept_delay: 2s}",
}
ACCEPTED = {
    "tags of a main table": "route_tables: {v.main: {tags: {Name: main}}, v2.main: }",
    "an id of a table of one's own": "route_tables: {main: {vpc: v, id: rtb-11112222}}",
    "the last entry of a list":
        'checks: [{ping: lab, expect: {lost: {1-4: "NACL_INGRESS at custom:*"}}}]',
    "a route of a table": "checks: [{ping: lab, expect: {lost: BLACKHOLE at one:10.2.0.0/16}}]",
    "what the target sees": "checks: [{ping: lab, expect: {seen_from: a.public_ip}}]",
    "shares": "links: {a: {loss: 100%, corrupt: 1000000ppm, duplicate: 0.25%, reorder: 0%}}",
    "times": "run: [{wait: 0}, {wait: 1.5s}, {wait: settled}]",
    "an account as a number": "account: 123456789012",
    "an account by its name": "account: me\naccounts: {me: 111122223333}",
    "rules":
        "security_groups: {g: {vpc: v, ingress: ['tcp 22 from any, self', ping from 10.0.0.1]}}",
}


class Loader(yaml.SafeLoader):
    """As vpclab and editors read it: a date is a text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def with_text_keys(value):
    """JSON's keys are texts, YAML's may be numbers."""
    if isinstance(value, dict):
        return {str(key): with_text_keys(entry) for key, entry in value.items()}
    return [with_text_keys(entry) for entry in value] if isinstance(value, list) else value


def read(text):
    return with_text_keys(yaml.load(text, Loader))  # a SafeLoader all the same


def faults_of(validator, document):
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}"
            for e in validator.iter_errors(document)]


def snippet_complaints(validator):
    for what, text in REFUSED.items():
        if not faults_of(validator, {"schema": 1, **read(text)}):
            yield f"{what}: the schema lets it pass: {text}"
    for what, text in ACCEPTED.items():
        for fault in faults_of(validator, {"schema": 1, **read(text)}):
            yield f"{what}: {fault}"


def file_complaints(validator, scenarios):
    for path in sorted(scenarios.rglob("*.vpclab.yaml")):
        stem = path.name.removesuffix(".vpclab.yaml")
        is_invalid = path.parent.name == "invalid"
        if is_invalid and stem in NO_YAML:
            continue
        faults = faults_of(validator, read(path.read_text()))
        if is_invalid and not faults and stem not in FAULTS_OF_MEANING:
            yield f"{path}: the schema lets it pass"
        elif is_invalid and faults and stem in FAULTS_OF_MEANING:
            yield f"{path}: refused after all; take it out of FAULTS_OF_MEANING: {faults[0]}"
        elif not is_invalid:
            yield from (f"{path}: {fault}" for fault in faults)


def main(root):
    scenarios = pathlib.Path(root) / "scenarios"
    schema = json.loads((scenarios / "vpclab.schema.json").read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    counted = len(list(scenarios.rglob("*.vpclab.yaml")))
    complaints = [*snippet_complaints(validator), *file_complaints(validator, scenarios)]
    print(f"{counted} scenarios, {len(REFUSED) + len(ACCEPTED)} snippets")
    print("\n".join(complaints))
    return 1 if complaints or counted < 20 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
