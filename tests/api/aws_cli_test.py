"""The real AWS CLI as a witness: the same lines, the same request parameters.

    aws_cli_test.py CLI_DUMP [LINES]

The program's own code runs in this process (Debian's awscli package); each call is caught before it
would leave for the network. Without the package the test is skipped (exit code 77).
"""

import contextlib
import io
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys

SKIPPED = 77
RANDOM_LINES = 200
# What the AWS CLI's own copy of the model has and that of python3-botocore 1.29 has not.
YOUNGER = {"describe-images": {"max-items", "max-results", "next-token", "page-size",
                               "starting-token"}}
NOT_COMPARED = {"Action", "Version", "ClientToken"}  # ClientToken is random where it is filled in
HERE = pathlib.Path(__file__).resolve().parent


def load_driver():
    """The AWS CLI, with no configuration of the machine's."""
    os.environ.update({
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_PAGER": "",
        "AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
    })
    try:
        from awscli import clidriver
        from awscli.customizations import toplevelbool
    except ImportError:
        return None
    # This check is registered anew by each command and looks at all that follow: one process is
    # meant for one command.
    toplevelbool.validate_boolean_mutex_groups = lambda **_: None
    return clidriver.create_clidriver()


class Witness:
    """Runs lines through the real program."""

    def __init__(self, driver):
        self.driver = driver
        self.calls = []
        driver.session.register("before-call.ec2", self.catch)

    def catch(self, model, params, **_):
        self.calls.append((model.name, params["body"]))
        return type("Response", (), {"status_code": 200})(), {}

    def run(self, line):
        """{action, params} or {error}."""
        self.calls.clear()
        messages = io.StringIO()
        with contextlib.redirect_stderr(messages), contextlib.redirect_stdout(io.StringIO()):
            try:
                code = self.driver.main(shlex.split(line)[1:])
            except SystemExit as stop:
                code = stop.code
        if not self.calls:
            return {"error": messages.getvalue().strip() or f"exit code {code}"}
        action, body = self.calls[0]
        return {"action": action,
                "params": {k: str(v) for k, v in body.items() if k not in NOT_COMPARED}}


def ours(dump, lines):
    result = subprocess.run([dump], input="\n".join(lines) + "\n", text=True, check=True,
                            stdout=subprocess.PIPE, timeout=60)
    parsed = [json.loads(line) for line in result.stdout.splitlines()]
    for answer in parsed:
        for name in NOT_COMPARED & set(answer.get("params", {})):
            del answer["params"][name]
    return parsed


def read_lines(path):
    return [line for line in path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]


def compare_lines(witness, dump, lines):
    failures = refused = 0
    for line, answer in zip(lines, ours(dump, lines), strict=True):
        real = witness.run(line)
        refused += "error" in real
        same = (("error" in real and "error" in answer)
                or (real.get("action") == answer.get("action")
                    and real.get("params") == answer.get("params")))
        if not same or answer.get("decoded"):
            failures += 1
            print(f"FAIL {line}\n  aws:  {real}\n  ours: {answer}")
    print(f"{len(lines)} lines compared, {refused} of them refused, {failures} differ")
    return failures


WORDS = ["a", "vpc-id", "10.0.0.0/8", "x=y", "-1", "é", "b c", "'q, r'", '"s]t"', "\\,u", "", " v "]
BRACKETS = ["[", "]", "{", "}", "=", ",", "'", '"', "\\", " "]
PERMISSIONS = ["IpProtocol=tcp", "FromPort=22", "IpRanges=[{CidrIp=10.0.0.0/8}]",
               "IpRanges={CidrIp=10.0.0.0/8,Description=\"a b\"}", "Ipv6Ranges=[]",
               "UserIdGroupPairs=[{GroupId=sg-1},{GroupId='sg-2'}]", "Tags=a", "ToPort= 9 "]


def random_lines(count):
    """Lines with random shorthand: half of them as it should be, half with something amiss."""
    source = random.Random(20240101)
    for index in range(count):
        if index % 2:
            values = ",".join(source.choices(WORDS, k=source.randint(1, 4)))
            text = source.choice(["Name=n,Values=", "Values=[", "Values="])
            text += values + ("]" if "[" in text else source.choice(["", ",Name=m"]))
            command = "describe-vpcs --filters "
        else:
            text = ",".join(source.sample(PERMISSIONS, k=source.randint(1, 4)))
            command = "authorize-security-group-ingress --group-id sg-1 --ip-permissions "
        if source.random() < 0.4:
            at = source.randint(0, len(text))
            text = text[:at] + source.choice(BRACKETS) + text[at:]
        yield "aws ec2 " + command + shlex.quote(text)


def option_form(argument):
    if argument.__class__.__name__ == "PositiveBooleanArgument":
        return "optional"
    if argument.cli_type_name == "boolean" or argument.__class__.__name__ in (
            "NegativeBooleanParameter", "AssociatePublicIpAddressArgument",
            "NoAssociatePublicIpAddressArgument"):
        return "flag"
    if argument.nargs in ("*", "+") or argument.cli_type_name == "list":
        return "values"
    return "value"


def compare_options(driver, dump):
    """Every option of every command, and what follows it."""
    result = subprocess.run([dump, "--options"], text=True, check=True, stdout=subprocess.PIPE,
                            timeout=60)
    mine = json.loads(result.stdout)
    ec2 = driver._get_command_table()["ec2"]
    commands = ec2._get_command_table()
    failures = 0
    general = {"cli-input-json", "cli-input-yaml", "generate-cli-skeleton"}
    for command, options in mine.items():
        table = commands[command].arg_table
        real = {}
        for name, argument in table.items():
            if name in general:
                continue
            real[name] = option_form(argument)
            if command == "run-instances" and name == "secondary-private-ip-addresses":
                real[name] = "values"
        missing = set(real) - set(options) - YOUNGER.get(command, set())
        surplus = set(options) - set(real)
        different = {name for name in set(real) & set(options) if real[name] != options[name]}
        if missing or surplus or different:
            failures += 1
            print(f"FAIL {command}: missing {sorted(missing)}, surplus {sorted(surplus)}, "
                  f"of another form {sorted(different)}")
    print(f"{len(mine)} commands compared, {failures} differ")
    return failures


def main():
    dump = sys.argv[1]
    path = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else HERE / "aws_cli" / "lines.txt"
    driver = load_driver()
    if driver is None:
        print("skipped: the AWS CLI (Debian's awscli) is not installed")
        return SKIPPED
    failures = compare_options(driver, dump)
    witness = Witness(driver)
    failures += compare_lines(witness, dump, read_lines(path))
    failures += compare_lines(witness, dump, list(random_lines(RANDOM_LINES)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
