#!/usr/bin/env python3
"""Writes what the package knows of the C ABI's names and documents.

usage: generate.py [--check]
From capi/habeas.h: src/habeas/names.py (enumerations).
From the JSON Schemas: src/habeas/documents.py (typed dictionaries, and where their times are).
--check: exit code 1 if a file differs from what would be written.
"""
import json
import keyword
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PACKAGE = HERE.parent / "src" / "habeas"

# name in the header: (name here, prefix that goes, what it is)
ENUMERATIONS = {
    "status_code": ("Status", "", "What a call of the library returned."),
    "channel": ("Channel", "CHANNEL_", "A way to reach a subject; ``ANY`` means all channels of the purpose."),
    "event_kind": ("EventKind", "EVENT_", "Kinds of events of the ledger; hosts record those below 64."),
    "consent_state_code": ("State", "STATE_", "A consent field's state."),
    "reason": ("Reason", "REASON_", "Why a decision is as it is; below 32: allowed."),
    "request_kind": ("RequestKind", "REQUEST_", "What a person asks for (arts. 7, 15 to 22)."),
    "actor_kind": ("ActorKind", "ACTOR_", "Who acts."),
    "durability": ("Durability", "DURABILITY_", "What a power cut may take."),
    "log_level": ("LogLevel", "LOG_", "How much a line of the log matters."),
    "owner": ("Owner", "OWNER_", "Whose field it is."),
    "blank": ("Blank", "BLANK_", "How an update treats what is blank in the input."),
    "on_match": ("OnMatch", "ON_MATCH_", "What an upsert does with a subject that is there."),
    "outcome": ("Outcome", "OUTCOME_", "What became of a row."),
    "receipt_format": ("ReceiptFormat", "RECEIPT_", "Forms of consent receipts."),
    "proof_code": ("Proof", "PROOF_", "What stays provable after an erasure."),
    "bundle_format": ("BundleFormat", "BUNDLE_", "Forms of access bundles."),
    "holder_operation": ("Operation", "HOLDER_", "What data holders are asked."),
    "signal": ("Signal", "SIGNAL_", "What persons do."),
    "gateway_outcome": ("GatewayOutcome", "GATEWAY_", "What became of a message at a gateway."),
}

DO_NOT_EDIT = "# Made by tools/generate.py: change that, or what it reads.\n"


def enumerations(header):
    header = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
    out = ['"""Enumerations of the library. Each has the number of the C ABI; ``label`` is its name in documents."""',
           DO_NOT_EDIT, "from enum import IntEnum", "", "",
           "class Name(IntEnum):",
           '    """What all enumerations here have in common."""', "",
           "    @property",
           "    def label(self) -> str:",
           '        """The name in documents, such as ``"email"``."""',
           "        return self.name.lower()"]
    names = ["Name"]
    for name, (ours, prefix, what) in ENUMERATIONS.items():
        found = re.search(r"enum habeas_" + name + r" \{(.*?)\}", header, re.S)
        members = re.findall(r"HABEAS_(\w+)\s*=\s*(-?\d+)", found.group(1))
        out += ["", "", f"class {ours}(Name):", f'    """{what}"""', ""]
        out += [f"    {member.removeprefix(prefix)} = {number}" for member, number in members]
        names.append(ours)
    out += ["", "", "__all__ = ["] + [f'    "{name}",' for name in sorted(names)] + ["]"]
    return "\n".join(out) + "\n"


def pascal(name):
    return "".join(part.capitalize() for part in re.split(r"[^a-zA-Z0-9]+", name) if part)


class Documents:
    """Typed dictionaries of all schemas, and for each the places of its times."""

    def __init__(self, schemas):
        self.schemas = schemas
        self.classes = []
        self.times = {}
        self.types = {}

    def write(self):
        for name in sorted(self.schemas):
            self.defs = self.schemas[name].get("$defs", {})
            self.seen = {}
            self.types[name], self.times[name] = self.of(self.schemas[name], pascal(name))
        out = ['"""Documents of the library as typed dictionaries: shapes as in ``share/habeas/schemas``.', "",
               "Times are ``datetime`` in UTC and days are ``date`` where the library gives a document; where it takes one,",
               'they may be such, or text in the form of RFC 3339.', '"""', DO_NOT_EDIT,
               "from __future__ import annotations", "",
               "from datetime import date, datetime", "from typing import TYPE_CHECKING, Any, Dict, List, Literal, TypedDict, Union", "",
               "if TYPE_CHECKING:", "    from typing_extensions import NotRequired", ""]
        for lines in self.classes:
            out += [""] + lines + [""]
        aliases = [(pascal(name), kind) for name, kind in self.types.items() if kind != pascal(name)]
        out += [""] + [f"{name} = {kind}" for name, kind in aliases] + [""]
        out += ["# Where times (\"time\") and days (\"day\") are; \"*\" is every member, a name in brackets another document.",
                "PLACES: Dict[str, Any] = {"]
        out += [f"    {name!r}: {self.times[name]!r}," for name in sorted(self.times) if self.times[name]]
        out += ["}"]
        return "\n".join(out).replace("'", '"') + "\n"  # nothing above has a quotation mark inside of a text

    def of(self, schema, name):
        if not isinstance(schema, dict) or not schema:
            return "Any", None
        if "$ref" in schema:
            reference = schema["$ref"]
            if reference.startswith("urn:"):
                other = reference.split(":")[3]
                return pascal(other), f"<{other}>"
            if reference.startswith("#/$defs/"):
                key = reference.rsplit("/", 1)[1]
                if key not in self.seen:
                    self.seen[key] = ("Dict[str, Any]", None)  # where it refers to itself
                    self.seen[key] = self.of(self.defs[key], name)
                return self.seen[key]
            return "Dict[str, Any]", None
        if "enum" in schema:
            texts = [each for each in schema["enum"] if each is not None]
            kind = "Literal[" + ", ".join(json.dumps(each) for each in texts) + "]"
            return (f"Union[{kind}, None]" if None in schema["enum"] else kind), None
        if "const" in schema:
            return f"Literal[{json.dumps(schema['const'])}]", None
        for key in ("oneOf", "anyOf"):
            if key in schema and "properties" not in schema:
                return self.one_of(schema[key], name)
        kinds = schema.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds or ("object" if "properties" in schema else None)]
        found = [self.plain(each, schema, name) for each in kinds]
        places = [place for _, place in found if place]
        return self.union([kind for kind, _ in found]), (places[0] if places else None)

    def one_of(self, options, name):
        options = sorted(options, key=lambda each: each.get("type") == "null")
        several = sum("properties" in each for each in options) > 1
        found = [self.of(each, f"{name}{at + 1}" if several else name) for at, each in enumerate(options)]
        places = [place for _, place in found if place]
        return self.union([kind for kind, _ in found]), (places[0] if places else None)

    @staticmethod
    def union(kinds):
        kinds = list(dict.fromkeys(kinds))
        return kinds[0] if len(kinds) == 1 else "Union[" + ", ".join(kinds) + "]"

    def plain(self, kind, schema, name):
        if kind == "string" and name == "DeadlineDue":  # of a breach an instant
            return "Union[date, datetime]", "day"
        if kind == "string":
            pattern = schema.get("pattern", "")
            moment = name.endswith("At") and not pattern
            empty = pattern and re.fullmatch(pattern, "") or moment
            if moment or r"\d{2}T\d{2}" in pattern or schema.get("format") == "date-time":
                return ("Union[datetime, None]" if empty else "datetime"), "time"
            if r"\d{4}-\d{2}-\d{2}" in pattern or schema.get("format") == "date":
                return ("Union[date, None]" if empty else "date"), "day"
            return "str", None
        if kind == "array":
            inner, place = self.of(schema.get("items", {}), name + "Item")
            return f"List[{inner}]", ([place] if place else None)
        if kind == "object":
            return self.mapping(schema, name)
        return {"integer": "int", "number": "float", "boolean": "bool", "null": "None"}.get(kind, "Any"), None

    def mapping(self, schema, name):
        members = schema.get("properties", {})
        if not members:
            more = schema.get("additionalProperties")
            inner, place = self.of(more, name + "Value") if isinstance(more, dict) else ("Any", None)
            return f"Dict[str, {inner}]", ({"*": place} if place else None)
        required, lines, places = schema.get("required", []), [], {}
        for key, value in members.items():
            inner, place = self.of(value, name + pascal(key))
            if place:
                places[key] = place
            lines.append((key, inner if key in required else f"NotRequired[{inner}]"))
        if any(keyword.iskeyword(key) for key, _ in lines):
            body = ", ".join(f'"{key}": {kind.removeprefix("NotRequired[").removesuffix("]") if kind.startswith("Not") else kind}'
                             for key, kind in lines)
            self.classes.append([f"{name} = TypedDict(", f'    "{name}",', "    {" + body + "},", "    total=False,", ")"])
        else:
            title = schema.get("title")
            text = f'    """{title.rstrip(".")}."""' if title else '    """Part of a document."""'
            self.classes.append([f"class {name}(TypedDict):", text, ""] + [f"    {key}: {kind}" for key, kind in lines])
        return name, places or None


def schemas():
    found = {}
    for path in sorted(ROOT.glob("capi/schemas/*.schema.json")):
        found[path.name.removesuffix(".schema.json")] = json.loads(path.read_text(encoding="utf-8"))
    return found


def main(arguments):
    header = (ROOT / "capi" / "habeas.h").read_text(encoding="utf-8")
    wanted = {"names.py": enumerations(header), "documents.py": Documents(schemas()).write()}
    stale = [name for name, text in wanted.items()
             if not (PACKAGE / name).is_file() or (PACKAGE / name).read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for name in stale:
            print(f"{name} is not what tools/generate.py writes: run it", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (PACKAGE / name).write_text(wanted[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
