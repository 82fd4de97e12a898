#!/usr/bin/env python3
"""Runs the benchmarks and prints a table; --json FILE writes the records as a flat array.

Time is the best of several runs; instructions come from callgrind, as the difference of two run
lengths, so that set-up does not count. Compare ratios of one sitting, never absolute times.
"""
import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile

FIELDS = ["system", "workload", "cached", "hosts", "ns_per_packet_hop",
          "instructions_per_packet_hop", "events_per_second", "bytes_per_host", "setup_seconds",
          "group_evaluations", "acl_evaluations", "route_lookups"]
PER_PACKET = ["group_evaluations", "acl_evaluations", "route_lookups"]


class Workload:
    """One row: how to call its program with a given number of exchanges."""

    def __init__(self, system, name, command, exchanges, cached=None, instructions=(500, 1500)):
        self.system = system
        self.name = name
        self.command = command
        self.exchanges = exchanges
        self.cached = cached
        self.instructions = instructions  # the two run lengths under callgrind; None: not counted

    def call(self, programs, exchanges, scratch):
        return [os.path.join(programs, self.command[0])] + [
            word.format(exchanges=exchanges, scratch=scratch) for word in self.command[1:]]


def workloads():
    """All rows, ours and ns-3's beside each other."""
    def ours(name, *options, exchanges=200_000, instructions=(2_000, 6_000)):
        for cached in (True, False):
            yield Workload("vpclab", name,
                           ["vpclab_workload", *options, "--exchanges", "{exchanges}"]
                           + ([] if cached else ["--judge-anew"]),
                           exchanges, cached, instructions)

    def ns3(name, *options, exchanges=20_000, instructions=(300, 900)):
        yield Workload("ns-3", name, ["ns3_echo", *options], exchanges, None, instructions)

    yield from ours("peering", "peering")
    yield from ns3("peering", "chain", "2", "{exchanges}")
    for count in (1, 4, 16):
        yield from ours(f"appliances-{count}", "appliances", "--appliances", str(count),
                        exchanges=400_000 // (count + 1))
        yield from ns3(f"appliances-{count}", "chain", str(count), "{exchanges}",
                       exchanges=40_000 // (count + 1), instructions=(100, 300))
    for hosts in (100, 1_000, 10_000, 100_000):
        # Set-up alone takes callgrind minutes at the largest sizes.
        yield from ours(f"star-{hosts}", "star", "--hosts", str(hosts), exchanges=200_000,
                        instructions=(2_000, 6_000) if hosts <= 10_000 else None)
        if hosts <= 1_000:
            yield from ns3(f"star-{hosts}", "star", str(hosts), "{exchanges}",
                           exchanges=2_000_000 // hosts // 2, instructions=(50, 150))
    yield from ours("capture", "capture", "--out", "{scratch}", exchanges=100_000)
    yield from ns3("capture", "capture", "2", "{exchanges}", "{scratch}/ns3", exchanges=10_000)
    for pending in (1_000, 100_000, 1_000_000):
        for kind in ("radix", "priority-queue", "4-ary"):
            yield Workload("vpclab", f"event-queue-{pending}-{kind}",
                           ["event_queue_benchmark", kind, str(pending), "{exchanges}"], 3_000_000,
                           None, (100_000, 300_000) if pending < 1_000_000 else None)


def run(command):
    """The program's one line of JSON."""
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"bench: {' '.join(command)} ended with {done.returncode}")
    return json.loads(done.stdout)


def instructions_of(command):
    """(instructions, what the program printed) under callgrind."""
    with tempfile.NamedTemporaryFile(suffix=".callgrind") as profile:
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile.name}", *command],
            capture_output=True, text=True, check=False)
    for line in done.stderr.splitlines():
        if "Collected" in line:
            return int(line.rsplit(":", 1)[1]), json.loads(done.stdout)
    sys.exit(f"bench: callgrind did not count: {' '.join(command)}\n{done.stderr}")


def measure(workload, programs, scratch, repeats, scale, count_instructions):
    """One record."""
    exchanges = max(100, int(workload.exchanges * scale))
    best = None
    for _ in range(repeats):
        result = run(workload.call(programs, exchanges, scratch))
        if best is None or result["nanoseconds"] < best["nanoseconds"]:
            best = result
    hops = best["packet_hops"]
    record = {"system": workload.system, "workload": workload.name,
              "ns_per_packet_hop": round(best["nanoseconds"] / hops, 1)}
    if workload.cached is not None:
        record["cached"] = workload.cached
    if "events" in best:
        record["events_per_second"] = round(best["events"] * 1e9 / best["nanoseconds"])
    if "setup_nanoseconds" in best:
        record["setup_seconds"] = round(best["setup_nanoseconds"] / 1e9, 4)
    for field in ("hosts", "bytes_per_host"):
        if field in best:
            record[field] = best[field]
    for field in PER_PACKET:
        if field in best:
            record[field] = round(best[field] / best["packets"], 3)
    if count_instructions and workload.instructions:
        short, long = workload.instructions
        few, few_result = instructions_of(workload.call(programs, short, scratch))
        many, many_result = instructions_of(workload.call(programs, long, scratch))
        record["instructions_per_packet_hop"] = round(
            (many - few) / (many_result["packet_hops"] - few_result["packet_hops"]), 1)
    return {field: record[field] for field in FIELDS if field in record}


def print_table(records):
    columns = [field for field in FIELDS if any(field in record for record in records)]
    titles = {"ns_per_packet_hop": "ns/hop", "instructions_per_packet_hop": "instr/hop",
              "events_per_second": "events/s", "bytes_per_host": "B/host",
              "setup_seconds": "setup s", "group_evaluations": "groups/pkt",
              "acl_evaluations": "acls/pkt", "route_lookups": "routes/pkt"}
    rows = [[titles.get(column, column) for column in columns]]
    for record in records:
        rows.append([str(record.get(column, "-")) for column in columns])
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    for row in rows:
        cells = [cell.ljust(width) if i < 2 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def print_ratios(records):
    """How many times as many instructions ns-3 takes, where both were counted."""
    field = "instructions_per_packet_hop"
    theirs = {r["workload"]: r[field] for r in records if r["system"] == "ns-3" and field in r}
    for record in records:
        if record["system"] == "vpclab" and field in record and record["workload"] in theirs:
            times = theirs[record["workload"]] / record[field]
            how = "" if record.get("cached", True) else ", every packet judged anew"
            print(f"{record['workload']}{how}: ns-3 takes {times:.1f} times the instructions")


def main():
    parser = argparse.ArgumentParser(
        prog="tools/bench", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="example: tools/bench peering appliances-4 --json bench.json")
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("workload", nargs="*",
                        help="names or beginnings of names (default: all): peering, appliances-4, "
                             "star-1000, capture, event-queue")
    parser.add_argument("--json", metavar="FILE", help="write the records to FILE as well")
    parser.add_argument("--repeats", type=int, default=3, help="runs per row; the best counts")
    parser.add_argument("--scale", type=float, default=1.0, help="factor on the run lengths")
    parser.add_argument("--no-instructions", action="store_true",
                        help="leave out callgrind, which takes most of the time")
    options = parser.parse_args()
    chosen = [w for w in workloads()
              if not options.workload or any(w.name.startswith(n) for n in options.workload)]
    unknown = [n for n in options.workload
               if not any(w.name.startswith(n) for w in chosen)]
    if unknown:
        parser.error("no such workload: " + " ".join(unknown))
    records = []
    with contextlib.ExitStack() as open_until_done:
        file = None
        if options.json:  # before minutes of measuring, not after them
            try:
                file = open_until_done.enter_context(open(options.json, "w", encoding="utf-8"))
            except OSError as error:
                print(f"bench: cannot write {options.json}: {error.strerror}", file=sys.stderr)
                sys.exit(4)
        scratch = open_until_done.enter_context(tempfile.TemporaryDirectory())
        for number, workload in enumerate(chosen, 1):
            if sys.stderr.isatty():
                print(f"\r[{number}/{len(chosen)}] {workload.system} {workload.name}\033[K", end="",
                      file=sys.stderr, flush=True)
            records.append(measure(workload, options.programs, scratch, max(1, options.repeats),
                                   options.scale, not options.no_instructions))
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr)
        print_table(records)
        print_ratios(records)
        if file:
            json.dump(records, file, indent=2)
            file.write("\n")


if __name__ == "__main__":
    main()
