"""The captures of real runs, judged by others: tshark pairs requests and replies, finds every
checksum right and exactly the dropped packets marked; tcpdump reads the files."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv.pop(1))
PROGRAM = sys.argv.pop(1)
LAB = SOURCE / "scenarios/peering/vpc-peering.vpclab.yaml"
ALL = sorted(path for path in SOURCE.glob("scenarios/*/*.vpclab.yaml")
             if path.parent.name != "invalid")

CHECKSUMS = [word for protocol in ("ip", "udp", "tcp")
             for word in ("-o", f"{protocol}.check_checksum:TRUE")]
BAD = "_ws.malformed || " + " || ".join(
    f"{protocol}.checksum.status == 0" for protocol in ("ip", "icmp", "udp", "tcp"))


def output_of(*command):
    done = subprocess.run([str(word) for word in command], text=True, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.stderr}")
    return done.stdout


def tshark(file, *arguments):
    return output_of("tshark", "-2", *CHECKSUMS, "-r", file, *arguments).splitlines()


def fields(file, display_filter, *names):
    """The fields of each frame that the filter selects."""
    words = [word for name in names for word in ("-e", name)]
    lines = tshark(file, "-Y", display_filter, "-T", "fields", *words)
    return [line.split("\t") for line in lines]


def journeys_of(scenario):
    lines = output_of(PROGRAM, "trace", scenario, "-o", "jsonl").splitlines()
    return [json.loads(line) for line in lines]


def captures_of(scenario, place, *arguments):
    output_of(PROGRAM, "run", scenario, "--out", place, *arguments)
    return sorted(Path(place).iterdir())


class Lab(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.place.cleanup)
        cls.files = captures_of(LAB, cls.place.name)
        cls.journeys = journeys_of(LAB)

    def file(self, name):
        return Path(self.place.name, f"{name}.pcapng")

    def ids(self, name, display_filter):
        """The packets that the filter selects in an instance's file."""
        return sorted(int(frame[0], 0) for frame in
                      fields(self.file(name), display_filter, "frame.packet_id"))

    def sent(self, what, **facts):
        """The journeys of such packets between the two, with these facts."""
        return [one for one in self.journeys if what in one["summary"]
                and all(one.get(key) == value for key, value in facts.items())]

    def test_the_target_shows_the_requests_that_were_let_in(self):  # CAP-1
        requests = self.sent("> 10.2.4.95: ICMP echo request")
        arrived = [one["packet"] for one in requests if one.get("outcome") == "echo-request"]
        self.assertGreater(len(arrived), 5)
        self.assertGreater(len(requests), len(arrived) + 5)
        self.assertEqual(self.ids("instance-2", "icmp.type == 8 && ip.dst == 10.2.4.95"), arrived)
        self.assertEqual(self.ids("instance-1", "icmp.type == 8 && ip.dst == 10.2.4.95"),
                         [one["packet"] for one in requests])

    def test_requests_and_replies_are_paired(self):
        answered = sorted(one["cause"] for one in
                          self.sent("10.2.4.95 > 10.1.6.33: ICMP echo reply", fate="consumed"))
        ours = "ip.dst == 10.2.4.95"
        self.assertGreater(len(answered), 5)
        self.assertEqual(self.ids("instance-1", f"icmp.resp_in && {ours}"), answered)
        unanswered = {one["packet"] for one in self.sent("> 10.2.4.95: ICMP echo request")}
        unanswered -= set(answered)
        self.assertEqual(self.ids("instance-1", f"icmp.no_resp && {ours}"), sorted(unanswered))
        times = fields(self.file("instance-1"), "icmp.resptime && ip.src == 10.2.4.95",
                       "icmp.resptime")
        self.assertEqual(len(times), len(answered))
        self.assertTrue(all(0.1 < float(time[0]) < 2 for time in times), times)  # TTL-6, in ms
        # The target shows what it answers, also where its reply is lost on the way.
        self.assertEqual(self.ids("instance-2", f"icmp.resp_in && {ours}"),
                         self.ids("instance-2", f"icmp.type == 8 && {ours}"))

    def test_arp_comes_before_the_first_packet_that_an_instance_sends(self):
        for name in ("instance-1", "instance-2"):
            with self.subTest(instance=name):
                file = self.file(name)
                frames = fields(file, "arp || ip", "frame.packet_flags_direction", "arp.opcode")
                sent = [frame[1] if len(frame) > 1 else "" for frame in frames
                        if int(frame[0], 0) == 2]
                self.assertIn("", sent)  # something beside ARP
                self.assertEqual(sent[0], "1")  # a question

    def test_interfaces_are_named_by_their_elements(self):
        names = {name[0] for name in fields(self.file("journey"), "ip", "frame.interface_name")}
        for prefix in ("eni-", "vpc-", "pcx-"):
            self.assertTrue([name for name in names if name.startswith(prefix)], names)
        crossed = fields(self.file("journey"), f'frame.interface_name == "{self.peering(names)}"',
                         "icmp.type")
        self.assertEqual({kind[0] for kind in crossed}, {"8", "0"})

    @staticmethod
    def peering(names):
        return next(name for name in names if name.startswith("pcx-"))

    def test_names_of_instances_stand_in_the_file(self):
        lines = tshark(self.file("instance-1"), "-N", "n", "-Y", "icmp.type == 8 && ip.dst == 10.2.4.95",
                       "-T", "fields", "-e", "ip.src_host", "-e", "ip.dst_host")
        self.assertEqual(set(lines), {"instance-1\tinstance-2"})

    def test_nothing_is_wrong_with_any_frame(self):
        for file in self.files:
            with self.subTest(file=file.name):
                self.assertEqual(fields(file, BAD, "frame.number"), [])

    def test_tcpdump_reads_both_kinds(self):
        for name in ("instance-2", "journey"):
            text = output_of("tcpdump", "-nr", self.file(name))
            self.assertIn("ICMP echo request", text)


class EveryScenario(unittest.TestCase):
    def test_exactly_the_dropped_packets_are_marked_and_nothing_is_wrong(self):
        self.assertGreater(len(ALL), 20)
        found = 0
        for scenario in ALL:
            with self.subTest(scenario=scenario.name), tempfile.TemporaryDirectory() as place:
                captures_of(scenario, place)
                journey = Path(place, "journey.pcapng")
                marked = fields(journey, 'frame.comment contains "DROPPED"',
                                "frame.packet_id", "frame.comment")
                reasons = {one["packet"]: one["reason"] for one in journeys_of(scenario)
                           if one["fate"] == "dropped"}
                self.assertEqual(sorted(int(mark[0], 0) for mark in marked), sorted(reasons))
                for packet, comment in marked:
                    self.assertTrue(comment.startswith(f"DROPPED {reasons[int(packet, 0)]} "), comment)
                found += len(marked)
                if scenario.name != "links.vpclab.yaml":  # whose link flips bits
                    self.assertEqual(fields(journey, BAD, "frame.number", "frame.comment"), [])
        self.assertGreater(found, 100)


if __name__ == "__main__":
    unittest.main()
