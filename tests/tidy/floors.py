"""The include graph against the floors of docs/architecture.md: a folder includes only what lies
below it, and each third-party library stays where it belongs."""

import re

import tree

FLOORS = {
    "netstack/base": 0, "netstack/wire": 0,
    "netstack/host": 1, "emulator/engine": 1, "emulator/api": 1,
    "netstack/socket": 2, "emulator/trace": 2,
    "netstack/app": 3, "emulator/link": 3,
    "emulator/dataplane": 4,
    "emulator/node": 5, "emulator/control": 5,
    "emulator/fabric": 6,
    "emulator/world": 7,
    "emulator/scenario": 8, "emulator/explain": 8, "emulator/capture": 8,
    "emulator/bridge": 9,
    "emulator/serve": 10,
    "tools": 11,
}
# Same floor, and yet allowed: wire stands on base.
SAME_FLOOR = {("netstack/wire", "netstack/base")}
# The one meeting of control and the data plane.
COMPILE = re.compile(r"emulator/control/compile(_\w+)?\.(h|cc)$")
PLAN = {"emulator/dataplane/plan.h", "emulator/dataplane/classic_plan.h"}

STANDARD = re.compile(r"^[a-z_0-9]+$")
# Standard headers that open files, read clocks or start threads: only at the edge.
EDGE_HEADERS = {"fstream", "filesystem", "thread", "mutex", "future", "condition_variable", "iostream"}
EDGE = ("emulator/capture", "emulator/scenario", "emulator/bridge", "emulator/serve", "tools")
# Third-party headers: prefix -> folders that may include them (headers, sources).
ANYWHERE = ("",)
THIRD_PARTY = {
    "tl/": (ANYWHERE, ANYWHERE),
    "boost/container/": (ANYWHERE, ANYWHERE),
    "sanitizer/": (ANYWHERE, ANYWHERE),
    "boost/": (("emulator/bridge", "emulator/serve", "tools"),) * 2,
    "fmt/": (EDGE, ANYWHERE),
    "nlohmann/": (EDGE, EDGE + ("emulator/api",)),
    "CLI/": (("tools",), ("tools",)),
    "pugixml.hpp": ((), EDGE),
    "pcap": ((), ("emulator/capture", "emulator/bridge", "tools")),
    "yaml.h": ((), ("emulator/scenario/yaml.cc",)),
    "tins/": ((), ("tools",)),
}
# What the system offers (sockets, files, processes): POSIX and Linux headers, with the edge's rights.
SYSTEM = re.compile(r"^(unistd|malloc|fcntl|poll|signal|errno|sched|sys/|net/|netinet/|arpa/|linux/)")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def folder_of(path):
    """The floor's folder that holds `path`, or None."""
    parts = path.split("/")
    if parts[0] == "tools":
        return "tools"
    folder = "/".join(parts[:2])
    return folder if folder in FLOORS else None


def judge_own(path, folder, included):
    """Why `path` may not include the project's file `included`; None if it may."""
    below = folder_of(included)
    if below is None:
        return f'includes "{included}", which lies on no floor'
    if folder == "emulator/control" and below == "emulator/dataplane":
        if COMPILE.match(path) and included in PLAN | {"emulator/dataplane/prefix_table.h",
                                                       "emulator/dataplane/security_group.h",
                                                       "emulator/dataplane/network_acl.h"}:
            return None
        return f'includes "{included}": control meets the data plane in its compile files only'
    if below == folder or (folder, below) in SAME_FLOOR or FLOORS[below] < FLOORS[folder]:
        return None
    return f'includes "{included}": {below} (floor {FLOORS[below]}) is not below {folder}' \
           f" (floor {FLOORS[folder]})"


def within(path, places):
    return any(path == place or path.startswith(place + "/") or place == "" for place in places)


def judge_foreign(path, included):
    """Why `path` may not include <included>; None if it may."""
    for prefix, (in_headers, in_sources) in THIRD_PARTY.items():
        if included.startswith(prefix):
            places = in_headers if path.endswith(".h") else in_sources
            return None if within(path, places) else f"includes <{included}>, which is not for here"
    if SYSTEM.match(included) or included in EDGE_HEADERS:
        if within(path, EDGE) or included in {"errno.h", "signal.h"}:
            return None
        return f"includes <{included}>: files, sockets, clocks and threads live at the edge"
    if STANDARD.match(included) or included in {"time.h", "stdlib.h"}:
        return None
    return f"includes <{included}>, which no rule of tests/tidy/floors.py knows"


def check(root):
    problems = []
    for path in tree.files(root, "netstack", "emulator", "tools", suffixes=tree.CODE):
        folder = folder_of(path)
        if folder is None:
            problems.append(f"{path}:1: lies on no floor")
            continue
        text = tree.read(root, path)
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            quote, included = match.groups()
            own = quote == '"'
            if own and folder == "tools" and included.startswith("ns3/"):
                continue
            wrong = judge_own(path, folder, included) if own else judge_foreign(path, included)
            if wrong and not (folder == "tools" and included.startswith("ns3/")):
                problems.append(f"{path}:{line}: {wrong}")
    return problems


if __name__ == "__main__":
    tree.main(check)
