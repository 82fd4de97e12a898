"""The command line as a person and as a script use it: streams, exit codes, formats, completion."""

import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import botocore.session
import jsonschema
import yaml
from cli_support import (ALL, EXERCISE, FAILING, INVALID, LAB, ONE_SIDED, OPEN, PROGRAM, SOURCE,
                         VERBS, Cli)


class Usage(Cli):
    def test_every_verb_has_help_with_an_example(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                done = self.run_cli(verb, "--help")
                self.assertIn("Example:\n  ", done.stdout)
                self.assertEqual(done.stderr, "")
        for verb in VERBS:
            self.assertIn(f"\n  {verb}", self.run_cli("--help").stdout)

    def test_help_is_a_verb_too(self):
        self.assertEqual(self.run_cli("help").stdout, self.run_cli("--help").stdout)
        for verb in VERBS:
            with self.subTest(verb=verb):
                self.assertEqual(self.run_cli("help", verb).stdout,
                                 self.run_cli(verb, "--help").stdout)
        self.assertIn("vpclab run", self.run_cli("help", "run").stdout)

    def test_mistakes_exit_2_and_say_what_was_meant(self):
        for arguments, message in [
            (["chekc", OPEN], "did you mean 'check'"), ([], "subcommand"), (["run"], "FILE"),
            (["help", "rnu"], "did you mean 'run'"), (["rnu", "--help"], "did you mean 'run'"),
            (["hlep"], "did you mean 'help'"), (["run", OPEN, "--seeed", "3"], "did you mean '--seed'"),
            (["show", OPEN, "vpks"], "did you mean 'vpcs'"),
            (["run", OPEN, "--seed", "1e30"], "too large: at most 18446744073709551615"),
            (["run", OPEN, "--seed", "18446744073709551616"], "too large: at most 1844674407"),
            (["run", OPEN, "--until", "99999999999999999999s"], "too long: at most 1000d"),
            (["run", OPEN, "--until", "1001d"], "too long: at most 1000d"),
            (["run", OPEN, "--frob"], "--frob"), (["show", OPEN, "vcps"], "vcps"),
            (["check", OPEN, "--seed", "x"], "seed"), (["check", OPEN, "--until", "soon"], "until"),
            (["check", OPEN, "-o", "xml"], "xml"), (["completion", "tcsh"], "tcsh"),
            (["check", OPEN, "--seed", "-1"], "seed"), (["check", OPEN, "--seed", "0x10"], "seed"),
            (["run", OPEN, "--filter", "frob and"], "filter"), (["run", OPEN, "--out", ""], "out"),
            (["run", OPEN, "--out", "-"], "directory"),
            (["check", OPEN, "--json", "--junit", "-"], "JUnit"),
        ]:
            with self.subTest(arguments=arguments):
                done = self.run_cli(*arguments, code=2)
                self.assertIn(message, done.stderr)
                self.assertEqual(done.stdout, "")

    def test_what_the_system_refuses_exits_4(self):
        for arguments in (["check", "missing.vpclab.yaml"], ["check", "."],
                          ["run", OPEN, "--out", "/dev/null/x"],
                          ["check", OPEN, "--junit", "/nowhere/report.xml"]):
            with self.subTest(arguments=arguments):
                self.assertIn("error:", self.run_cli(*arguments, code=4).stderr)
        if Path("/dev/full").exists():
            for arguments in (["schema"], ["version"], ["version", "--json"], ["--version"], ["help"],
                              ["--help"], ["run", "--help"], ["completion", "bash"],
                              ["show", OPEN, "vpcs"]):
                with self.subTest(arguments=arguments), \
                        open("/dev/full", "w", encoding="utf-8") as full:
                    done = subprocess.run([PROGRAM, *arguments], stdout=full, cwd=self.place,
                                          stderr=subprocess.PIPE, check=False)
                    self.assertEqual(done.returncode, 4, done.stderr)

    def test_a_closed_pipe_ends_it_by_its_signal(self):
        done = subprocess.run(["bash", "-c", f"'{PROGRAM}' schema | true; exit ${{PIPESTATUS[0]}}"],
                              check=False)
        self.assertIn(done.returncode, (0, 141))

    def test_version_and_schema_are_data(self):
        self.assertRegex(self.run_cli("version").stdout, r"\Avpclab \d+\.\d+\.\d+\n\Z")
        self.assertEqual(self.run_cli("--version").stdout, self.run_cli("version").stdout)
        self.assertEqual(json.loads(self.run_cli("version", "--json").stdout)["name"], "vpclab")
        schema = json.loads(self.run_cli("schema").stdout)
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        for path in ALL:
            with self.subTest(path=path.name):
                document = json.loads(json.dumps(yaml.safe_load(path.read_text())))
                self.assertEqual([error.message for error in validator.iter_errors(document)], [])
        self.assertFalse(validator.is_valid(yaml.safe_load(INVALID)))


class Validate(Cli):
    def test_valid_ones_are_said_to_be(self):
        self.assertEqual(self.run_cli("validate", OPEN, LAB).stdout,
                         f"{OPEN}: valid\n{LAB}: valid\n")

    def test_what_a_real_program_takes_and_nobody_means_is_a_warning(self):
        text = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
instances: {a: v.s, b: {subnet: v.s, private_ip: 10.1.0.9}}
run:
  - {from: a, ping: -c 1 -s 65508 10.1.0.9}
  - {from: a, traceroute: -n -p 99999 10.1.0.9}
"""
        done = self.run_cli("validate", "-", text=text)
        self.assertIn("<stdin>:6:21: warning: no IPv4 datagram holds 65508 bytes", done.stderr)
        self.assertIn("<stdin>:7:27: warning: port 99999 is out of range", done.stderr)
        found = json.loads(self.run_cli("validate", "-", "--json", text=text).stdout)
        self.assertEqual({one["severity"] for one in found}, {"warning"})
        lines = self.run_cli("run", "-", "--no-capture", text=text).stdout
        self.assertIn("ping: local error: message too long, mtu=9001", lines)

    def test_a_name_that_is_no_utf8_is_told_all_the_same(self):
        name = os.fsdecode(b"wr\xf6ng.vpclab.yaml")
        (self.place / name).write_text(INVALID)
        for form in ("json", "jsonl"):
            self.assertIn("InvalidVpc.Range", self.run_cli("validate", name, "-o", form, code=3).stdout)

    def test_faults_come_all_at_once_on_standard_error(self):
        (self.place / "wrong.vpclab.yaml").write_text(INVALID)
        done = self.run_cli("validate", "wrong.vpclab.yaml", code=3)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"(?m)^wrong\.vpclab\.yaml:3:1: error: .*vpsc.*vpcs")
        self.assertRegex(done.stderr, r"(?m)^wrong\.vpclab\.yaml:4:\d+: error: InvalidVpc\.Range: ")
        for verb in (["run"], ["check"], ["trace"]):
            self.assertEqual(self.run_cli(*verb, "wrong.vpclab.yaml", code=3).stdout, "")

    def test_json_has_the_same(self):
        found = json.loads(self.run_cli("validate", "--json", "-", text=INVALID, code=3).stdout)
        self.assertEqual([one["line"] for one in found], [3, 4])
        self.assertEqual(found[1]["code"], "InvalidVpc.Range")
        lines = self.run_cli("validate", "-", "-o", "jsonl", text=INVALID, code=3).stdout
        self.assertEqual([json.loads(line) for line in lines.splitlines()], found)


class Check(Cli):
    def test_every_scenario_passes_its_checks(self):
        self.assertGreater(len(ALL), 10)
        for path in ALL:
            with self.subTest(path=path.name):
                report = json.loads(self.run_cli("check", path, "--json").stdout)
                self.assertTrue(report["checks"], "no check at all")
                for check in report["checks"]:
                    self.assertLessEqual({"name", "expected", "observed", "reason", "code", "rule",
                                          "passed", "points"}, set(check))
                    self.assertTrue(check["passed"], check)

    def test_a_failed_one_exits_1_with_its_hint(self):
        done = self.run_cli("check", "-", text=FAILING, code=1)
        self.assertIn("impossible", done.stdout)
        self.assertIn("it is not lost", done.stdout)
        check = json.loads(self.run_cli("check", "-", "--json", text=FAILING, code=1).stdout)["checks"][0]
        self.assertEqual((check["name"], check["passed"], check["points"]), ("impossible", False, 0))

    def test_junit_says_the_same(self):
        self.run_cli("check", "-", "--junit", "report.xml", text=FAILING, code=1)
        root = ElementTree.parse(self.place / "report.xml").getroot()
        self.assertEqual(len(list(root.iter("testcase"))), 1)
        self.assertEqual(len(list(root.iter("failure"))), 1)
        text = self.run_cli("check", OPEN, "--junit", "-").stdout
        self.assertEqual(list(ElementTree.fromstring(text.encode()).iter("failure")), [])

    def test_verdicts_do_not_depend_on_the_seed(self):
        def verdicts(seed):
            report = json.loads(self.run_cli("check", ONE_SIDED, "--json", "--seed", seed).stdout)
            return [(check["name"], check["reason"], check["code"]) for check in report["checks"]]

        self.assertEqual(verdicts(1), verdicts(99))


class Exercise(Cli):
    """docs/classiclink.md, "Do it yourself": the steps are taken out, then written again."""

    def judged(self, run, code):
        text = re.sub(r"(?ms)^run:.*?^$", run, (SOURCE / EXERCISE).read_text(), count=1)
        return json.loads(self.run_cli("check", "-", "--json", text=text, code=code).stdout)["checks"]

    def test_each_missing_step_fails_with_a_hint_until_all_are_there(self):
        steps = yaml.safe_load((SOURCE / EXERCISE).read_text())["run"]
        self.assertEqual(len(steps), 3)
        points = []
        for count in range(4):
            run = "run: " + json.dumps(steps[:count]) + "\n"
            checks = self.judged(run, 0 if count == 3 else 1)
            for check in checks:
                with self.subTest(steps=count, check=check["name"]):
                    self.assertTrue(check["passed"] or check["hint"])
            points.append(sum(check["points"] for check in checks))
        self.assertEqual(points[0], 1)  # what is not to be touched
        self.assertEqual(points, sorted(set(points)))
        self.assertEqual(points[3], 14)

    def test_a_run_without_steps_is_judged_however_it_is_written(self):
        for run in ("", "run:\n", "run: []\n"):
            with self.subTest(run=run):
                self.assertEqual(sum(check["passed"] for check in self.judged(run, 1)), 1)


class Unjudged(Cli):
    def test_a_scenario_without_checks_says_so(self):
        text = "schema: 1\nname: bare\nvpcs: {v: 10.1.0.0/16}\n"
        done = self.run_cli("check", "-", "--junit", "-", text=text)
        self.assertIn("has no `checks:`", done.stderr)
        self.assertIn('tests="0"', done.stdout)
        done = self.run_cli("check", "-", "--json", text=text)
        self.assertEqual(json.loads(done.stdout)["checks"], [])

    def test_failed_ones_say_what_differs(self):
        text = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
instances: {a: v.s, b: v.s}
checks:
  - {ping: {from: a, to: 10.1.0.77}, expect: {received: 4}}
"""
        report = json.loads(self.run_cli("check", "-", "--json", text=text, code=1).stdout)
        self.assertEqual(report["checks"][0]["faults"],
                         ["0 answered, not 4", "icmp_seq 1-4 was lost, which nobody expected"])
        lines = self.run_cli("check", "-", text=text, code=1).stdout.splitlines()
        self.assertEqual([line.split(":")[0].strip() for line in lines[1:3]],
                         ["expected", "observed"])


class Show(Cli):
    SHAPES = {"vpcs": "DescribeVpcs", "subnets": "DescribeSubnets",
              "route-tables": "DescribeRouteTables", "security-groups": "DescribeSecurityGroups",
              "network-acls": "DescribeNetworkAcls", "instances": "DescribeInstances",
              "vpc-peering-connections": "DescribeVpcPeeringConnections",
              "peering-connections": "DescribeVpcPeeringConnections",
              "internet-gateways": "DescribeInternetGateways",
              "network-interfaces": "DescribeNetworkInterfaces", "addresses": "DescribeAddresses",
              "nat-gateways": "DescribeNatGateways", "prefix-lists": "DescribeManagedPrefixLists",
              "dhcp-options": "DescribeDhcpOptions",
              "vpc-classic-link": "DescribeVpcClassicLink",
              "classic-link-instances": "DescribeClassicLinkInstances"}
    # Where the lab has none of them.
    PLACES = {"nat-gateways": "scenarios/aws-cases/case-18-nat-gateway.vpclab.yaml",
              "prefix-lists": "scenarios/rules/prefix-lists.vpclab.yaml",
              "dhcp-options": "scenarios/rules/prefix-lists.vpclab.yaml",
              "classic-link-instances":
                  "scenarios/classiclink/peering-with-classiclink.vpclab.yaml"}

    def assert_shape(self, value, shape, path):
        """The value has only members that EC2's own model knows, with its types."""
        if shape.type_name == "structure":
            self.assertLessEqual(set(value), set(shape.members), path)
            for key, inner in value.items():
                self.assert_shape(inner, shape.members[key], f"{path}.{key}")
        elif shape.type_name == "list":
            for inner in value:
                self.assert_shape(inner, shape.member, f"{path}[]")
        else:
            kinds = {"string": str, "boolean": bool, "integer": int, "long": int, "timestamp": str}
            self.assertIsInstance(value, kinds[shape.type_name], path)

    def test_json_is_what_the_aws_cli_prints(self):
        model = botocore.session.get_session().get_service_model("ec2")
        for what, action in self.SHAPES.items():
            with self.subTest(what=what):
                response = json.loads(self.run_cli("show", self.PLACES.get(what, LAB), what,
                                                   "--json", "--after-run").stdout)
                self.assertTrue(next(iter(response.values())), "an empty list")
                self.assert_shape(response, model.operation_model(action).output_shape, what)

    def test_tables_and_texts_name_things(self):
        table = self.run_cli("show", LAB, "route-tables").stdout
        self.assertRegex(table, r"(?m)^ID +NAME +VPC")
        self.assertRegex(table, r"(?m)^rtb-[0-9a-f]{17} +vpc-1-public +vpc-1 ")
        self.assertRegex(table, r"(?m)^  10\.1\.0\.0/16 +local +active")
        for line in self.run_cli("show", LAB, "instances", "-o", "text").stdout.splitlines():
            self.assertRegex(line, r"^i-[0-9a-f]{17}\tinstance-[12]\trunning\t10\.")

    def test_rules_are_said_in_a_persons_words(self):
        path = "scenarios/aws-cases/case-14-stateless-acl.vpclab.yaml"
        table = self.run_cli("show", path, "network-acls").stdout
        self.assertRegex(table, r"(?m)^  in +100 +allow +icmp echo-request +10\.1\.0\.0/16$")
        self.assertRegex(table, r"(?m)^  out +\* +deny +all +0\.0\.0\.0/0$")
        text = self.run_cli("show", LAB, "security-groups", "-o", "text").stdout
        self.assertRegex(text, r"(?m)^sg-[0-9a-f]{17}\tssh\tinbound\ttcp 22\t0\.0\.0\.0/0$")
        self.assertIn("32767", self.run_cli("show", path, "network-acls", "--json").stdout)

    def test_what_two_accounts_see_stands_once(self):
        path = "scenarios/aws-cases/case-26-peering-life-cycle.vpclab.yaml"
        response = json.loads(self.run_cli("show", path, "peering-connections", "--json",
                                           "--after-run", "--until", "15s").stdout)
        ids = [one["VpcPeeringConnectionId"] for one in response["VpcPeeringConnections"]]
        self.assertTrue(ids)
        self.assertEqual(sorted(ids), sorted(set(ids)))

    def test_an_account_without_a_vpc_is_asked_too(self):
        text = """
schema: 1
name: lonely
elastic_ips: {spare: {account: "210987654321"}}
"""
        response = json.loads(self.run_cli("show", "-", "addresses", "--json", text=text).stdout)
        self.assertEqual(len(response["Addresses"]), 1)

    def test_it_can_look_at_the_end_of_the_run(self):
        before = self.run_cli("show", LAB, "peering-connections", "-o", "text").stdout
        after = self.run_cli("show", LAB, "peering-connections", "-o", "text", "--after-run").stdout
        self.assertNotEqual(before, after)


class Completion(Cli):
    def complete_in_bash(self, *words):
        script = self.run_cli("completion", "bash").stdout
        array = " ".join(f"'{word}'" for word in words)
        program = f'{script}\nCOMP_WORDS=({array}); COMP_CWORD={len(words) - 1}\n' \
                  '_vpclab; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "-c", program], cwd=SOURCE, text=True, capture_output=True,
                              check=True)
        return done.stdout.split()

    def test_bash_completes_verbs_options_values_and_files(self):
        self.assertEqual(self.complete_in_bash("vpclab", "va"), ["validate"])
        self.assertIn("--junit", self.complete_in_bash("vpclab", "check", "--j"))
        self.assertEqual(self.complete_in_bash("vpclab", "run", "x", "--order", ""), ["time", "tap"])
        self.assertIn("route-tables", self.complete_in_bash("vpclab", "show", "x", "r"))
        self.assertIn(LAB, self.complete_in_bash("vpclab", "run", LAB[:-10]))

    def test_bash_completes_names_with_blanks(self):
        (self.place / "a b.vpclab.yaml").touch()
        (self.place / "a dir").mkdir()
        script = self.run_cli("completion", "bash").stdout
        for words, found in [(("vpclab", "run", "a "), ["a b.vpclab.yaml", "a dir"]),
                             (("vpclab", "run", "x", "--out", "a"), ["a b.vpclab.yaml", "a dir"]),
                             (("vpclab", "run", "x", "--seed", ""), [])]:
            array = " ".join(f"'{word}'" for word in words)
            program = f'{script}\nCOMP_WORDS=({array}); COMP_CWORD={len(words) - 1}\n' \
                      '_vpclab; for one in "${COMPREPLY[@]}"; do echo "<$one>"; done'
            done = subprocess.run(["bash", "-c", program], cwd=self.place, text=True,
                                  capture_output=True, check=True)
            with self.subTest(words=words):
                self.assertEqual(sorted(set(done.stdout.splitlines())),
                                 [f"<{name}>" for name in found])

    def test_other_shells_can_read_theirs(self):
        for shell, check in {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"],
                             "fish": ["fish", "--no-execute"]}.items():
            with self.subTest(shell=shell):
                path = self.place / f"completion.{shell}"
                path.write_text(self.run_cli("completion", shell).stdout)
                subprocess.run([*check, path], check=True, capture_output=True)
        done = subprocess.run(["fish", "-c", f"source {self.place}/completion.fish;"
                               "complete -C 'vpclab va'"], text=True, capture_output=True, check=True)
        self.assertIn("validate", done.stdout)


if __name__ == "__main__":
    unittest.main()
