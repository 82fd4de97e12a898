"""What the README and the book tell people to type is typed here, and what they show is compared.

- ```console blocks: lines that begin with `$ ` are run, the lines below are what must come out
  (both streams); a line `...` stands for any lines, `...` at a line's end for its rest. The command
  must succeed; a block that shows a failure says with which code: ```console exit 1.
- ```yaml blocks that begin a scenario must be valid; `yaml fragment` blocks must be valid when the
  parts that they refer to are there: all fragments of a page make one scenario.
- The README's two indented commands must be there; the first one is run.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

SOURCE = Path(sys.argv.pop(1))
PROGRAM = sys.argv.pop(1)

FENCE = re.compile(r"^```(\w+)(?: (fragment|exit \d+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGES = sorted([SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", *(SOURCE / "docs").rglob("*.md")])


def blocks(page, language, fragment=False):
    """(line, text) of each fenced block of that language."""
    text = page.read_text(encoding="utf-8")
    return [(text.count("\n", 0, match.start()) + 1, match.group(3))
            for match in FENCE.finditer(text)
            if match.group(1) == language and (match.group(2) == "fragment") == fragment]


def dialogues(page):
    """(line, commands with what they print, exit code) of each console block."""
    text = page.read_text(encoding="utf-8")
    return [(text.count("\n", 0, match.start()) + 1, dialogue(match.group(3)),
             int((match.group(2) or "exit 0").removeprefix("exit ")))
            for match in FENCE.finditer(text) if match.group(1) == "console"]


def dialogue(block):
    """[(command, expected output)] of a console block."""
    turns = []
    for line in block.splitlines():
        if line.startswith("$ "):
            turns.append((line[2:], []))
        else:
            turns[-1][1].append(line)
    return turns


def pattern_of(lines):
    """A regular expression for the expected lines."""
    parts = []
    for line in lines:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(map(re.escape, line.split("..."))) + r"\n")
    return "".join(parts) + r"\Z"


def merged(one, other):
    """Two trees as one: maps by key, lists one after the other."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: merged(one[key], other[key]) if key in one and key in other
                else one.get(key, other.get(key)) for key in {**one, **other}}
    return one + other if isinstance(one, list) and isinstance(other, list) else other


class Docs(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = Path(directory.name)
        shutil.copytree(SOURCE / "scenarios", self.place / "scenarios")
        (self.place / "tools").mkdir()
        # The built program in the launcher's place: launchers have a test of their own.
        (self.place / "tools/vpclab").symlink_to(PROGRAM)

    def run_command(self, command, text=None):
        return subprocess.run(["bash", "-c", command], cwd=self.place, text=True, input=text or "",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
                              env={**os.environ, "NO_COLOR": "1"}, check=False)

    def test_commands_print_what_the_pages_show(self):
        count = 0
        for page in PAGES:
            for line, turns, code in dialogues(page):
                for command, expected in turns:
                    count += 1
                    with self.subTest(page=page.name, line=line, command=command):
                        # Any output at all passes where only `...` is shown.
                        self.assertTrue(not expected or set(expected) != {"..."}, "shows nothing")
                        done = self.run_command(command)
                        self.assertEqual(done.returncode, code, done.stdout)
                        self.assertRegex(done.stdout, re.compile(r"\A" + pattern_of(expected)),
                                         done.stdout)
        self.assertGreater(count, 5)

    def test_scenarios_in_the_pages_pass(self):
        count = 0
        for page in PAGES:
            for line, block in blocks(page, "yaml"):
                count += 1
                with self.subTest(page=page.name, line=line):
                    done = self.run_command("tools/vpclab check -", block)
                    self.assertEqual(done.returncode, 0, done.stdout)
        self.assertGreater(count, 1)

    def test_fragments_of_a_page_make_one_valid_scenario(self):
        for page in PAGES:
            found = blocks(page, "yaml", fragment=True)
            if not found:
                continue
            whole = {"schema": 1, "name": page.stem}
            for _, block in found:
                whole = merged(whole, yaml.safe_load(block))
            with self.subTest(page=page.name):
                # JSON is YAML, and keeps what the fragments say.
                done = self.run_command("tools/vpclab validate -", json.dumps(whole, indent=1))
                self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_readme_begins_with_its_two_commands(self):
        text = (SOURCE / "README.md").read_text(encoding="utf-8")
        commands = re.findall(r"^    (tools/.*)$", text, re.MULTILINE)
        self.assertEqual(commands[:2], [
            "tools/vpclab run scenarios/peering/vpc-peering.vpclab.yaml", "tools/test"])
        done = self.run_command(commands[0])
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("64 bytes from 10.2.4.95: icmp_seq=9 ttl=127", done.stdout)
        self.assertTrue((self.place / "out/vpc-peering/journey.pcapng").is_file())


if __name__ == "__main__":
    unittest.main()
