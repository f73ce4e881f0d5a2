#!/usr/bin/env python3
"""Makes contacts.csv, consents.csv and figures.json: the same bytes in each run and on each machine.

  python3 make_data.py           writes the files beside this script
  python3 make_data.py --check   makes them anew in memory and compares, and looks whether columns.json
                                 and definitions.json fit; exit code 1 if not
"""

import json
import sys
from collections import Counter
from pathlib import Path

from consents import COLUMNS as CONSENT_COLUMNS, make_consents, rfc4180
from people import BLANK, BROKEN, COLUMNS, COUNTRY_SYNONYMS, DUPLICATES, MINORS, SPOILT, Random, make_contacts, php_csv

SEED = 20261124
# Fields that every new store has.
CORE_FIELDS = {"email", "phone", "first_name", "last_name", "language", "country", "timezone", "date_of_birth"}


def figures(contacts, lines, stories, rejected, repeated):
    """What an import must find; known from how the files were made, not read back from them."""
    ids = {}
    for contact in contacts:
        if contact.kind != "plain":
            ids.setdefault(contact.kind, []).append(int(contact.row["id"]))
    last = Counter()
    for contact in contacts:
        if contact.consents:
            newsletter = [c for c in contact.consents if c["purpose"] == "newsletter"]
            if newsletter:
                newest = newsletter[-1]
                kind = newest["action"]
                if kind == "granted" and newest["preticked"] == "1":
                    kind = "granted, pre-ticked"
                elif kind == "granted" and not newest["text_version"]:
                    kind = "granted, text unknown"
                last[kind] += 1

    def of(story):
        return min(int(c.row["id"]) for c in contacts if getattr(c, "story", "") == story)

    return {
        "contacts": {
            "rows": len(contacts), "columns": COLUMNS, "duplicates": DUPLICATES, "broken_addresses": BROKEN,
            "blank": BLANK, "spoilt_values": SPOILT, "country_synonyms": COUNTRY_SYNONYMS,
            "minors": {str(age): count for age, count in MINORS.items()},
            # Each row's id is external:mautic; a duplicate meets its original by the address.
            "rejected": sum(BROKEN.values()) + sum(SPOILT.values()),
            "subjects": len(contacts) - sum(DUPLICATES.values()) - sum(BROKEN.values()) - sum(SPOILT.values()),
            "countries": dict(sorted(Counter(c.country.code for c in contacts if c.kind != "blank:nothing").items())),
            "ids": dict(sorted(ids.items())),
        },
        "consents": {
            "lines": len(lines), "people": sum(stories.values()), "stories": stories, "rejected": rejected,
            "repeated": repeated, "accepted": len(lines) - sum(rejected.values()) - repeated,
            "newsletter_last": dict(sorted(last.items())),
        },
        # Ids of contacts whose story is worth showing.
        "examples": {story: of(story) for story in ("plain", "both_purposes", "withdrawn", "withdrawn_then_again",
                                                    "pending", "preticked", "no_text_version", "minor")},
    }


def table(columns, rows):
    return [columns] + [[row[column] for column in columns] for row in rows]


def make():
    random = Random(SEED)
    contacts = make_contacts(random)
    lines, stories, rejected, repeated = make_consents(random, contacts)
    facts = figures(contacts, lines, stories, rejected, repeated)
    return {
        "contacts.csv": php_csv(table(COLUMNS, [c.row for c in contacts])),
        "consents.csv": rfc4180(table(CONSENT_COLUMNS, lines)),
        "figures.json": json.dumps(facts, indent=1, ensure_ascii=False) + "\n",
    }


def misfits(here):
    """Columns without a place and places without a field in the files written by hand."""
    columns = json.loads((here / "columns.json").read_text(encoding="utf-8"))
    fields = json.loads((here / "definitions.json").read_text(encoding="utf-8"))["fields"]
    known = {field["name"] for field in fields} | CORE_FIELDS | {"-", "external:mautic"}
    if [column["header"] for column in columns] != COLUMNS:
        yield "columns.json does not name the columns of contacts.csv"
    for column in columns:
        if column["target"] not in known:
            yield f"columns.json: no field {column['target']}"
    for field in fields:
        if field["name"] not in {column["target"] for column in columns}:
            yield f"definitions.json: nothing fills {field['name']}"


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    here, different = Path(__file__).resolve().parent, []
    for name, text in make().items():
        data, path = text.encode("utf-8"), here / name
        if arguments:
            if not path.exists() or path.read_bytes() != data:
                different.append(name)
        else:
            path.write_bytes(data)
    faults = [f"{name} differs from what make_data.py makes" for name in different]
    faults += misfits(here) if arguments else []
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main(sys.argv[1:])
