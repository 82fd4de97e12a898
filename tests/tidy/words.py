"""Words that must not stand in the code or the texts: other clocks, other dice, unordered
iteration, floating point in state, leftovers, and the paths of somebody's machine."""

import re

import tree

EDGE = re.compile(r"^(emulator/(capture|scenario|bridge|serve)|tools|tests)/")
FLOORS_0_TO_7 = re.compile(r"^(netstack|emulator/(?!capture|scenario|bridge|serve))")
HEADER = re.compile(r"\.h$")

# (pattern, where it is looked for, where it is allowed all the same, why)
BANNED = [
    (r"\b(system_clock|steady_clock|high_resolution_clock|gettimeofday|clock_gettime)\b",
     r"^(netstack|emulator|tools)/.*\.(h|cc)$", r"^(emulator/(bridge|serve)/|tools/)",
     "the wall clock lives at the edge"),
    (r"\bstd::time\b|\btime\((nullptr|NULL|0)\)", r"^(netstack|emulator)/.*\.(h|cc)$", None,
     "the wall clock lives at the edge"),
    (r"\brandom_device\b", r"\.(h|cc)$", r"^(emulator/serve/|tools/)", "a run is a function of its seed"),
    (r"\bstd::\w+_distribution\b|\bstd::shuffle\b|\bstd::mt19937(_64)?\b|\b(s?rand|random)\(\)",
     r"^(netstack|emulator)/.*\.(h|cc)$", None,
     "not the same in every library: use base::Rng"),
    (r"\busing namespace\b", r"\.h$", None, "no using-directive in a header"),
    (r"\bthread_local\b", r"^(netstack|emulator)/.*\.(h|cc)$", None, "no state of a thread"),
    (r"\bstd::(map|set)<\s*(const\s+)?[\w:]+\s*\*", r"^(netstack|emulator)/.*\.(h|cc)$", None,
     "order by address is no order"),
    (r"\b(double|float)\b", r"^(netstack|emulator/(engine|api|trace|link|dataplane|node|control|fabric|world))"
     r"/.*\.(h|cc)$", r"^emulator/api/generated/", "no floating point in state"),
    (r"\bstd::regex\b", r"^(netstack|emulator|tools)/.*\.(h|cc)$", None, "slow, and recurses on input"),
    # Spelt apart, so that this file does not find itself.
    (r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b", r"", r"^(LICENSE|CONTRIBUTING\.md)$", "finish it, or file an issue"),
    (r"(?<![\w.])/(wo" r"rk|ho" r"me|ro" r"ot|us" r"r/src|tm" r"p/(te" r"am|b))/", r"",
     None, "the path of somebody's machine"),
]

COMMENT = re.compile(r"//[^\n]*")
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
UNORDERED = re.compile(r"\bunordered_(?:flat_|node_)?(?:multi)?(?:map|set)<[^;{}]*?>\s+(\w+)\s*[;={]")


def blank(match):
    return " " * len(match.group())


def unordered_problems(root, paths):
    """Range-for or begin() over a container that an unordered_* declaration names in this file or
    its header: insertion, lookup and size are fine, order is not."""
    problems = []
    texts = {path: STRING.sub(blank, COMMENT.sub(blank, tree.read(root, path))) for path in paths}
    for path, text in texts.items():
        header = path.rsplit(".", 1)[0] + ".h"
        names = set(UNORDERED.findall(text)) | set(UNORDERED.findall(texts.get(header, "")))
        for name in names:
            pattern = rf"for\s*\([^;)]*:\s*{name}\s*\)|\b{name}\.c?begin\(\)"
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{path}:{line}: iterates over the unordered '{name}'")
    return problems


def check(root):
    problems = []
    for path in tree.files(root):
        text = tree.read(root, path)
        if text is None:
            continue
        code = path.endswith((".h", ".cc"))
        for pattern, where, allowed, why in BANNED:
            if not re.search(where, path) or (allowed and re.search(allowed, path)):
                continue
            # A comment may speak of what the code must not do.
            searched = COMMENT.sub(blank, text) if code and where else text
            for match in re.finditer(pattern, searched):
                line = searched.count("\n", 0, match.start()) + 1
                problems.append(f"{path}:{line}: '{match.group()}': {why}")
    code = [path for path in tree.files(root, "netstack", "emulator", "tools", suffixes=tree.CODE)
            if not path.startswith(tree.GENERATED)]
    return problems + unordered_problems(root, code)


if __name__ == "__main__":
    tree.main(check)
