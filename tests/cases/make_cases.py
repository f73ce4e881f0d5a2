#!/usr/bin/env python3
"""Writes decisions.json and deadlines.json out of tests/data/law: flat steps that every way into habeas can take.

usage: make_cases.py [--check]
How a row becomes events is that of tests/support/decision_rows.cpp.
"""
import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
LAW = HERE.parent / "data" / "law"
FOUNDATION = "2015-01-01T00:00:00Z"
EMAIL, PHONE = "someone@example.org", "+4930123456"


def moment(text, **later):
    read = datetime.fromisoformat(text.replace("Z", "+00:00"))
    read = read.replace(tzinfo=read.tzinfo or timezone.utc)
    return (read + timedelta(**later)).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Row:
    def __init__(self, row):
        self.given, self.row, self.steps = row["input"], row, []
        self.purpose = self.given["purpose"]

    def of(self, key, otherwise=None):
        value = self.given.get(key)
        return otherwise if value is None else value

    def add(self, at, method, **params):
        self.steps.append({"at": at, "method": method, "params": params})

    def event(self, at, kind, **members):
        event = {"kind": kind, "subject": "@subject", "effective_at": at,
                 **{key: value for key, value in members.items() if value not in (None, "", [], {}, False)}}
        self.add(at, "consent.record", event=event)

    def case(self):
        self.purposes()
        if self.of("processor_verdict", "allowed") == "denied":
            self.add(FOUNDATION, "processor.define", processor={
                "code": "some_processor", "name": "Some Processor Inc.",
                "history": [{"established": "US", "owner": "US", "data_locations": ["US"], "contract": {}}]})
        if self.of("subject", "known") == "known":
            self.person()
            for consent in self.given["consents"]:
                self.consent(consent)
            self.standing()
            self.facts()
        if self.of("purpose_retired_at"):
            self.add(moment(self.given["purpose_retired_at"]), "purpose.retire", purpose=self.purpose)
        self.steps.sort(key=lambda step: step["at"])
        ask = {"subject": "@subject", "purpose": self.purpose, "channel": self.given["channel"], "at": self.given["at"]}
        if self.of("controller"):
            ask["controller"] = self.given["controller"]
        known = self.of("subject", "known") == "known"
        if not known:
            ask["subject"] = 1
        return {"id": self.row["id"], "title": self.row["title"],
                "steps": self.steps, "ask": {"method": "decide", "params": ask},
                "expect": {"allowed": self.row["expect"] == "allow", "reason": self.row["reason"]}}

    def purposes(self):
        found = {}
        for consent in self.given["consents"]:
            purpose = found.setdefault(consent["purpose"], {"channels": []})
            if consent["purpose"] == "transactional":
                purpose["kind"] = "transactional"
            if consent["channel"] not in purpose["channels"]:
                purpose["channels"].append(consent["channel"])
        if self.given["purpose_class"] is not None:
            self.asked_for(found.setdefault(self.purpose, {"channels": []}))
        for code in sorted(found):
            purpose = {"code": code, "basis": "consent", "kind": "marketing", "double_opt_in_validity": "P100Y",
                       **found[code]}
            self.add(FOUNDATION, "purpose.define", purpose=purpose)
            self.texts(code)

    def asked_for(self, purpose):
        purpose.update(basis=self.given["basis"], kind=self.given["purpose_class"])
        if self.given["channel"] not in purpose["channels"]:
            purpose["channels"].append(self.given["channel"])
        for key in ("balancing_test", "contains_marketing", "special_category", "aimed_at_children"):
            purpose[key] = self.of(key, False)
        purpose["information_society_service"] = self.of("information_society_service", True)
        if self.of("art9_exception"):
            purpose["art9_exception"] = self.given["art9_exception"]
        if self.of("soft_opt_in"):
            purpose["opt_out_in_each_message"] = self.given["soft_opt_in"].get("opt_out_in_each_message", False)
        if self.of("controller"):
            purpose["controllers"] = ["A", "B"]
        if self.of("processor_verdict", "allowed") == "denied":
            purpose["recipients"] = ["some_processor"]

    def texts(self, code):
        current, later = 3, {}
        for consent in self.given["consents"]:
            if consent["purpose"] == code:
                seen = consent.get("text_version") or 3
                current = consent.get("current_text_version") or seen
                for number in range(seen + 1, current + 1):
                    later[number] = (moment(consent["granted_at"], hours=24), consent.get("material_change"))
        for number in range(1, current + 1):
            at, material = later.get(number, (FOUNDATION, False))
            text = {"texts": [{"language": "en", "text": f"Text {number} in full.", "label": "Yes, please"}]}
            if material is not None:
                text["material_change"] = material
            self.add(at, "purpose.add_text", purpose=code, text=text)

    def person(self):
        fields = {"email": EMAIL, "phone": PHONE}
        if self.of("country"):
            fields["country"] = self.given["country"]
        if self.of("age") is not None:
            granted = datetime.fromisoformat(self.given["consents"][0]["granted_at"].replace("Z", "+00:00"))
            born = granted.replace(year=granted.year - self.given["age"]) - timedelta(days=100)
            fields["date_of_birth"] = born.strftime("%Y-%m-%d")
        if self.of("recipient", "natural_person") == "corporate":
            fields["recipient_type"] = "corporate"
        create = {"input": {"fields": fields, "source": "api"}}
        self.add(moment(FOUNDATION, hours=1), "subject.create", **create)
        erasure = self.of("erasure", {})
        if erasure.get("previous_record"):
            self.add(moment(erasure["at"]), "erasure.execute", subjects=["@subject"],
                     without_suppression=not self.of("suppressed", []))
            self.add(moment(erasure["at"], hours=1), "subject.create", **create)

    def consent(self, consent):
        kind = {"pending": "requested", "refused": "refused"}.get(consent["state"], "granted")
        proof = consent.get("proof") or "recorded"
        evidence = {"language": "en", "text_version": consent.get("text_version") or 3, "preticked": proof == "preticked",
                    "below_gdpr_standard": consent.get("gdpr_standard") is False,
                    "explicit_consent": bool(consent.get("explicit")),
                    "parental_authorisation": bool(consent.get("parental_authorisation")),
                    "controllers": consent.get("controllers") or []}
        if proof == "import_with_evidence":
            evidence.update(method="import", document="list-2026-01")
        elif proof != "none":
            evidence.update(method="form", form="sign-up", ip="192.0.2.77")
        if consent.get("expires_at"):
            evidence["expires_at"] = moment(consent["expires_at"])
        place = {"purpose": consent["purpose"], "channel": consent["channel"]}
        self.event(moment(consent["granted_at"]), kind, **place, **evidence)
        if consent["state"] == "withdrawn":
            to = [consent["withdrawn_to"]] if consent.get("withdrawn_to") else []
            self.event(moment(consent.get("withdrawn_at") or consent["granted_at"]), "withdrawn", **place,
                       method="email_link", controllers=to)

    def standing(self):
        at, erasure = self.given["at"], self.of("erasure")
        if erasure:
            if erasure["state"] == "erased":
                if not erasure.get("previous_record"):
                    self.add(moment(erasure["at"]), "erasure.execute", subjects=["@subject"])
            else:
                self.event(moment(erasure["at"]), "erasure_requested")
                if erasure["state"] == "refused":
                    self.event(moment(erasure["at"], hours=1), "erasure_refused")
        restriction = self.of("restriction", {})
        for key, kind in (("at", "restricted"), ("informed_at", "restriction_notice"), ("lifted_at", "restriction_lifted")):
            if restriction.get(key):
                self.event(moment(restriction[key]), kind)
        for scope in [] if erasure else self.of("suppressed", []):
            for kind, value in (("email", EMAIL), ("phone", PHONE)):
                self.add(moment(at, hours=-48), "suppression.add", kind=kind, value=value, reason="objection", scope=scope)
        if self.of("bounce"):
            when = moment(self.given["bounce_at"]) if self.of("bounce_at") else moment(at, hours=-1)
            if self.given["bounce"] == "complaint":
                self.event(when, "complained")
            else:
                self.event(when, "bounced", scope=self.given["bounce"])
        for pause in self.of("pauses", []):
            self.event(moment(pause["at"]), "paused", purpose=pause.get("purpose"), channel=pause.get("channel") or "any",
                       expires_at=moment(pause["until"]))
            if pause.get("resumed_at"):
                self.event(moment(pause["resumed_at"]), "resumed")
        objection = self.of("objection")
        if objection:
            self.event(moment(objection["at"]), "objected", scope=objection["scope"], channel=objection.get("channel") or "any")
            if objection.get("decision"):
                kind = "objection_upheld" if objection["decision"] == "upheld" else "objection_overridden"
                self.event(moment(objection["at"], hours=1), kind, scope=objection["scope"])

    def facts(self):
        at = self.given["at"]
        if self.of("basis_ended_at"):
            self.event(moment(self.given["basis_ended_at"]), "basis_ended", purpose=self.purpose)
        if self.of("soft_opt_in"):
            data = {key: value if isinstance(value, str) else "true" if value else "false"
                    for key, value in self.given["soft_opt_in"].items() if key != "opt_out_in_each_message"}
            self.event(moment(at, hours=-1000), "basis_fact", purpose=self.purpose, data=data)
        if self.of("casl"):
            day = self.given["casl"]["event"]
            self.event(moment(day), "basis_fact", purpose=self.purpose,
                       data={"casl_kind": self.given["casl"]["kind"], "casl_date": day})
        if self.of("retention_until"):
            self.event(moment(at, hours=-2000), "basis_fact", purpose=self.purpose,
                       data={"retention_until": self.given["retention_until"]})


def deadline(vector):
    """What habeas_deadline is asked, and which of its members must be what; None for what only C++ can be asked."""
    sets = [] if vector.get("holiday_set", "none") == "none" else [vector["holiday_set"]]
    expect = vector["expect"]
    if vector["group"] != "art12_3":
        return None
    query = {"rule": "answer", "event": vector["received"]}
    if vector.get("extension_months"):
        query["extension_months"] = vector["extension_months"]
    if vector.get("extension_notice_sent"):
        query["notice"] = vector["extension_notice_sent"]
    wanted = {"nominal": expect["nominal"], "due": expect["due"], "moved": expect["moved_because"]}
    if "extension_notice_latest" in expect:
        wanted["extension_notice_latest"] = expect["extension_notice_latest"]
    if "due_conservative_two_step" in expect:
        wanted["cautious"] = expect["due_conservative_two_step"]
    return {"id": vector["id"], "steps": [{"method": "request.set_calendar", "params": {"sets": sets}}],
            "ask": {"method": "deadline", "params": {"query": query}}, "expect": wanted}


def text(cases):
    return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in cases) + "\n]\n"


def main(arguments):
    table = json.loads((LAW / "decision_table.json").read_text(encoding="utf-8"))
    vectors = json.loads((LAW / "deadlines.json").read_text(encoding="utf-8"))["vectors"]
    wanted = {"decisions.json": text([Row(row).case() for row in table["rows"]]),
              "deadlines.json": text([case for case in map(deadline, vectors) if case])}
    stale = [name for name, what in wanted.items()
             if not (HERE / name).is_file() or (HERE / name).read_text(encoding="utf-8") != what]
    if "--check" in arguments:
        for name in stale:
            print(f"{name} is not what make_cases.py writes: run it", file=sys.stderr)
        return 1 if stale else 0
    for name in stale:
        (HERE / name).write_text(wanted[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
