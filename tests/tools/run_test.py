"""`vpclab run`: what it prints, the captures that it writes, and how it ends before its end."""

import json
import os
import re
import signal
import subprocess
import time
import unittest

from cli_support import CLASSIC, FAILING, LAB, OPEN, PROGRAM, SOURCE, Cli


class Run(Cli):
    def test_prints_pings_lines_then_marked_verdicts(self):
        done = self.run_cli("run", LAB)
        lines = done.stdout.splitlines()
        own = [line for line in lines if line.startswith("vpclab: ")]
        pings = [line for line in lines if not line.startswith("vpclab: ")]

        self.assertIn("PING 10.2.4.95 (10.2.4.95) 56(84) bytes of data.", pings)
        self.assertTrue(any(re.fullmatch(
            r"64 bytes from 10\.2\.4\.95: icmp_seq=\d+ ttl=127 time=\d+\.?\d* ms", line)
            for line in pings))
        self.assertTrue(any("lost: SG_INGRESS (ENI_SG_RULES_MISMATCH)" in line for line in own), own)
        self.assertRegex(done.stderr, r"(?m)^vpclab: captures in out/vpc-peering:$")
        self.assertRegex(done.stderr, r"(?m)^vpclab: fingerprint [0-9a-f]{32} ")

    def test_writes_the_same_bytes_every_time_and_others_for_another_seed(self):
        prints = []
        for directory, seed in (("a", 1), ("b", 1), ("c", 2)):
            done = self.run_cli("run", LAB, "--out", directory, "--pcap", "--seed", seed)
            prints.append(re.search(r"fingerprint (\w+)", done.stderr).group(1))
        files = {directory: {path.name: path.read_bytes() for path in (self.place / directory).iterdir()}
                 for directory in "abc"}

        self.assertEqual(files["a"], files["b"])
        self.assertEqual(prints[0], prints[1])
        self.assertNotEqual(prints[0], prints[2])
        self.assertNotEqual(files["a"]["journey.pcapng"], files["c"]["journey.pcapng"])
        self.assertIn("instance-2.pcapng", files["a"])
        self.assertIn("instance-2.pcap", files["a"])

    def test_says_how_large_the_captures_are(self):
        done = self.run_cli("run", LAB)
        told = re.findall(r"(?m)^vpclab:   (\S+) +([\d,]+) packets +([\d,]+) bytes$", done.stderr)
        files = {path.name: path.stat().st_size for path in (self.place / "out/vpc-peering").iterdir()}
        self.assertEqual({name: int(size.replace(",", "")) for name, _, size in told}, files)
        for name, packets, _ in told:
            lines = subprocess.run(
                ["tcpdump", "-nr", self.place / "out/vpc-peering" / name], text=True,
                capture_output=True, check=True).stdout.splitlines()
            self.assertEqual(len(lines), int(packets.replace(",", "")), name)

    def test_many_captures_are_told_in_short(self):
        hosts = ", ".join(f"i{number}: v.s" for number in range(30))
        done = self.run_cli("run", "-", text="schema: 1\nname: many\nvpcs: {v: {cidr: 10.1.0.0/16, "
                            f"subnets: {{s: 10.1.0.0/24}}}}}}\ninstances: {{{hosts}}}\nrun: "
                            "[{ping: {from: i3, to: i4}}]\n")
        self.assertRegex(done.stderr, r"(?m)^vpclab:   and 11 smaller ones +0 packets +[\d,]+ bytes$")
        self.assertEqual(len(done.stderr.splitlines()), 23)

    def test_orders_and_filters_the_captures(self):
        for name, options in {"time": [], "tap": ["--order", "tap"],
                              "arp": ["--filter", "arp"]}.items():
            self.run_cli("run", OPEN, "--out", name, *options)
        size = {name: (self.place / name / "journey.pcapng").stat().st_size
                for name in ("time", "tap", "arp")}

        self.assertNotEqual((self.place / "time/journey.pcapng").read_bytes(),
                            (self.place / "tap/journey.pcapng").read_bytes())
        self.assertLess(size["arp"], size["time"])

    def test_writes_nothing_when_told_so(self):
        self.run_cli("run", OPEN, "--no-capture")
        self.assertFalse((self.place / "out").exists())

    def test_reads_standard_input_and_speaks_json(self):
        text = (SOURCE / OPEN).read_text()
        report = json.loads(self.run_cli("run", "-", "--json", text=text).stdout)
        self.assertTrue(report["steps"])
        lines = self.run_cli("run", "-", "-o", "jsonl", text=text).stdout.splitlines()
        steps = [json.loads(line) for line in lines]
        self.assertEqual([step.pop("kind") for step in steps], ["step"] * len(report["steps"]))
        self.assertEqual(steps, report["steps"])

    def test_prints_what_the_aws_cli_would_answer(self):
        text = """
schema: 1
name: questions
vpcs: {v: 10.1.0.0/16}
run:
  - aws: ec2 describe-vpcs --filters Name=cidr,Values=10.1.0.0/16
  - describe_subnets: {}
  - aws: ec2 create-tags --resources {v} --tags Key=a,Value=b
  - aws: ec2 delete-vpc --vpc-id {v}
  - {aws: ec2 describe-vpcs --vpc-ids vpc-01234567, expect_error: InvalidVpcID.NotFound}
"""
        out = self.run_cli("run", "-", "--no-capture", text=text).stdout
        data = "".join(line for line in out.splitlines(keepends=True)
                       if not line.startswith("vpclab: "))
        vpcs, end = json.JSONDecoder().raw_decode(data)
        self.assertEqual(vpcs["Vpcs"][0]["CidrBlock"], "10.1.0.0/16")
        self.assertEqual(data[:end + 1], json.dumps(vpcs, indent=4) + "\n")
        self.assertEqual(data[end + 1:], '{\n    "Subnets": []\n}\n')
        steps = json.loads(self.run_cli("run", "-", "--no-capture", "--json", text=text).stdout)
        self.assertEqual(steps["steps"][0]["call"]["response"]["Vpcs"][0]["CidrBlock"], "10.1.0.0/16")

    def test_shows_as_whom_a_call_was_refused(self):
        lines = self.run_cli("run", CLASSIC, "--no-capture").stdout.splitlines()
        option = "--accepter-peering-connection-options AllowEgressFromLocalVpcToRemoteClassicLink=true"
        at = next(number for number, line in enumerate(lines)
                  if "as owner-of-a: aws ec2 modify-vpc" in line and line.endswith(option))

        self.assertRegex(lines[at + 1], r"^vpclab: refused, as expected: OperationNotPermitted: .*"
                                        r" \(called as 111222333444/us-east-1\)$")
        again = next(number for number, line in enumerate(lines)
                     if "as owner-of-b: aws ec2 modify-vpc" in line and line.endswith(option))
        self.assertNotIn("refused", lines[again + 1])

    def test_a_refusal_against_expectation_fails_with_its_caller(self):
        text = FAILING.replace("run:\n", "run:\n  - delete_vpc: v\n")
        done = self.run_cli("run", "-", "--no-capture", text=text, code=1)
        self.assertRegex(done.stdout, r"(?m)^vpclab: failed: DependencyViolation: .* \(called as \d+/us-east-1\)$")

    def test_stops_where_it_is_told_to(self):
        shorter = self.run_cli("run", LAB, "--until", "3s").stdout
        self.assertLess(len(shorter), len(self.run_cli("run", LAB).stdout))

    def test_colours_only_where_wanted(self):
        self.assertNotIn("\x1b", self.run_cli("run", LAB).stdout)
        self.assertIn("\x1b", self.run_cli("run", LAB, "--color", "always").stdout)
        self.assertNotIn("\x1b", self.run_cli("run", LAB, "--color", "never").stdout)
        for environment, expected in ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False):
            done = subprocess.run(
                ["script", "-qec", f"'{PROGRAM}' run {LAB} --no-capture", "/dev/null"],
                cwd=self.place, stdin=subprocess.DEVNULL, capture_output=True, check=True,
                env={**os.environ, "TERM": "xterm", **environment})
            self.assertEqual(b"\x1b[" in done.stdout, expected)


class Interrupted(Cli):
    """A signal in the middle of a long run."""

    TEXT = """
schema: 1
name: endless
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
instances: {a: v.s, b: v.s}
run:
  - ping: {from: a, to: b, count: 1000000, interval: 100ms}
"""

    def interrupt(self, number, *options, lines=50):
        (self.place / "endless.vpclab.yaml").write_text(self.TEXT)
        process = subprocess.Popen([PROGRAM, "run", "endless.vpclab.yaml", *options], bufsize=0,
                                   cwd=self.place, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        begun = b""  # read without a buffer, of which communicate() would know nothing
        while begun.count(b"\n") < lines and (some := os.read(process.stdout.fileno(), 65536)):
            begun += some
        process.send_signal(number)
        out, errors = process.communicate(timeout=120)
        self.assertEqual(process.returncode, -number, errors)  # for a shell: 128 + number
        return (begun + out).decode(), errors.decode()

    def answered(self, name):
        """The sequence numbers of the replies in a capture, which tshark reads to its end."""
        done = subprocess.run(["tshark", "-r", self.place / "out/endless" / name, "-Y",
                               "icmp.type == 0", "-T", "fields", "-e", "icmp.seq"], text=True,
                              capture_output=True, check=True)
        self.assertNotIn("cut short", done.stderr)
        return [int(number) for number in done.stdout.split()]

    def test_the_captures_are_complete_up_to_the_signal(self):
        for number, options in ((signal.SIGINT, ["--pcap"]), (signal.SIGTERM, ["--order", "tap"])):
            with self.subTest(signal=number.name):
                out, errors = self.interrupt(number, *options)
                self.assertRegex(errors, rf"(?m)^vpclab: interrupted by {number.name} at \d+\.\d+s of "
                                 r"the run; the captures are complete up to there$")
                self.assertRegex(errors, r"(?m)^vpclab: captures in out/endless:$")
                self.assertNotIn("fingerprint", errors)
                self.assertIn("still running when the run stopped", out)
                seen = len(re.findall(r"(?m)^64 bytes from ", out))
                self.assertLess(seen, 1_000_000)
                for name in ("a.pcapng", "b.pcapng", *(["a.pcap"] if "--pcap" in options else [])):
                    replies = self.answered(name)
                    self.assertEqual(replies[:seen], [n % 65536 for n in range(1, seen + 1)])
                    self.assertLessEqual(len(replies), seen + 1)
                self.assertGreater(len(self.answered("journey.pcapng")), seen)
                self.assertEqual(list((self.place / "out/endless").glob("*.tap-*")), [])

    def test_the_shell_sees_128_and_the_signal(self):
        (self.place / "endless.vpclab.yaml").write_text(self.TEXT)
        done = subprocess.run(["bash", "-c", f"'{PROGRAM}' run endless.vpclab.yaml & sleep 1; "
                               "kill -TERM $!; wait $!; exit $?"], cwd=self.place, text=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=120,
                              check=False)
        self.assertEqual(done.returncode, 128 + signal.SIGTERM, done.stderr)

    def test_a_closed_pipe_interrupts_too(self):
        (self.place / "endless.vpclab.yaml").write_text(self.TEXT)
        done = subprocess.run(["bash", "-c", f"'{PROGRAM}' run endless.vpclab.yaml | head -n 9; "
                               "exit ${PIPESTATUS[0]}"], cwd=self.place, text=True,
                              capture_output=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 128 + signal.SIGPIPE)
        self.assertIn("interrupted by SIGPIPE", done.stderr)
        self.assertGreater(len(self.answered("b.pcapng")), 6)

    def test_json_tells_what_there_is(self):
        (self.place / "endless.vpclab.yaml").write_text(self.TEXT)
        process = subprocess.Popen([PROGRAM, "run", "endless.vpclab.yaml", "--json"], text=True,
                                   cwd=self.place, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        journey = self.place / "out/endless/journey.pcapng"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (journey.exists() and journey.stat().st_size):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=120)
        step = json.loads(out)["steps"][0]
        self.assertFalse(step["finished"])
        self.assertGreater(step["ping"]["received"], 0)


if __name__ == "__main__":
    unittest.main()
