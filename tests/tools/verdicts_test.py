"""What became of packets, as the command line tells it: every journey has its end, every loss its
reason and, where there is one, the remedy; and nothing that people named is obeyed by a terminal."""

import json
import unittest

from cli_support import LAB, ONE_SIDED, Cli


class Trace(Cli):
    def test_every_packet_has_a_fate(self):
        packets = json.loads(self.run_cli("trace", LAB, "--json").stdout)["packets"]
        for packet in packets:
            self.assertIn(packet["fate"], ("consumed", "dropped", "replaced", "in-flight"))
            self.assertTrue(packet["hops"])
            self.assertEqual("reason" in packet, packet["fate"] == "dropped")
            if "reason" in packet or "code" in packet:
                self.assertTrue(packet["code"] and packet["sentence"] and packet["details"])
        dropped = [packet for packet in packets if packet["fate"] == "dropped"]
        self.assertTrue(any(packet["reason"] == "SG_INGRESS" for packet in dropped))
        lines = self.run_cli("trace", LAB, "--dropped", "-o", "jsonl").stdout.splitlines()
        self.assertEqual([json.loads(line) for line in lines], dropped)

    def test_probes_of_checks_can_be_followed(self):
        path = "scenarios/aws-cases/case-09-full-access.vpclab.yaml"
        self.assertEqual(json.loads(self.run_cli("trace", path, "--json").stdout)["packets"], [])
        packets = json.loads(self.run_cli("trace", path, "--json", "--checks").stdout)["packets"]
        self.assertTrue(packets)
        self.assertIn("vpclab check", self.run_cli("run", path).stderr)

    def test_text_names_the_steps(self):
        text = self.run_cli("trace", ONE_SIDED, "--dropped").stdout
        self.assertIn("DROPPED NO_ROUTE (NO_ROUTE_TO_DESTINATION)", text)


    def test_what_is_lost_is_dropped_though_its_sender_was_told(self):  # MTU-3
        text = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {s: 10.1.0.0/24}}}
route_tables: {v.main: {routes: {0.0.0.0/0: igw}}}
instances: {a: {subnet: v.s, elastic_ip: true}}
run:
  - ping: {from: a, to: 8.8.8.8, count: 1, pmtu: do, size: 1473}
"""
        self.assertIn("icmp_seq 1 lost: MTU_DF", self.run_cli("run", "-", text=text).stdout)
        self.assertRegex(self.run_cli("trace", "-", "--dropped", text=text).stdout,
                         r"DROPPED MTU_DF .*, and its sender told by packet \d+\n")


class EndsAtHosts(Cli):
    """What a host did with a packet has a code and a sentence, too, wherever verdicts stand."""

    TEXT = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
instances: {a: {subnet: v.s}, b: {subnet: v.s, source_dest_check: false}}
route_tables: {v.main: {routes: {9.0.0.0/8: b}}}
run:
  - ping: {name: far, from: a, to: 9.9.9.9, count: 2}
checks:
  - {name: judged, ping: far, expect: {lost: not-for-me}}
  - {name: wrong, ping: far, expect: {lost: SG_INGRESS}}
"""
    SENTENCE = r"eni-\w+ \(b\) does not have the destination address, and forwards nothing"

    def test_text_has_it(self):
        line = rf"icmp_seq 1-2 lost: not-for-me \(X_NOT_FOR_ME\), request: {self.SENTENCE}\n"
        self.assertRegex(self.run_cli("run", "-", text=self.TEXT).stdout, line)
        junit = self.run_cli("check", "-", "--junit", "report.xml", text=self.TEXT, code=1)
        self.assertRegex(junit.stdout, self.SENTENCE)
        self.assertRegex((self.place / "report.xml").read_text(), self.SENTENCE)

    def test_programs_get_it(self):
        report = json.loads(self.run_cli("check", "-", "--json", text=self.TEXT, code=1).stdout)
        lost = report["steps"][0]["ping"]["probes"][0]["lost"]
        self.assertEqual((lost["reason"], lost["code"]), ("not-for-me", "X_NOT_FOR_ME"))
        self.assertRegex(lost["sentence"], f"^{self.SENTENCE}$")
        self.assertRegex(lost["details"]["element"], r"^eni-\w+ \(b\)$")
        self.assertEqual(report["checks"][0]["code"], "X_NOT_FOR_ME")

    def test_trace_has_it(self):
        text = self.run_cli("trace", "-", text=self.TEXT).stdout
        self.assertRegex(text, rf"consumed: not-for-me \(X_NOT_FOR_ME\): {self.SENTENCE}\n")
        packets = [json.loads(line) for line in
                   self.run_cli("trace", "-", "-o", "jsonl", text=self.TEXT).stdout.splitlines()]
        end = next(packet for packet in packets if packet.get("outcome") == "not-for-me")
        self.assertEqual((end["fate"], end["code"]), ("consumed", "X_NOT_FOR_ME"))


class Neighbours(Cli):
    """Pings to addresses of one's own subnet: the reason is the network's, as anywhere else."""

    def test_absent_ones_are_no_such_hosts(self):  # FWD-1.5
        text = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
instances: {a: {subnet: v.s}, b: {subnet: v.s}}
run:
  - {at: 0s, ping: {name: absent, from: a, to: 10.1.0.77, count: 4}}
  - {at: 0s, ping: {name: reserved, from: a, to: 10.1.0.3, count: 2}}
  - {at: 0s, ping: {name: other, from: b, to: 10.1.0.78, count: 1}}
checks:
  - {name: as elsewhere, ping: absent, expect: {lost: NO_SUCH_HOST at a}}
  - {name: as the host says, ping: absent, expect: {lost: arp-failed}}
  - {name: kept, ping: reserved, expect: {lost: RESERVED_ADDRESS}}
  - {name: not mixed up, ping: other, expect: {lost: NO_SUCH_HOST at b}}
"""
        out = self.run_cli("run", "-", text=text).stdout
        self.assertRegex(out, r"icmp_seq 1-4 lost: NO_SUCH_HOST \(NO_POSSIBLE_DESTINATION\), request: "
                              r"no network interface in subnet-\w+ \(v\.s\) has the address 10\.1\.0\.77\n")
        report = json.loads(self.run_cli("check", "-", "--json", text=text).stdout)
        self.assertTrue(report["passed"])
        lost = report["steps"][0]["ping"]["probes"][0]["lost"]
        self.assertEqual(lost["outcome"], "arp-failed")
        other = report["steps"][2]["ping"]["probes"][0]["lost"]
        self.assertIn("10.1.0.78", other["sentence"])


class Routes(Cli):
    def test_a_stopped_target_of_a_route_is_no_owner_of_the_address(self):  # INST-2, RT-27
        text = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
route_tables: {v.main: {routes: {9.0.0.0/8: b}}}
instances: {a: {subnet: v.s}, b: {subnet: v.s, source_dest_check: false}}
run:
  - {at: 0s, aws: "ec2 stop-instances --instance-ids {b}"}
  - {at: 300s, ping: {from: a, to: 9.9.9.9, count: 1}}
"""
        self.assertRegex(self.run_cli("run", "-", text=text).stdout,
                         r"lost: INSTANCE_NOT_RUNNING \(X_INSTANCE_NOT_RUNNING\), request: i-\w+ \(b\), "
                         r"to which the route 9\.0\.0\.0/8 leads, is stopped\n")


class Gathered(Cli):
    def test_a_traceroute_into_a_closed_group_has_one_verdict(self):
        text = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
security_groups: {closed: {vpc: v, ingress: []}}
instances: {a: {subnet: v.s}, b: {subnet: v.s, security_groups: [closed]}}
run:
  - traceroute: {from: a, to: b, max_hops: 4, queries: 2}
"""
        lines = [line for line in self.run_cli("run", "-", text=text).stdout.splitlines()
                 if line.startswith("vpclab: ")]
        verdict = [line for line in lines if " lost: " in line]
        self.assertEqual(len(verdict), 1, lines)
        self.assertRegex(verdict[0], r"hop 1-4 lost: SG_INGRESS .* allows udp ports 33434-33441 from ")
        remedies = [line for line in lines if "missing rule" in line]
        self.assertEqual(len(remedies), 1, lines)
        report = json.loads(self.run_cli("run", "-", "--json", text=text).stdout)
        sentences = {probe["lost"]["sentence"] for probe in report["steps"][0]["traceroute"]["probes"]}
        self.assertEqual(len(sentences), 8)


class PrivateNat(Cli):
    def test_a_private_nat_gateway_wants_a_route_and_no_internet_gateway(self):  # FWD-5
        text = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24, n: 10.1.1.0/24}}}
nat_gateways: {nat: {subnet: v.n, connectivity: private}}
route_tables: {inner: {vpc: v, subnets: [s], routes: {10.9.0.0/16: nat}}}
instances: {a: {subnet: v.s}}
run:
  - {at: 300s, ping: {from: a, to: 10.9.0.9, count: 1}}
"""
        out = self.run_cli("run", "-", text=text).stdout
        self.assertRegex(out, r"the private NAT gateway nat-\w+ \(nat\) stands there: it needs a route "
                              r"to 10\.9\.0\.9 in that table\n"
                              r"vpclab:   missing rule: a route to 10\.9\.0\.9, in rtb-\w+ \(v\.main\)\n")


class GatewayLinks(Cli):
    def test_a_gateways_link_is_named_by_the_gateway(self):
        text = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {s: 10.1.0.0/24}}}
route_tables: {v.main: {routes: {0.0.0.0/0: igw}}}
instances: {a: {subnet: v.s, elastic_ip: true}}
links: {v.igw: {out: {loss: 100%}}}
run:
  - ping: {name: out, from: a, to: 8.8.8.8, count: 2}
checks:
  - {name: there, ping: out, expect: {lost: LINK_LOSS at v.igw}}
"""
        self.assertRegex(self.run_cli("run", "-", text=text).stdout,
                         r"icmp_seq 1-2 lost: LINK_LOSS \(X_LINK_LOSS\), request: the packet was lost "
                         r"on the link to igw-\w+ \(v\.igw\)\n")
        self.run_cli("check", "-", text=text)


class Remedies(Cli):
    """What would have let a packet through, for people and for programs."""

    def test_the_run_names_the_missing_rule_and_the_fix(self):
        lines = self.run_cli("run", LAB).stdout.splitlines()
        verdict = next(i for i, line in enumerate(lines) if "icmp_seq 1-4 lost: SG_INGRESS" in line)
        self.assertRegex(lines[verdict + 1], r"^vpclab:   missing rule: inbound icmp type 8 code 0 "
                                             r"from 10\.1\.6\.33 in sg-\w+ \(vpc-2\.default\)$")
        pending = next(i for i, line in enumerate(lines) if "is pending-acceptance" in line)
        self.assertRegex(lines[pending + 1], r"^vpclab:   fix: aws ec2 accept-vpc-peering-connection "
                                             r"--vpc-peering-connection-id pcx-\w+$")
        acl = self.run_cli("run", "scenarios/peering/empty-acl.vpclab.yaml").stdout
        self.assertRegex(acl, r"\nvpclab:   missing rule: inbound allow icmp .* in acl-\w+ \(")

    def test_trace_gives_the_details_of_a_drop(self):
        out = self.run_cli("trace", LAB, "--dropped", "-o", "jsonl").stdout
        drop = next(one for one in map(json.loads, out.splitlines()) if one["reason"] == "SG_INGRESS")
        self.assertRegex(drop["details"]["missing rule"], "^inbound icmp type 8 code 0 from 10")
        self.assertRegex(drop["details"]["network interface"], r"^eni-\w+ \(instance-2\)$")
        self.assertIn("\n    missing rule: inbound icmp", self.run_cli("trace", LAB, "--dropped").stdout)

    def test_checks_and_steps_give_it_to_programs(self):
        report = json.loads(self.run_cli("check", LAB, "--json").stdout)
        missing = [text for check in report["checks"] for text in check["missing"]]
        fixes = [text for check in report["checks"] for text in check["fixes"]]
        self.assertTrue([text for text in missing if text.startswith("inbound icmp")], missing)
        self.assertTrue([text for text in fixes if "accept-vpc-peering-connection" in text], fixes)
        lost = [probe["lost"] for step in report["steps"]
                for probe in step.get("ping", {}).get("probes", []) if "lost" in probe]
        self.assertTrue([one for one in lost if "missing rule" in one["details"]])


class Terminal(Cli):
    """Nothing that people write into a scenario is obeyed by a terminal or breaks a table."""

    TEXT = r"""
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
security_groups: {v.default: {ingress: [icmp from any]}}
instances: {a: {subnet: v.s}}
run:
  - {at: 0s, aws: "ec2 run-instances --image-id ami-amazon-linux-2023 --instance-type t3.micro --count 1 --subnet-id {v.s} --private-ip-address 10.1.0.77 --tag-specifications 'ResourceType=instance,Tags=[{Key=Name,Value=x\e[31m\ny\tz}]'"}
  - {at: 30s, ping: {from: a, to: 10.1.0.77, count: 1}}
  - {at: 35s, name: bad, aws: "ec2 describe-vpcs --vpc-ids \e[31mvpc-1"}
"""

    def test_control_characters_are_replaced(self):
        for arguments, code in [(["run", "-"], 1), (["trace", "-"], 0),
                                (["show", "-", "instances", "--after-run"], 0),
                                (["show", "-", "instances", "--after-run", "-o", "text"], 0)]:
            with self.subTest(arguments=arguments):
                done = self.run_cli(*arguments, text=self.TEXT, code=code, NO_COLOR="1")
                self.assertRegex(done.stdout, "\ufffd\\[31m")
                self.assertNotRegex(done.stdout + done.stderr, r"[\x00-\x08\x0b-\x1f\x7f]")
        rows = self.run_cli("show", "-", "instances", "--after-run", "-o", "text",
                            text=self.TEXT).stdout.splitlines()
        self.assertEqual(len(rows), 2)
        self.assertEqual({row.count("\t") for row in rows}, {8})

    def test_captures_describe_interfaces_in_one_line(self):
        self.run_cli("run", "-", "--out", "c", text=self.TEXT, code=1)
        for file in (self.place / "c").iterdir():
            self.assertNotIn(b"x\x1b[31m", file.read_bytes(), file.name)


class Steps(Cli):
    """trace --step, and what a traceroute's hops become."""

    TEXT = """
schema: 1
vpcs: {v: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {s: 10.1.0.0/24}}}
route_tables: {v.main: {routes: {0.0.0.0/0: igw}}}
instances: {a: {subnet: v.s, elastic_ip: true}}
run:
  - traceroute: {name: path, from: a, to: 8.8.8.8, method: icmp, queries: 1, numeric: true}
  - ping: {from: a, to: 10.1.0.77, count: 1}
"""

    def test_packets_name_their_step(self):
        out = self.run_cli("trace", "-", "--step", "step 2", "-o", "jsonl", text=self.TEXT).stdout
        packets = [json.loads(line) for line in out.splitlines()]
        self.assertTrue(packets)
        self.assertEqual({packet["step"] for packet in packets}, {"step 2"})
        self.assertIn("[path]", self.run_cli("trace", "-", "--step", "path", text=self.TEXT).stdout)
        done = self.run_cli("trace", "-", "--step", "pfad", text=self.TEXT, code=2)
        self.assertIn("no step of the run is called 'pfad'", done.stderr)

    def test_a_drop_names_the_packet_that_told_its_sender(self):
        out = self.run_cli("trace", "-", "-o", "jsonl", text=self.TEXT).stdout
        packets = {packet["packet"]: packet for packet in map(json.loads, out.splitlines())}
        expired = [packet for packet in packets.values() if packet.get("reason") == "TTL_EXPIRED"]
        self.assertTrue(expired)
        for packet in expired:
            self.assertEqual(packet["fate"], "dropped")
            answer = packets[packet["answered_by"]]
            self.assertEqual(answer["cause"], packet["packet"])
            self.assertIn("ICMP time exceeded", answer["summary"])
        silent = [packet for packet in packets.values() if packet.get("reason") == "NO_SUCH_HOST"]
        self.assertTrue(silent)
        self.assertFalse([packet for packet in silent if "answered_by" in packet])
        dropped = self.run_cli("trace", "-", "--dropped", text=self.TEXT).stdout
        self.assertRegex(dropped, r"DROPPED TTL_EXPIRED \(X_TTL_EXPIRED\): .*, "
                                  r"and its sender told by packet \d+\n")


if __name__ == "__main__":
    unittest.main()
