"""Every scenario: twice the same bytes on every stream and in every file, and captures that
tcpdump reads to the end."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv.pop(1))
PROGRAM = sys.argv.pop(1)
ALL = sorted(path for path in SOURCE.glob("scenarios/*/*.vpclab.yaml")
             if path.parent.name != "invalid")


class Scenarios(unittest.TestCase):
    def run_once(self, place, *arguments):
        """(standard output, standard error) of a run that must succeed."""
        done = subprocess.run([PROGRAM, *map(str, arguments)], cwd=place, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def test_two_runs_are_the_same_to_the_byte(self):
        self.assertGreater(len(ALL), 20)
        for path in ALL:
            runs = []
            for _ in range(2):
                with tempfile.TemporaryDirectory() as place:
                    said = self.run_once(place, "run", path, "--pcap", "--out", "captures")
                    traced = self.run_once(place, "trace", path, "-o", "jsonl")
                    files = {file.name: file.read_bytes()
                             for file in Path(place, "captures").iterdir()}
                    runs.append((said, traced, files))
            with self.subTest(scenario=path.name):
                self.assertTrue(runs[0] == runs[1], "two runs differ")

    def test_tcpdump_reads_every_capture(self):
        for path in ALL:
            with self.subTest(scenario=path.name), tempfile.TemporaryDirectory() as place:
                self.run_once(place, "run", path, "--pcap", "--out", "captures")
                for file in Path(place, "captures").iterdir():
                    done = subprocess.run(["tcpdump", "-nr", file], text=True, capture_output=True,
                                          timeout=60, check=False)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertNotIn("truncated", done.stderr)


if __name__ == "__main__":
    unittest.main()
