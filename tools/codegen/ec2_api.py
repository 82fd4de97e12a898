#!/usr/bin/python3
"""Generates emulator/api/generated/ from the EC2 service model that botocore ships.

    /usr/bin/python3 tools/codegen/ec2_api.py                 writes the files in place
    /usr/bin/python3 tools/codegen/ec2_api.py --out DIR       writes them into DIR
    /usr/bin/python3 tools/codegen/ec2_api.py --version       prints botocore's version

What is taken from the model are names, shapes, enumerations and what is required: never its
documentation. Each action belongs to one family (a header and a source); a structure that two
families use lies in `common`.
"""

import argparse
import gzip
import json
import pathlib
import sys

import botocore
from botocore import xform_name

from ec2_tables import ALWAYS_LISTED, FAMILIES, OPEN_ENUMS

API_VERSION = "2016-11-15"
KEYWORDS = {
    "and", "auto", "bool", "break", "case", "char", "class", "const", "continue", "default",
    "delete", "do", "double", "else", "enum", "explicit", "export", "extern", "false", "float",
    "for", "friend", "goto", "if", "inline", "int", "long", "namespace", "new", "not", "operator",
    "or", "private", "protected", "public", "register", "return", "short", "signed", "static",
    "struct", "switch", "template", "this", "throw", "true", "try", "union", "unsigned", "using",
    "virtual", "void", "volatile", "while", "xor",
}
KINDS = {
    "string": ("kString", "std::string"),
    "integer": ("kInteger", "std::int64_t"),
    "long": ("kInteger", "std::int64_t"),
    "boolean": ("kBoolean", "bool"),
    "timestamp": ("kTimestamp", "Timestamp"),
    "blob": ("kBlob", "std::string"),
}


def load_model():
    """The service model, plain or compressed."""
    folder = pathlib.Path(botocore.__file__).parent / "data" / "ec2" / API_VERSION
    plain = folder / "service-2.json"
    if plain.exists():
        return json.loads(plain.read_text(encoding="utf-8"))
    with gzip.open(folder / "service-2.json.gz", "rt", encoding="utf-8") as stream:
        return json.load(stream)


def snake(name):
    """The C++ spelling of a member or an enumeration."""
    text = xform_name(name, "_")
    return text + "_value" if text in KEYWORDS else text


def reader_name(action):
    """The function that reads an action's request."""
    return "read_" + snake(action)


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def upper_first(text):
    return text[:1].upper() + text[1:]


def constant(value):
    """The enumerator's constant: `pending-acceptance` -> kPendingAcceptance."""
    words = "".join(c if c.isalnum() else " " for c in value).split()
    return "k" + "".join(upper_first(word) for word in words)


def wrapped(first, second, indent=6):
    """Two pieces of C++ on one line where they fit, else on two."""
    if len(first) + len(second) <= 100:
        return first + second
    return first.rstrip() + "\n" + " " * indent + second


class Structure:
    """One C++ struct: its name and the members of its shape."""

    def __init__(self, name, shape, action=None, is_request=False):
        self.name = name
        self.members = list(shape.get("members", {}).items())
        self.required = set(shape.get("required", []))
        self.action = action        # set for the outermost structure of an action
        self.is_request = is_request


class Generator:
    def __init__(self, model):
        self.shapes = model["shapes"]
        self.operations = model["operations"]
        self.readable = set()       # shapes that occur in requests
        self.users = {}             # shape -> families that use it
        self.outermost = {}         # family -> [Structure] of requests and responses
        self.enums = {}             # enumeration -> values
        self.always_listed = set()  # entries of ALWAYS_LISTED that were found
        for family, actions in FAMILIES.items():
            self.outermost[family] = []
            for action in actions:
                self.add_action(family, action)
        self.family_of = {
            shape: next(iter(users)) if len(users) == 1 else "common"
            for shape, users in self.users.items()
        }
        for shape in list(self.family_of):
            if self.family_of[shape] == "common":
                self.make_common(shape)

    # --- reading the model ---------------------------------------------------------------------
    def add_action(self, family, action):
        operation = self.operations[action]
        for key, suffix, is_request in (("input", "Request", True), ("output", "Response", False)):
            shape = self.shapes[operation[key]["shape"]] if key in operation else {}
            structure = Structure(action + suffix, shape, action, is_request)
            assert structure.name not in self.shapes or is_request, structure.name
            self.outermost[family].append(structure)
            for _, member in structure.members:
                self.visit(member["shape"], family, is_request)

    def visit(self, name, family, is_request):
        shape = self.shapes[name]
        if shape["type"] == "list":
            inner = shape["member"]["shape"]
            assert self.shapes[inner]["type"] in ("structure", "string"), name
            self.visit(inner, family, is_request)
        elif shape["type"] == "structure":
            self.users.setdefault(name, set()).add(family)
            if is_request:
                self.readable.add(name)
            for member in shape["members"].values():
                self.visit(member["shape"], family, is_request)
        elif "enum" in shape and name not in OPEN_ENUMS:
            self.enums[name] = shape["enum"]

    def make_common(self, name):
        for member in self.shapes[name]["members"].values():
            inner = self.structure_of(member["shape"])
            if inner and self.family_of[inner] != "common":
                self.family_of[inner] = "common"
                self.make_common(inner)

    def element(self, name):
        """(shape name of a scalar or structure, whether it stands in a list)."""
        shape = self.shapes[name]
        if shape["type"] == "list":
            return shape["member"]["shape"], True
        return name, False

    def structure_of(self, name):
        inner, _ = self.element(name)
        return inner if self.shapes[inner]["type"] == "structure" else None

    def structures(self, family):
        """Nested structures first, each after what it holds; then the actions' own."""
        done, result = set(), []

        def add(name):
            if name in done:
                return
            done.add(name)
            for member in self.shapes[name]["members"].values():
                inner = self.structure_of(member["shape"])
                if inner and self.family_of[inner] == family:
                    add(inner)
            result.append(Structure(name, self.shapes[name]))

        for name in sorted(self.family_of):
            if self.family_of[name] == family:
                add(name)
        return result + self.outermost.get(family, [])

    # --- writing C++ ---------------------------------------------------------------------------
    def field_type(self, shape_name):
        inner, is_list = self.element(shape_name)
        shape = self.shapes[inner]
        base = inner if shape["type"] == "structure" else KINDS[shape["type"]][1]
        return f"std::vector<{base}>" if is_list else f"std::optional<{base}>"

    def is_readable(self, structure):
        return structure.is_request or (not structure.action and structure.name in self.readable)

    def declaration(self, structure):
        lines = [f"struct {structure.name} {{"]
        for name, member in structure.members:
            lines.append(f"  {self.field_type(member['shape'])} {snake(name)}{{}};")
        if structure.members:
            lines.append("")
        if structure.action:
            role = "RequestRole" if structure.is_request else "ResponseRole"
            lines.append(f"  using Role = {role};")
            lines.append(f"  static constexpr Action kAction = Action::k{structure.action};")
        lines.append("  static const StructureModel kModel;")
        lines.append("  void write_to(ValueSink& sink) const;")
        if self.is_readable(structure):
            lines.append("  void read_from(ParamReader& reader);")
        name = structure.name
        lines.append(wrapped(f"  friend bool operator==(const {name}&, ",
                             f"const {name}&) = default;"))
        lines.append("};")
        return "\n".join(lines)

    def header(self, family):
        structures = self.structures(family)
        text = "\n\n".join(self.declaration(structure) for structure in structures)
        system = [line for line, used in (("#include <cstdint>", "std::int64_t" in text),
                                          ("#include <optional>", "std::optional" in text),
                                          ("#include <string>", "std::string>" in text),
                                          ("#include <vector>", "std::vector" in text)) if used]
        project = ["#include \"emulator/api/model.h\""]
        if family != "common":
            project.append("#include \"emulator/api/envelope.h\"")
        if "Timestamp>" in text:
            project.append("#include \"emulator/api/timestamp.h\"")
        if family != "common":
            project.insert(0, "#include \"emulator/api/generated/common.h\"")
        about = (f"the structures of the actions around {family.replace('_', ' ')}"
                 if family != "common" else "the structures that several families of actions use")
        return (self.banner(f"api/generated/{family}.h - {about}") + "#pragma once\n\n"
                + "\n".join(sorted(system)) + "\n\n" + "\n".join(sorted(project))
                + "\n\nnamespace vpclab::api {\n\n" + text + "\n\n}  // namespace vpclab::api\n")

    def member_model(self, structure, name, member):
        inner, is_list = self.element(member["shape"])
        shape = self.shapes[inner]
        location = member.get("locationName", name)
        query = member.get("queryName", upper_first(location))
        fields = [f".name = {quoted(name)}", f".query_name = {quoted(query)}",
                  f".xml_name = {quoted(location)}"]
        if structure.is_request:
            fields.append(f".cli_name = {quoted(xform_name(name, '-'))}")
        if shape["type"] == "structure":
            fields.append(".kind = Kind::kStructure")
        elif shape["type"] != "string":
            fields.append(f".kind = Kind::{KINDS[shape['type']][0]}")
        if is_list:
            fields.append(".is_list = true")
        if name in structure.required:
            fields.append(".is_required = true")
        if self.is_always_listed(structure, name, is_list):
            fields.append(".is_always_listed = true")
        if shape["type"] == "structure":
            fields.append(f".structure = &{inner}::kModel")
        if inner in self.enums:
            fields.append(f".enumeration = &{snake(inner)}::kModel")
        lines, line = [], "    {"
        for index, field in enumerate(fields):
            piece = field + (", " if index + 1 < len(fields) else "},")
            if len(line) + len(piece.rstrip()) > 100:
                lines.append(line.rstrip())
                line = "     "
            line += piece
        return "\n".join(lines + [line])

    def is_always_listed(self, structure, name, is_list):
        if not is_list or structure.is_request:
            return False
        if structure.action:
            if structure.action.startswith("Describe") and structure.action.endswith("s"):
                return True
        entry = (structure.action or structure.name, name)
        if entry in ALWAYS_LISTED:
            self.always_listed.add(entry)
        return entry in ALWAYS_LISTED

    def definition(self, structure):
        table = f"k{structure.name}Members"
        parts = []
        if structure.members:
            parts.append(f"constexpr MemberModel {table}[] = {{\n"
                         + "\n".join(self.member_model(structure, name, member)
                                     for name, member in structure.members) + "\n};")
        members = table if structure.members else "{}"
        head = f"const StructureModel {structure.name}::kModel{{"
        whole = f"{head}{quoted(structure.name)}, {members}}};"
        parts.append(whole if len(whole) <= 100 else
                     f"{head}\n    {quoted(structure.name)},\n    {members}}};")
        calls = "\n".join(wrapped(f"  write_member(sink, {table}[{i}], ", f"{snake(name)});")
                          for i, (name, _) in enumerate(structure.members))
        sink = "sink" if structure.members else ""
        parts.append(f"void {structure.name}::write_to(ValueSink& {sink}".rstrip() + ") const {"
                     + (f"\n{calls}\n}}" if calls else "}"))
        if self.is_readable(structure):
            calls = "\n".join(wrapped(f"  reader.read({table}[{i}], ", f"{snake(name)});")
                              for i, (name, _) in enumerate(structure.members))
            reader = "reader" if structure.members else ""
            parts.append(f"void {structure.name}::read_from(ParamReader& {reader}".rstrip()
                         + ") {" + (f"\n{calls}\n}}" if calls else "}"))
        if structure.is_request:
            parts.append(f"Request {reader_name(structure.action)}(ParamReader& reader) {{\n"
                         f"  {structure.name} request;\n  request.read_from(reader);\n"
                         "  return request;\n}")
        return "\n\n".join(parts)

    def source(self, family):
        text = "\n\n".join(self.definition(structure) for structure in self.structures(family))
        includes = [f"#include \"emulator/api/generated/{family}.h\"", ""]
        project = []
        if ".enumeration" in text:
            project.append("#include \"emulator/api/generated/enums.h\"")
        if "ParamReader" in text and self.outermost.get(family):
            project.append("#include \"emulator/api/generated/readers.h\"")
        if "ParamReader" in text:
            project.append("#include \"emulator/api/param_reader.h\"")
        project.append("#include \"emulator/api/value_sink.h\"")
        return (self.banner(f"api/generated/{family}.cc - members, readers and writers")
                + "\n".join(includes + project) + "\n\nnamespace vpclab::api {\n\n" + text
                + "\n\n}  // namespace vpclab::api\n")

    def enums_header(self):
        parts = []
        for name in sorted(self.enums):
            lines = [f"namespace {snake(name)} {{"]
            for value in self.enums[name]:
                lines.append(wrapped(f"inline constexpr char {constant(value)}[] = ",
                                     f"{quoted(value)};", 4))
            lines += ["extern const EnumModel kModel;", f"}}  // namespace {snake(name)}"]
            assert len({constant(value) for value in self.enums[name]}) == len(self.enums[name])
            parts.append("\n".join(lines))
        return (self.banner("api/generated/enums.h - the values of EC2's enumerations, as they "
                            "stand on the wire")
                + "#pragma once\n\n#include \"emulator/api/model.h\"\n\nnamespace vpclab::api {\n\n"
                + "\n\n".join(parts) + "\n\n}  // namespace vpclab::api\n")

    def enums_source(self):
        parts = []
        for name in sorted(self.enums):
            values = "".join(f"    {constant(value)},\n" for value in self.enums[name])
            parts.append(f"namespace {snake(name)} {{\nnamespace {{\n"
                         f"constexpr std::string_view kValues[] = {{\n{values}}};\n"
                         f"}}  // namespace\n"
                         f"const EnumModel kModel{{{quoted(name)}, kValues}};\n"
                         f"}}  // namespace {snake(name)}")
        return (self.banner("api/generated/enums.cc - which values an enumeration has")
                + "#include \"emulator/api/generated/enums.h\"\n\n#include <string_view>\n\n"
                + "namespace vpclab::api {\n\n" + "\n\n".join(parts)
                + "\n\n}  // namespace vpclab::api\n")

    def actions(self):
        return sorted(action for actions in FAMILIES.values() for action in actions)

    def action_name_header(self):
        actions = self.actions()
        enumerators = "".join(f"  k{action},\n" for action in actions)
        return self.banner("api/generated/action_name.h - the supported actions") + f"""\
#pragma once

#include <cstdint>

namespace vpclab::api {{

enum class Action : std::uint8_t {{
{enumerators}}};

}}  // namespace vpclab::api
"""

    def umbrella_header(self):
        includes = "\n".join(f'#include "emulator/api/generated/{family}.h"'
                             for family in ["common", *sorted(FAMILIES)])
        return self.banner("api/generated/all.h - every structure of every family") + f"""\
#pragma once

{includes}
"""

    def visit_header(self):
        cases = "\n".join(wrapped(f"    case Action::k{action}: ",
                                  f"return visitor(request.template get<{action}Request>());")
                          for action in self.actions())
        return self.banner("api/generated/visit.h - calls a visitor with the request's own "
                           "structure") + f"""\
#pragma once

#include "emulator/api/generated/all.h"

namespace vpclab::api {{

/// `visitor(const CreateVpcRequest&)` and so on: one overload for each of the {len(self.actions())}
/// actions (or a template), all with the same result.
template <class Visitor>
// NOLINTNEXTLINE(readability-function-size): a case for each action
decltype(auto) visit(Visitor&& visitor, const Request& request) {{
  switch (request.action()) {{
{cases}
  }}
  base::check_failed("action", "unknown action", __FILE__, __LINE__);
}}

}}  // namespace vpclab::api
"""

    def readers_header(self):
        readers = "\n".join(f"Request {reader_name(action)}(ParamReader& reader);"
                            for action in self.actions())
        return self.banner("api/generated/readers.h - reads one action's request each; internal "
                           "to api") + f"""\
#pragma once

#include "emulator/api/envelope.h"

namespace vpclab::api {{

{readers}

}}  // namespace vpclab::api
"""

    def actions_source(self):
        rows = []
        for action in self.actions():
            names = wrapped(f"    {{{quoted(action)}, ", f"{quoted(xform_name(action, '-'))},", 5)
            rows.append(f"{names}\n     &{action}Request::kModel,\n"
                        f"     &{action}Response::kModel,\n"
                        f"     &{reader_name(action)}}},")
        table = "\n".join(rows)
        return self.banner("api/generated/actions.cc - the table of the supported actions") + f"""\
#include "emulator/api/action.h"

#include "emulator/api/generated/all.h"
#include "emulator/api/generated/readers.h"

namespace vpclab::api {{

namespace {{

constexpr ActionModel kActions[] = {{
{table}
}};

}}  // namespace

std::span<const ActionModel> actions() {{ return kActions; }}

}}  // namespace vpclab::api
"""

    def banner(self, title):
        return (f"// {title}.\n// Generated by tools/codegen/ec2_api.py from botocore "
                f"{botocore.__version__}, ec2/{API_VERSION}. Do not edit.\n")

    def files(self):
        result = {
            "enums.h": self.enums_header(), "enums.cc": self.enums_source(),
            "action_name.h": self.action_name_header(), "all.h": self.umbrella_header(),
            "visit.h": self.visit_header(), "readers.h": self.readers_header(),
            "actions.cc": self.actions_source(),
            "BOTOCORE_VERSION": botocore.__version__ + "\n",
        }
        for family in ["common", *FAMILIES]:
            result[family + ".h"] = self.header(family)
            result[family + ".cc"] = self.source(family)
        surplus = ALWAYS_LISTED - self.always_listed
        assert not surplus, f"no such lists: {sorted(surplus)}"
        return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--out", type=pathlib.Path, default=root / "emulator/api/generated")
    parser.add_argument("--version", action="store_true")
    arguments = parser.parse_args()
    if arguments.version:
        print(botocore.__version__)
        return 0
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, text in Generator(load_model()).files().items():
        path = arguments.out / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")  # what did not change keeps its time
    return 0


if __name__ == "__main__":
    sys.exit(main())
