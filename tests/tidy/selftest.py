"""Each check, shown a small wrong tree, must find what is wrong in it, and nothing in a right one."""

import tempfile
import unittest
from pathlib import Path

import book
import floors
import reasons
import rules
import shape
import words


def tree_of(test, files):
    """A temporary tree with these files; gone after the test."""
    directory = tempfile.TemporaryDirectory()
    test.addCleanup(directory.cleanup)
    for path, text in files.items():
        place = Path(directory.name, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return directory.name


class Floors(unittest.TestCase):
    def problems(self, path, include):
        return floors.check(tree_of(self, {path: f"#include {include}\n"}))

    def test_refuse_an_include_from_above_or_beside(self):
        for path, include in [
            ("netstack/wire/a.h", '"emulator/engine/simulator.h"'),
            ("netstack/base/a.h", '"netstack/wire/ipv4.h"'),
            ("emulator/engine/a.h", '"emulator/api/ids.h"'),
            ("emulator/dataplane/a.cc", '"emulator/control/vpc.h"'),
            ("emulator/control/vpc.cc", '"emulator/dataplane/plan.h"'),
            ("emulator/world/a.h", "<nlohmann/json.hpp>"),
            ("emulator/capture/a.h", "<pcap/pcap.h>"),
            ("emulator/node/a.cc", "<tins/tins.h>"),
            ("netstack/host/a.cc", "<fstream>"),
            ("emulator/link/a.cc", "<sys/socket.h>"),
        ]:
            with self.subTest(path=path, include=include):
                self.assertEqual(len(self.problems(path, include)), 1)

    def test_let_pass_what_lies_below(self):
        for path, include in [
            ("netstack/wire/a.h", '"netstack/base/bytes.h"'),
            ("emulator/control/compile.cc", '"emulator/dataplane/plan.h"'),
            ("emulator/world/a.h", "<tl/expected.hpp>"),
            ("emulator/world/a.h", "<boost/container/small_vector.hpp>"),
            ("tools/a.cc", "<CLI/CLI.hpp>"),
            ("emulator/capture/a.cc", "<pcap/pcap.h>"),
        ]:
            with self.subTest(path=path, include=include):
                self.assertEqual(self.problems(path, include), [])


class Words(unittest.TestCase):
    def problems(self, path, text):
        return words.check(tree_of(self, {path: text}))

    def test_find_what_a_run_must_not_depend_on(self):
        for path, text in [
            ("emulator/world/a.cc", "auto t = std::chrono::system_clock::now();\n"),
            ("netstack/host/a.cc", "std::random_device d;\n"),
            ("emulator/link/a.cc", "double loss = 0.1;\n"),
            ("emulator/link/a.h", "using namespace std;\n"),
            ("emulator/control/a.cc", "std::unordered_map<int, int> all;\nfor (auto& x : all) {}\n"),
            ("emulator/control/a.cc", "std::unordered_set<int> all;\nuse(all.begin());\n"),
            ("emulator/control/a.cc", "std::map<Vpc*, int> m;\n"),
            ("docs/a.md", "TO" "DO: write\n"),
            ("docs/a.md", "see /ho" "me/someone/x\n"),
        ]:
            with self.subTest(text=text):
                self.assertEqual(len(self.problems(path, text)), 1)

    def test_let_comments_speak_and_lookups_be(self):
        self.assertEqual(self.problems("emulator/world/a.h", "// no system_clock here\n"), [])
        self.assertEqual(self.problems("emulator/control/a.cc",
                                       "std::unordered_map<int, int> all;\nall.find(1);\n"), [])


class Shape(unittest.TestCase):
    def test_finds_each_fault(self):
        good = "// a.h - what it is.\n#pragma once\n"
        for path, text in [
            ("a.h", "#pragma once\n"), ("a.h", good.replace("#pragma once", "int a;")),
            ("a.h", good + "int a; \n"), ("a.h", good + "int a;"), ("a.h", good + "\tint a;\n"),
            ("a.cc", "x" * 101 + "\n"), ("a.cc", "x;\n" * 521),
        ]:
            with self.subTest(text=text[:40]):
                self.assertTrue(shape.check_file(path, text))
        self.assertEqual(shape.check_file("a.h", good), [])


class Rules(unittest.TestCase):
    TOLD = "".join([f"\n| {rule} | there | so |" for rule in rules.TOLD]
                   + [f"\n| `{knob}` | 1 |" for knob in rules.KNOBS]) + "\n"
    CASES = {f"scenarios/aws-cases/case-{number:02}-x.vpclab.yaml": "schema: 1\n"
             for number in rules.CASES}

    def test_want_a_row_and_a_citation(self):
        rows = "".join(f"| {rule} | AWS | as AWS | | |\n" for rule in rules.PROMISED) + self.TOLD
        cited = "".join(f"// {rule}\n" for rule in rules.PROMISED)
        right = {"docs/fidelity.md": rows, "tests/a_test.cc": cited, **self.CASES}

        self.assertEqual(rules.check(tree_of(self, right)), [])
        for wrong in [
            {**right, "tests/a_test.cc": cited.replace("// SG-2\n", "")},
            {**right, "docs/fidelity.md": rows.replace("| SG-2 | AWS | as AWS | | |\n", "")},
            {**right, "docs/fidelity.md": rows.replace("| SG-2 | AWS | as AWS | | |",
                                                       "| SG-2 | AWS | as AWS | | `tests/b.cc` |")},
            {**right, "docs/fidelity.md": rows.replace("| SEED-1 |", "| SEED-0 |")},
            {**right, "docs/fidelity.md": rows.replace("`filter.fragments`", "`filter`")},
            {path: text for path, text in right.items() if "case-19" not in path},
            {**right, "emulator/a.cc": "// TTL-77\n"},
            {**right, "docs/fidelity.md": rows.replace("| FWD-4b |", "| FWD-4c |")},
        ]:
            self.assertEqual(len(rules.check(tree_of(self, wrong))), 1)

    def test_accept_a_reason_why_not_yet(self):
        rows = "".join(f"| {rule} | AWS | later: IPv6 | | |\n" for rule in rules.PROMISED)
        page = {"docs/fidelity.md": rows + self.TOLD, **self.CASES}
        self.assertEqual(rules.check(tree_of(self, page)), [])


class Reasons(unittest.TestCase):
    RIGHT = {
        "emulator/trace/drop_reason.h": "enum class DropReason : int {\n  kSgIngress,\n  kNoRoute,\n};\n",
        "docs/verdicts.md": "| `SG_INGRESS` | `X` | a |\n| `NO_ROUTE` | `Y` | `tests/a_test.cc` |\n",
        "scenarios/a.vpclab.yaml": "expect: SG_INGRESS\n",
        "tests/a_test.cc": "kNoRoute\n",
    }

    def test_want_a_row_and_a_provocation(self):
        self.assertEqual(reasons.check(tree_of(self, self.RIGHT)), [])
        for path in ["docs/verdicts.md", "scenarios/a.vpclab.yaml", "tests/a_test.cc"]:
            with self.subTest(path=path):
                self.assertTrue(reasons.check(tree_of(self, {**self.RIGHT, path: "\n"})))


class Book(unittest.TestCase):
    RIGHT = {
        "docs/SUMMARY.md": "[a](a.md) [c](command-line.md)\n",
        "docs/a.md": "# One thing\n[there](#one-thing)\n",
        "docs/command-line.md": "## run\n",
        "scenarios/README.md": "[a](b/a.vpclab.yaml)\n",
        "scenarios/b/a.vpclab.yaml": "",
        "tools/cmd_run.cc": "",
    }

    def test_finds_dead_links_and_missing_pages(self):
        self.assertEqual(book.check(tree_of(self, self.RIGHT)), [])
        for path, text in [
            ("docs/SUMMARY.md", "[c](command-line.md)\n"), ("docs/a.md", "[x](gone.md)\n"),
            ("docs/a.md", "# One\n[x](#two)\n"), ("docs/command-line.md", "## walk\n"),
            ("scenarios/b/c.vpclab.yaml", ""),
        ]:
            with self.subTest(path=path, text=text):
                self.assertEqual(len(book.check(tree_of(self, {**self.RIGHT, path: text}))), 1)


if __name__ == "__main__":
    unittest.main()
