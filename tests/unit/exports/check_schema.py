#!/usr/bin/env python3
"""Checks a JSON document against a JSON Schema (draft 2020-12). Exit code 77: the library is missing."""
import copy
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)


def main(schema_path, document_path):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    with open(document_path, encoding="utf-8") as file:
        document = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    errors = [f"/{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in validator.iter_errors(document)]
    for error in errors:
        print(error)
    # The schema must be able to fail: every required member is missed, every unknown one is seen.
    for name in schema["required"]:
        less = copy.deepcopy(document)
        del less[name]
        if validator.is_valid(less):
            errors.append(name)
            print(f"the schema does not miss {name}")
    if validator.is_valid(document | {"something": 1}):
        errors.append("something")
        print("the schema takes an unknown member")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
