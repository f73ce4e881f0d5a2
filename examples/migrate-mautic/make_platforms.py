#!/usr/bin/env python3
"""Writes what other platforms would export of the same made-up people, with the traps of each format.

usage: make_platforms.py FOLDER [ROWS] [SEED]

mautic.sql          Mautic's tables as a dump (feed it to a server, or to habeas)
mautic.csv          Mautic's scheduled export of contacts: no BOM, a quote behind a backslash
mautic_dnc.csv      do-not-contact, which that export lacks
hubspot.csv         HubSpot's export of contacts
hubspot_out.csv     its export of unsubscribes and bounces: TRUE means opted out
expected.json       who must not get marketing e-mail, by file; rows of each
All domains are reserved for documentation (RFC 2606).
"""
import csv
import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path

FIRST = ["Ann", "Béla", "Cid", "Dörte", "Eve", "Fañch", "Gül", "Hana", "Ivo", "Jürgen"]
LAST = ["O'Hara", 'de "Wit"', "Back\\slash", "Straße", "Smith, Jr.", "Nguyễn", "Semi;colon", "Two\nlines"]
COUNTRIES = ["Austria", "Germany", "Czech Republic", "France", "", "Nowhere"]
LEVELS = ["gold", "silver", "tin", "", "wood"]  # wood is no choice
TAGS = ["VIP", "fair", "partner"]


def php(value):
    if value is None:
        return "N;"
    if isinstance(value, bool):
        return f"b:{int(value)};"
    if isinstance(value, int):
        return f"i:{value};"
    if isinstance(value, str):
        return f's:{len(value.encode())}:"{value}";'
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return f"a:{len(value)}:{{" + "".join(php(key) + php(each) for key, each in pairs) + "}"


def sql(value):
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return str(value)
    for plain, escaped in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ('"', '\\"')):
        value = value.replace(plain, escaped)
    return f"'{value}'"


def condition(field, kind, op, value, glue="and", place="lead"):
    return {"glue": glue, "field": field, "object": place, "type": kind, "operator": op,
            "properties": {"filter": value}, "filter": value, "display": None}


FIELDS = [("firstname", "text"), ("lastname", "text"), ("email", "email"), ("phone", "tel"), ("mobile", "tel"),
          ("country", "country"), ("level", "select"), ("interests", "multiselect"), ("points", "number"),
          ("birthday", "date"), ("newsletter_optin", "boolean"), ("optin_date", "datetime")]
LISTS = {"level": ["gold", "silver", "tin"], "interests": ["books", "garden", "music"]}
SEGMENTS = [
    ("Austrians", "austrians", [condition("country", "country", "=", "Austria")]),
    ("Readers", "readers", [condition("interests", "multiselect", "in", ["books", "music"])]),
    ("Active", "active", [condition("points", "number", "gt", "50"),
                          condition("level", "select", "in", ["gold"], "or"),
                          condition("country", "country", "!=", "Germany")]),
    ("VIP or Austrian", "vip-austrian", [condition("tags", "tags", "in", [1]),
                                         condition("leadlist", "leadlist", "in", [1], "or")]),
    ("Openers", "openers", [condition("lead_email_received", "lead_email_received", "in", [1],
                                      place="behaviors")]),
    ("By hand", "by-hand", []),
]
TABLES = {
    "lead_fields": "id int, is_published tinyint, label varchar(191), alias varchar(191), type varchar(50), "
                   "object varchar(191), properties longtext",
    "leads": "id bigint unsigned not null primary key, date_added datetime, date_identified datetime, "
             "firstname varchar(191), lastname varchar(191), email varchar(191), phone varchar(191), "
             "mobile varchar(191), country varchar(191), level varchar(191), interests text, points double, "
             "birthday date, newsletter_optin tinyint, optin_date datetime, owner_id int",
    "lead_donotcontact": "id int not null primary key, lead_id bigint unsigned, date_added datetime, "
                         "reason smallint, channel varchar(191), channel_id int, comments text",
    "lead_tags": "id int, tag varchar(191)",
    "lead_tags_xref": "lead_id bigint unsigned, tag_id int",
    "lead_lists": "id int, is_published tinyint, name varchar(191), alias varchar(191), filters longtext",
    "lead_lists_leads": "leadlist_id int, lead_id bigint unsigned, date_added datetime, manually_removed tinyint, "
                        "manually_added tinyint",
    "campaigns": "id int, name varchar(191)",
    "campaign_events": "id int, campaign_id int, type varchar(50)",
    "page_hits": "id int, url text",
}


class Maker:
    def __init__(self, rows, seed):
        self.random = random.Random(seed)
        self.people = [self.person(number) for number in range(1, rows + 1)]
        self.dnc = [row for person in self.people for row in self.no_of(person)]

    def when(self):
        return datetime(2019, 1, 1) + timedelta(minutes=self.random.randrange(3 * 365 * 1440))

    def person(self, number):
        r = self.random
        email = f"p{number}@{r.choice(['example.org', 'example.com', 'mail.example.net'])}"
        trap = r.random()
        if trap < 0.02 and number > 10:
            email = f"P{r.randrange(1, number)}@EXAMPLE.ORG"  # perhaps somebody's again
        elif trap < 0.03:
            email = r.choice(["no address", "a@b@example.org", "x@example"])
        elif trap < 0.05:
            email = ""
        visitor = not email and r.random() < 0.7
        return {"id": number, "email": email, "firstname": "" if visitor else r.choice(FIRST),
                "lastname": "" if visitor else r.choice(LAST), "phone": "" if visitor else r.choice(
                    ["", "", f"+43664{1000000 + number}", "+436641234567", "junk"]),
                "country": "" if visitor else r.choice(COUNTRIES), "level": r.choice(LEVELS),
                "interests": "|".join(sorted(r.sample(LISTS["interests"], r.randrange(3)))),
                "points": r.randrange(100), "birthday": r.choice(["", "1990-02-29", "1985-05-01", "0000-00-00"]),
                "optin": r.choice(["1", "1", "0", ""]), "optin_date": self.when() if r.random() < 0.8 else None,
                "added": self.when(), "visitor": visitor}

    def no_of(self, person):
        r = self.random
        if r.random() >= 0.12:
            return
        reason = r.choice([1, 1, 1, 3, 3, 2, 2, 0])
        comment = r.choice(["SOFT: mailbox full", "HARD: user unknown", ""]) if reason == 2 else "it's final"
        yield {"lead": person["id"], "email": person["email"], "reason": reason, "comments": comment,
               "channel": r.choice(["email", "email", "email", "sms"]), "at": self.when()}

    def opted_out(self, dnc):
        """Lower-case addresses that no marketing e-mail may go to."""
        soft = dnc["reason"] == 2 and dnc["comments"].startswith("SOFT")
        return (dnc["channel"] == "email" and dnc["reason"] != 0 and not soft
                and dnc["email"].count("@") == 1 and "." in dnc["email"].split("@")[1])


def write_dump(path, maker):
    leads = [(p["id"], str(p["added"]), None if p["visitor"] else str(p["added"]), p["firstname"] or None,
              p["lastname"] or None, p["email"] or None, p["phone"] or None, None, p["country"] or None,
              p["level"] or None, p["interests"] or None, p["points"],
              p["birthday"] if p["birthday"] not in ("", "1990-02-29", "0000-00-00") else None,
              None if p["optin"] == "" else int(p["optin"]), p["optin_date"] and str(p["optin_date"]), None)
             for p in maker.people]
    r = maker.random
    some = [p["id"] for p in maker.people]
    rows = {
        "lead_fields": [(n, 1, alias.title(), alias, kind, "lead", php(
            {"list": [{"label": each.title(), "value": each} for each in LISTS[alias]]} if alias in LISTS else []))
            for n, (alias, kind) in enumerate(FIELDS, 1)] + [(90, 1, "City", "companycity", "text", "company", "a:0:{}")],
        "leads": leads,
        "lead_donotcontact": [(n, d["lead"], str(d["at"]), d["reason"], d["channel"], None, d["comments"])
                              for n, d in enumerate(maker.dnc, 1)],
        "lead_tags": list(enumerate(TAGS, 1)),
        "lead_tags_xref": [(each, r.randrange(1, 4)) for each in r.sample(some, len(some) // 5)],
        "lead_lists": [(n, 1, name, alias, php(filters)) for n, (name, alias, filters) in enumerate(SEGMENTS, 1)],
        "lead_lists_leads": [(1 + n % 6, each, "2024-01-01 00:00:00", int(n % 11 == 0), int(n % 3 == 0 and n % 11 != 0))
                             for n, each in enumerate(r.sample(some, len(some) // 5))],
        "campaigns": [(1, "Welcome")],
        "campaign_events": [(1, 1, "email.send"), (2, 1, "lead.changetags"), (3, 1, "twitter.tweet")],
        "page_hits": [(1, "https://example.org/")],
    }
    with open(path, "w", encoding="utf-8") as out:
        out.write("-- made by make_platforms.py\n/*!40101 SET NAMES utf8mb4 */;\n")
        for table, columns in TABLES.items():
            names = "`" + columns.replace(" ", "` ", 1).replace(", ", ", `")
            names = ", ".join(part if part.startswith("`") and "` " in part else part.replace(" ", "` ", 1)
                              for part in names.split(", "))
            out.write(f"DROP TABLE IF EXISTS `{table}`;\nCREATE TABLE `{table}` ({names}) DEFAULT CHARSET=utf8mb4;\n")
            for at in range(0, len(rows[table]), 500):
                out.write(f"INSERT INTO `{table}` VALUES\n" + ",\n".join(
                    "(" + ",".join(map(sql, row)) + ")" for row in rows[table][at:at + 500]) + ";\n")


def fputcsv(cells):
    """As PHP does it: no quote is doubled behind a backslash."""
    out = []
    for cell in cells:
        if not any(c in cell for c in ',"\\\n\r\t '):
            out.append(cell)
            continue
        text, escaped = "", False
        for c in cell:
            if c == "\\":
                escaped = True
            elif not escaped and c == '"':
                text += '"'
            else:
                escaped = False
            text += c
        out.append(f'"{text}"')
    return ",".join(out) + "\n"


def main(folder, rows=10000, seed=1):
    maker = Maker(int(rows), int(seed))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_dump(folder / "mautic.sql", maker)
    header = ["id", "firstname", "lastname", "email", "phone", "country", "points", "newsletter_optin", "optin_date"]
    with open(folder / "mautic.csv", "w", encoding="utf-8", newline="") as out:
        out.write(fputcsv(header))
        for p in maker.people:
            out.write(fputcsv([str(p["id"]), p["firstname"], p["lastname"], p["email"], p["phone"], p["country"],
                               str(p["points"]), p["optin"], str(p["optin_date"] or "")]))
    with open(folder / "mautic_dnc.csv", "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["lead_id", "reason", "channel", "comments", "date_added"])
        table.writerows([d["lead"], d["reason"], d["channel"], d["comments"], d["at"]] for d in maker.dnc)
    hubspot_out = set()
    with open(folder / "hubspot.csv", "w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out)
        table.writerow(["Record ID", "First Name", "Last Name", "Email", "Phone Number", "Country/Region",
                        "Legal basis for processing contact's data", "Opt-in date", "Unsubscribed from all email",
                        "Lifecycle Stage"])
        for p in maker.people:
            out_of_all = p["id"] % 17 == 0
            if out_of_all:
                hubspot_out.add(p["email"].lower())
            table.writerow([p["id"], p["firstname"], p["lastname"], p["email"], p["phone"], p["country"],
                            "Legitimate interest \u2013 prospect/lead;Freely given consent from contact"
                            if p["optin"] == "1" else "Not applicable",
                            p["optin_date"].strftime("%Y-%m-%d %H:%M") if p["optin_date"] else "",
                            "TRUE" if out_of_all else maker.random.choice(["", "FALSE"]), "customer"])
    with open(folder / "hubspot_out.csv", "w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["Email", "Portal Bounce", "Portal Unsubscribe", "Portal Spam Report", "Global Bounce",
                        "Marketing Information", "Product news"])
        for p in maker.people:
            if p["id"] % 9 == 0 and p["email"]:
                flags = [maker.random.random() < 0.3 for _ in range(6)]
                table.writerow([p["email"]] + [str(flag).upper() for flag in flags])
                if any(flags):
                    hubspot_out.add(p["email"].lower())
    expected = {"rows": len(maker.people), "dnc": len(maker.dnc),
                "mautic": sorted({d["email"].lower() for d in maker.dnc if maker.opted_out(d)}),
                "hubspot": sorted(each for each in hubspot_out if each.count("@") == 1)}
    (folder / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main(*sys.argv[1:])
