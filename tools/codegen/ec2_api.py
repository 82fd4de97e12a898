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


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def upper_first(text):
    return text[:1].upper() + text[1:]


def constant(value):
    """The enumerator's constant: `pending-acceptance` -> kPendingAcceptance."""
    words = "".join(c if c.isalnum() else " " for c in value).split()
    return "k" + "".join(upper_first(word) for word in words)


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
            lines.append(f"  {self.field_type(member['shape'])} {snake(name)};")
        if structure.members:
            lines.append("")
        lines.append("  static const StructureModel kModel;")
        lines.append("  void write_to(ValueSink& sink) const;")
        if self.is_readable(structure):
            lines.append("  void read_from(ParamReader& reader);")
        operator = f"  friend bool operator==(const {structure.name}&, const {structure.name}&)"
        lines.append(f"{operator} = default;" if len(operator) < 88
                     else f"{operator} =\n      default;")
        lines.append("};")
        return "\n".join(lines)

    def header(self, family):
        structures = self.structures(family)
        text = "\n\n".join(self.declaration(structure) for structure in structures)
        system = [line for line, used in (("#include <cstdint>", "std::int64_t" in text),
                                          ("#include <optional>", "std::optional" in text),
                                          ("#include <string>", "std::string" in text),
                                          ("#include <vector>", "std::vector" in text)) if used]
        project = ["#include \"emulator/api/model.h\""]
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
            plural = structure.action.startswith("Describe") and structure.action.endswith("s")
            return plural or (structure.action, name) in ALWAYS_LISTED
        return (structure.name, name) in ALWAYS_LISTED

    def definition(self, structure):
        table = f"k{structure.name}Members"
        parts = []
        if structure.members:
            parts.append(f"constexpr MemberModel {table}[] = {{\n"
                         + "\n".join(self.member_model(structure, name, member)
                                     for name, member in structure.members) + "\n};")
        members = table if structure.members else "{}"
        model = f"const StructureModel {structure.name}::kModel{{{quoted(structure.name)},"
        parts.append(model + (" " if len(model) + len(members) < 97 else "\n    ")
                     + members + "};")
        calls = "\n".join(f"  write_member(sink, {table}[{i}], {snake(name)});"
                          for i, (name, _) in enumerate(structure.members))
        sink = "sink" if structure.members else ""
        parts.append(f"void {structure.name}::write_to(ValueSink& {sink}".rstrip() + ") const {"
                     + (f"\n{calls}\n}}" if calls else "}"))
        if self.is_readable(structure):
            calls = "\n".join(f"  reader.read({table}[{i}], {snake(name)});"
                              for i, (name, _) in enumerate(structure.members))
            reader = "reader" if structure.members else ""
            parts.append(f"void {structure.name}::read_from(ParamReader& {reader}".rstrip()
                         + ") {" + (f"\n{calls}\n}}" if calls else "}"))
        return "\n\n".join(parts)

    def source(self, family):
        text = "\n\n".join(self.definition(structure) for structure in self.structures(family))
        includes = [f"#include \"emulator/api/generated/{family}.h\"", ""]
        project = []
        if ".enumeration" in text:
            project.append("#include \"emulator/api/generated/enums.h\"")
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
                lines.append(f"inline constexpr char {constant(value)}[] = {quoted(value)};")
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

    def variant_header(self, what, about):
        alternatives = ",\n    ".join(action + what for action in self.actions())
        includes = "\n".join(f"#include \"emulator/api/generated/{family}.h\""
                             for family in sorted(FAMILIES))
        return (self.banner(f"api/generated/{what.lower()}.h - {about}")
                + f"#pragma once\n\n#include <variant>\n\n{includes}\n\nnamespace vpclab::api {{\n\n"
                + f"using {what} = std::variant<\n    {alternatives}>;\n\n"
                + "}  // namespace vpclab::api\n")

    def actions_source(self):
        rows = []
        for action in self.actions():
            rows.append(f"    {{{quoted(action)}, {quoted(xform_name(action, '-'))},\n"
                        f"     &{action}Request::kModel, &{action}Response::kModel,\n"
                        f"     &read_request<{action}Request>}},")
        has_output = [action for action in self.actions()
                      if "output" not in self.operations[action]]
        del has_output
        return (self.banner("api/generated/actions.cc - the table of the supported actions")
                + "#include \"emulator/api/action.h\"\n"
                + "#include \"emulator/api/generated/request.h\"\n"
                + "#include \"emulator/api/generated/response.h\"\n"
                + "#include \"emulator/api/param_reader.h\"\n\nnamespace vpclab::api {\n\n"
                + "namespace {\n\ntemplate <class T>\nRequest read_request(ParamReader& reader) {\n"
                + "  T request;\n  request.read_from(reader);\n  return request;\n}\n\n"
                + "constexpr ActionModel kActions[] = {\n" + "\n".join(rows) + "\n};\n\n"
                + "}  // namespace\n\nstd::span<const ActionModel> actions() { return kActions; }\n\n"
                + "}  // namespace vpclab::api\n")

    def banner(self, title):
        return (f"// {title}.\n// Generated by tools/codegen/ec2_api.py from botocore "
                f"{botocore.__version__}, ec2/{API_VERSION}. Do not edit.\n")

    def files(self):
        result = {
            "enums.h": self.enums_header(), "enums.cc": self.enums_source(),
            "request.h": self.variant_header("Request", "any request"),
            "response.h": self.variant_header("Response", "any response"),
            "actions.cc": self.actions_source(),
            "BOTOCORE_VERSION": botocore.__version__ + "\n",
        }
        for family in ["common", *FAMILIES]:
            result[family + ".h"] = self.header(family)
            result[family + ".cc"] = self.source(family)
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
        (arguments.out / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
