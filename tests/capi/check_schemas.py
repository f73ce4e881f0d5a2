#!/usr/bin/env python3
"""Checks the documents that went into the C ABI and came out of it against their schemas.

usage: check_schemas.py HEADER DOCUMENTS SCHEMAS...
Documents are called <schema>.<in|out>.<number>.json. Each schema that the header names must be there
and have a document; a schema must notice a member that is missing, and one that nobody knows.
Exit code 77: the library is missing.
"""
import copy
import json
import re
import sys
from pathlib import Path

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


class Checker:
    def __init__(self, folders):
        self.schemas = {}
        for folder in folders:
            for path in sorted(Path(folder).glob("*.schema.json")):
                self.schemas[path.name.removesuffix(".schema.json")] = load(path)
        self.by_id = {schema["$id"]: schema for schema in self.schemas.values()}
        self.problems = []
        self.checked = 0

    def resolved(self, schema):
        """With the schemas it refers to put in their places: works with every version of the library."""
        if isinstance(schema, list):
            return [self.resolved(each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        if schema.get("$ref", "").startswith("urn:"):
            return self.resolved({k: v for k, v in self.by_id[schema["$ref"]].items() if k not in ("$id", "$schema")})
        return {key: self.resolved(value) for key, value in schema.items() if key != "$id"}

    def validator(self, schema):
        return Draft202012Validator(self.resolved(schema))

    def check_schemas(self, header):
        named = set(re.findall(r"<([a-z_0-9]+)>", header)) - {"name", "system", "purpose", "code", "channel", "path"}
        named |= {"purpose"}  # also a word of consent.<purpose>
        for name in sorted(named - self.schemas.keys()):
            self.problems.append(f"habeas.h names <{name}>, which has no schema")
        for name in sorted(self.schemas.keys() - named):
            self.problems.append(f"{name}.schema.json: habeas.h does not name it")
        for name, schema in self.schemas.items():
            Draft202012Validator.check_schema(schema)
            if schema["$id"] != f"urn:habeas:schema:{name}:1":
                self.problems.append(f"{name}: its $id is {schema['$id']}")

    def check_document(self, path, name, document):
        if name not in self.schemas:
            self.problems.append(f"{path.name}: there is no schema {name}")
            return
        self.checked += 1
        schema = self.schemas[name]
        for error in self.validator(schema).iter_errors(document):
            place = "/".join(map(str, error.absolute_path))
            self.problems.append(f"{path.name}: /{place}: {error.message[:200]}")
        self.check_that_it_bites(path, schema, document)

    def check_that_it_bites(self, path, schema, document):
        """What is changed must be an object, or the first of an array."""
        if isinstance(document, list):
            if document:
                item = schema["items"]
                item = self.by_id[item["$ref"]] if "$ref" in item else item
                self.check_that_it_bites(path, item, document[0])
            return
        if not isinstance(document, dict):
            return
        validator = self.validator(schema)
        for member in schema.get("required", []):
            less = copy.deepcopy(document)
            less.pop(member, None)
            if validator.is_valid(less):
                self.problems.append(f"{path.name}: the schema does not miss {member}")
        if schema.get("additionalProperties") is False and validator.is_valid(document | {"something": 1}):
            self.problems.append(f"{path.name}: the schema takes an unknown member")

    def run(self, header, documents):
        self.check_schemas(header)
        seen = set()
        for path in sorted(documents.glob("*.json")):
            name = path.name.split(".")[0]
            seen.add(name)
            self.check_document(path, name, load(path))
        for name in sorted(self.schemas.keys() - seen):
            self.problems.append(f"{name}: the test has no such document")


def main(header, documents, *folders):
    checker = Checker(folders)
    checker.run(Path(header).read_text(encoding="utf-8"), Path(documents))
    for problem in checker.problems:
        print(problem)
    print(f"{checker.checked} documents against {len(checker.schemas)} schemas, {len(checker.problems)} problems")
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
