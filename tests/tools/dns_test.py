"""DNS on the wire, judged by others: tshark reads what the guests' captures show, finds nothing
wrong with it, and pairs every query with its answer; scapy reads the same names and addresses."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from scapy.all import DNS, UDP, rdpcap

SOURCE = Path(sys.argv.pop(1))
PROGRAM = sys.argv.pop(1)
SCENARIO = SOURCE / "scenarios/aws-cases/case-21-dns-over-peering.vpclab.yaml"


class Dns(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        subprocess.run([PROGRAM, "run", SCENARIO, "--pcap", "--out", self.place.name], timeout=60,
                       stdin=subprocess.DEVNULL, capture_output=True, check=True)

    def tshark(self, *arguments):
        done = subprocess.run(["tshark", "-2", "-o", "udp.check_checksum:TRUE", "-o",
                               "ip.check_checksum:TRUE", "-r", f"{self.place.name}/i1.pcapng",
                               *arguments], text=True, capture_output=True, timeout=60, check=True)
        return done.stdout.splitlines()

    def test_tshark_finds_nothing_wrong(self):
        self.assertEqual(self.tshark("-Y", "_ws.malformed || udp.checksum.status == 0 || "
                                     "ip.checksum.status == 0"), [])

    def test_tshark_pairs_queries_and_answers(self):
        queries = self.tshark("-Y", "dns.flags.response == 0")
        answers = self.tshark("-Y", "dns.flags.response == 1 && dns.response_to", "-T", "fields",
                              "-e", "dns.qry.name", "-e", "dns.a", "-e", "dns.resp.ttl")
        self.assertEqual(len(queries) - len(answers), 2)  # the peer's server, and DNS switched off
        self.assertIn("ip-10-2-4-95.ec2.internal\t10.2.4.95\t60", answers)
        self.assertIn("dns.google\t8.8.8.8\t60", answers)

    def test_scapy_reads_the_same(self):
        seen = set()
        for packet in rdpcap(f"{self.place.name}/i1.pcap"):
            if packet.haslayer(DNS) and packet[DNS].qr == 1 and packet[UDP].sport == 53:
                self.assertEqual(packet[DNS].ra, 1)
                for i in range(packet[DNS].ancount):
                    record = packet[DNS].an[i]
                    data = record.rdata
                    seen.add((record.rrname.decode(),
                              data.decode() if isinstance(data, bytes) else data))
        self.assertIn(("dns.google.", "8.8.8.8"), seen)
        self.assertIn(("95.4.2.10.in-addr.arpa.", "ip-10-2-4-95.ec2.internal."), seen)


if __name__ == "__main__":
    unittest.main()
