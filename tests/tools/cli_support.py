"""What the tests of the command line share: the program, scenarios, and how it is called."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv.pop(1))
PROGRAM = sys.argv.pop(1)

LAB = "scenarios/peering/vpc-peering.vpclab.yaml"
OPEN = "scenarios/peering/vpc-peering-open.vpclab.yaml"
CLASSIC = "scenarios/classiclink/peering-with-classiclink.vpclab.yaml"
EXERCISE = "scenarios/classiclink/exercise.vpclab.yaml"
ONE_SIDED = "scenarios/peering/one-sided-route.vpclab.yaml"
VERBS = ["run", "check", "validate", "show", "trace", "schema", "completion", "version", "help"]
ALL = sorted(SOURCE.glob("scenarios/[!i]*/*.vpclab.yaml"))

FAILING = """
schema: 1
name: failing
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {a: 10.1.0.0/20}}}
instances: {alice: {subnet: v.a}, bob: {subnet: v.a}}
run:
  - ping: {name: hello, from: alice, to: bob, count: 1}
checks:
  - {name: impossible, ping: hello, expect: {lost: NO_ROUTE}, points: 3, hint: it is not lost}
"""
INVALID = "schema: 1\nname: wrong\nvpsc: {}\nvpcs: {v: {cidr: 10.0.0.0/8}}\n"


class Cli(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = Path(directory.name)
        (self.place / "scenarios").symlink_to(SOURCE / "scenarios")

    def run_cli(self, *arguments, text=None, code=0, **environment):
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=self.place, text=True,
                              input=text or "", capture_output=True, timeout=120, check=False,
                              env={**os.environ, **environment})
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done
