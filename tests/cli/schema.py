"""Checks JSON against the schemas of capi/schemas; as much of JSON Schema as those use, no library needed."""
import json
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "capi/schemas"
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
         "integer": int, "number": (int, float)}
SILENT = {"$schema", "$id", "title", "description", "format", "examples"}


def load():
    schemas = [json.loads(path.read_text()) for path in FOLDER.glob("*.schema.json")]
    return {schema["$id"]: schema for schema in schemas}


ALL = load()


def is_a(value, name):
    return isinstance(value, TYPES[name]) and not (isinstance(value, bool) and
                                                   name in ("integer", "number"))


def faults(value, schema, at=""):
    """Yields what does not fit, with its JSON pointer."""
    unknown = set(schema) - SILENT - {"$ref", "type", "enum", "const", "anyOf", "properties", "items",
                                      "required", "additionalProperties", "minimum", "maximum",
                                      "minItems", "minLength", "maxLength", "pattern"}
    if unknown:
        raise ValueError(f"schema.py does not know {unknown}")
    if "$ref" in schema:
        yield from faults(value, ALL[schema["$ref"]], at)
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_a(value, name) for name in types):
        yield f"{at}: {value!r} is not {types}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"{at}: {value!r} is not {schema['const']!r}"
    if "anyOf" in schema and all(list(faults(value, each, at)) for each in schema["anyOf"]):
        yield f"{at}: {value!r} is none of anyOf"
    if is_a(value, "number") and not (schema.get("minimum", value) <= value
                                      <= schema.get("maximum", value)):
        yield f"{at}: {value!r} is too small or too large"
    if isinstance(value, str) and not (schema.get("minLength", 0) <= len(value)
                                       <= schema.get("maxLength", len(value))):
        yield f"{at}: {value!r} is too short or too long"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{at}: {value!r} does not match {schema['pattern']}"
    if isinstance(value, dict):
        known = schema.get("properties", {})
        more = schema.get("additionalProperties", True)
        for name in set(schema.get("required", [])) - set(value):
            yield f"{at}/{name}: is missing"
        for name, member in value.items():
            if name in known:
                yield from faults(member, known[name], f"{at}/{name}")
            elif more is False:
                yield f"{at}/{name}: is not known"
            elif isinstance(more, dict):
                yield from faults(member, more, f"{at}/{name}")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{at}: too few"
        for index, element in enumerate(value):
            yield from faults(element, schema.get("items", {}), f"{at}/{index}")


def check(value, name):
    """The faults of a value against the schema of this name."""
    return list(faults(value, ALL[f"urn:habeas:schema:{name}:1"]))
