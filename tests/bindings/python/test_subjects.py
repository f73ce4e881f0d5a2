from datetime import date, datetime, timezone
from decimal import Decimal

import habeas
import pytest
from conftest import Clock, person


def test_fields_take_and_give_native_types(store: habeas.Store) -> None:
    for name, kind in (("price", "money"), ("since", "datetime"), ("born", "date"), ("agreed", "boolean"),
                       ("size", "number"), ("likes", "multiselect")):
        field = {"name": name, "type": kind}
        if kind == "multiselect":
            field["choices"] = [{"value": "tea"}, {"value": "milk"}]  # type: ignore[assignment]
        store.fields.define(field)
    ada = store.subjects.create({
        "email": "ada@example.org", "price": Decimal("12.50"), "born": date(1990, 1, 2), "agreed": True, "size": 38.5,
        "since": datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc), "likes": ["tea", "milk"]})
    fields = store.subjects.get(ada)["fields"]
    assert fields["price"] == "12.50" and fields["born"] == "1990-01-02" and fields["agreed"] is True
    assert fields["size"] == 38.5 and fields["likes"] == ["milk", "tea"] or fields["likes"] == ["tea", "milk"]
    assert str(fields["since"]).startswith("2026-01-02T03:04")


def test_a_subject_has_times_with_zones_and_a_version(store: habeas.Store, clock: Clock) -> None:
    ada = store.subjects.create({"email": "ada@example.org"}, identifiers=[("external:shop", "17")], source="shop")
    subject = store.subjects.get(ada)
    assert subject["created_at"] == clock.now and subject["source"] == "shop"
    assert {"kind": "external:shop", "value": "17"} in subject["identifiers"]
    store.subjects.update(ada, {"country": "DE"}, version=subject["version"])
    with pytest.raises(habeas.ConflictError):
        store.subjects.update(ada, {"country": "FR"}, version=subject["version"])


def test_identifiers_find_join_and_go(store: habeas.Store) -> None:
    ada, bob = person(store), person(store, "bob")
    store.subjects.add_identifier(ada, "external:crm", "x1")
    assert store.subjects.find("external:crm", "x1") == ada
    with pytest.raises(habeas.ExistsError):
        store.subjects.add_identifier(bob, "external:crm", "x1")
    store.subjects.remove_identifier(ada, "external:crm", "x1")
    assert store.subjects.find("external:crm", "x1") is None
    store.subjects.merge(keep=ada, gone=bob)
    assert store.subjects.get(bob)["id"] == ada


def test_rows_are_upserted_and_rejected_one_by_one(store: habeas.Store) -> None:
    person(store)
    rows = [["ada@example.org", "DE", 1], ["bob@example.org", habeas.ABSENT, None], ["not an address", "FR", 2],
            ["ada@example.org", "FR", True]]
    store.fields.define({"name": "visits", "type": "number"})
    results = store.subjects.upsert_rows(["email", "country", "visits"], rows)
    assert [each.outcome.name for each in results[:3]] == ["UPDATED", "CREATED", "REJECTED"]
    assert results[2].field == "email" and results[2].subject is None and "not an" not in results[2].reason
    with pytest.raises(habeas.InvalidError, match="rows/0"):
        store.subjects.upsert_rows(["email", "country"], [["ada@example.org"]])
    assert store.subjects.upsert_rows(["email"], []) == []
    [again] = store.subjects.upsert([{"fields": {"email": "ada@example.org", "country": "DE"}}], on_match="skip")
    assert again.outcome is habeas.Outcome.SKIPPED


def test_a_thousand_rows_in_one_call(store: habeas.Store) -> None:
    rows = [[f"p{at}@example.org", "DE"] for at in range(1000)]
    assert all(each.outcome is habeas.Outcome.CREATED for each in store.subjects.upsert_rows(["email", "country"], rows))
    assert store.subjects.count() == 1000


def test_cursors_walk_page_by_page(store: habeas.Store, clock: Clock) -> None:
    people = [person(store, f"p{at}") for at in range(25)]
    with store.subjects.numbers(page_size=10) as walk:
        assert list(walk) == people
    assert [each["id"] for each in store.subjects.all(page_size=7)] == people
    page = store.subjects.page(20)
    assert len(page["subjects"]) == 20 and len(store.subjects.page(20, after=page["next"])["subjects"]) == 5
    clock.pass_by(hours=1)
    store.subjects.update(people[3], {"country": "DE"})
    assert list(store.subjects.numbers(changed_since=clock.now)) == [people[3]]


def test_organisations_have_members(store: habeas.Store) -> None:
    ada = person(store)
    acme = store.organisations.create("Acme", external="o1")
    store.organisations.link(acme, ada, role="buyer", primary=True)
    assert store.organisations.find("o1") == acme and store.organisations.members(acme) == [ada]
    assert store.organisations.of(ada) == [{"organisation": acme, "role": "buyer", "primary": True}]
    store.organisations.update(acme, "Acme Ltd")
    assert store.organisations.get(acme)["name"] == "Acme Ltd"
    store.organisations.unlink(acme, ada)
    store.organisations.remove(acme)
    assert store.organisations.find("o1") is None


def test_tags_segments_and_changes(store: habeas.Store) -> None:
    position = store.changes.position()
    ada, bob = person(store), person(store, "bob")
    store.tags.add(ada, "vip")
    assert store.tags.of(ada) == ["vip"] and store.tags.all() == ["vip"]
    store.segments.define({"code": "vips", "filter": {"field": "tag", "op": "in", "value": ["vip"]}})
    assert store.segments.refresh("vips")["added"] == [ada]
    store.segments.add("vips", bob)
    assert store.segments.contains("vips", bob) and list(store.segments.members("vips")) == [ada, bob]
    assert [each["id"] for each in store.segments.members("vips").documents()] == [ada, bob]
    assert store.segments.explain("vips", ada)["matches"]
    assert store.segments.count({"field": "email", "op": "endsWith", "value": "@example.org"}) == 2
    assert list(store.segments.match({"field": "email", "op": "startsWith", "value": "bob"})) == [bob]
    with pytest.raises(habeas.InvalidError) as caught:
        store.segments.count({"field": "email", "op": "sounds like", "value": "x"})
    assert caught.value.where.endswith("/op")
    changes = store.changes.read(position)["changes"]
    assert {each["subject"] for each in changes} == {ada, bob} and changes[0]["at"].tzinfo is not None


def test_fields_are_declared_renamed_retired_and_removed(store: habeas.Store) -> None:
    store.fields.define({"name": "shoe", "type": "number"})
    store.fields.rename("shoe", "shoe_size")
    store.fields.update({"name": "shoe_size", "type": "number", "labels": {"en": "Shoe size"}})
    store.fields.retire("shoe_size")
    assert store.fields.find("shoe_size")["retired"]
    store.fields.remove("shoe_size")
    assert "shoe_size" not in {each["name"] for each in store.fields.all()}
