from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Dict

import habeas
import pytest
from conftest import Clock, person


def test_a_store_is_created_closed_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "a.habeas"
    with habeas.Store.create(path) as store:
        ada = person(store)
    assert store.closed
    with habeas.Store.open(path) as store:
        assert store.subjects.get(ada)["fields"]["email"] == "ada@example.org"
        assert store.info()["path"] == str(path)


def test_creating_over_a_store_is_refused(file: Path) -> None:
    with pytest.raises(habeas.ExistsError):
        habeas.Store.create(file)


def test_what_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(habeas.NotFoundError) as caught:
        habeas.Store.open(tmp_path / "none.habeas")
    assert isinstance(caught.value, LookupError)


def test_something_else_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, " * 500)
    with pytest.raises(habeas.NotAStoreError):
        habeas.Store.open(path)


def test_a_read_only_store_refuses_to_write(file: Path) -> None:
    with habeas.Store.open(file, habeas.Options(read_only=True)) as store:
        with pytest.raises(habeas.ReadOnlyError):
            person(store)


def test_the_key_may_be_kept_by_functions_of_the_host(tmp_path: Path) -> None:
    kept: Dict[str, str] = {}
    place = habeas.KeyPlace(lambda: kept.get("key"), lambda text: kept.update(key=text))
    path = tmp_path / "a.habeas"
    with habeas.Store.create(path, habeas.Options(key=place)) as store:
        store.suppression.add("email", "ada@example.org", reason="objection")
    assert kept["key"] and not (tmp_path / "a.habeas.key").exists()
    with habeas.Store.open(path, habeas.Options(key=place)) as store:
        assert store.suppression.has("email", "ada@example.org")
        before = kept["key"]
        store.rotate_key()
        assert kept["key"].startswith(before.strip()) or kept["key"] != before
    with pytest.raises(habeas.KeyMissingError):
        habeas.Store.open(path, habeas.Options(key=habeas.KeyPlace(lambda: None)))


def test_a_key_place_that_raises_gives_its_own_exception(tmp_path: Path) -> None:
    def vault() -> str:
        raise ConnectionError("the vault is sealed")
    with pytest.raises(ConnectionError, match="sealed") as caught:
        habeas.Store.create(tmp_path / "a.habeas", habeas.Options(key=habeas.KeyPlace(vault, print)))
    assert isinstance(caught.value.__cause__, habeas.Error)


def test_the_clock_is_the_stores(store: habeas.Store, clock: Clock) -> None:
    assert store.now() == clock.now
    clock.pass_by(days=1)
    assert store.now() == datetime(2026, 6, 2, 10, tzinfo=timezone.utc)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(habeas.InvalidError, match="without a zone"):
        habeas.Store.in_memory(habeas.Options(clock=lambda: datetime(2026, 1, 1))).now()


def test_a_transaction_is_there_whole_or_not_at_all(store: habeas.Store) -> None:
    with pytest.raises(KeyError):
        with store.transaction():
            person(store)
            with store.transaction():
                person(store, "bob")
            raise KeyError
    assert store.subjects.count() == 0
    with store.transaction():
        person(store)
        with pytest.raises(ZeroDivisionError):
            with store.transaction():
                person(store, "bob")
                raise ZeroDivisionError
    assert store.subjects.count() == 1


def test_within_a_snapshot_nothing_is_written(store: habeas.Store) -> None:
    with store.snapshot():
        assert store.subjects.count() == 0
        with pytest.raises(habeas.InvalidError):
            person(store)
    person(store)


def test_who_acts_is_kept(store: habeas.Store) -> None:
    with store.acting_as(habeas.Actor.person("7", "called by phone")):
        ada = person(store, consent=True)
    actor = store.consents.history(ada)[-1]["actor"]
    assert (actor["kind"], actor["id"], actor["reason"]) == ("person", "7", "called by phone")


def test_a_query_gives_rows_by_place_and_by_name(store: habeas.Store) -> None:
    ada = person(store)
    [row] = store.query("SELECT id, email, country FROM v_subject WHERE email = ?", ["ada@example.org"])
    assert row.names == ("id", "email", "country")
    assert row.integer("id") == ada and row["email"] == row[1] == "ada@example.org" and row["country"] is None
    assert row.as_dict()["email"] == "ada@example.org"
    assert store.query("SELECT id FROM v_subject WHERE email = ?", ["' OR 1 = 1 --"]) == []
    with pytest.raises(habeas.NotFoundError):
        row["no_such_column"]


def test_a_query_reads_nothing_but_views(store: habeas.Store) -> None:
    with pytest.raises(habeas.DeniedError):
        store.query("DELETE FROM subject")
    with pytest.raises(habeas.DeniedError):
        store.query("SELECT * FROM subject")


def test_a_query_can_be_ended_early_and_has_a_limit(store: habeas.Store) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    seen = []

    def take(row: habeas.Row) -> bool:
        seen.append(row.integer(0))
        return len(seen) < 5
    store.query_each(endless, [], take)
    assert seen == [1, 2, 3, 4, 5]
    with pytest.raises(habeas.CancelledError):
        store.query_each(endless + " WHERE i < 0", [], take, timedelta(milliseconds=50))


def test_settings_and_definitions_go_around(store: habeas.Store) -> None:
    store.set_setting("base_url", "https://shop.example/p")
    document = store.definitions()
    with habeas.Store.in_memory() as other:
        assert other.apply(document, dry_run=True)
        assert other.setting("base_url") == ""
        other.apply(document)
        assert other.setting("base_url") == "https://shop.example/p"
        assert other.apply(document) == []
        assert other.purposes.all()[0]["code"] == "newsletter"


def test_verify_and_tick_report(store: habeas.Store) -> None:
    person(store, consent=True)
    report = store.verify()
    assert report["ok"] and report["findings"] == []
    assert store.tick() == habeas.TickReport(0, 0, 0, 0, 0, 0)


def test_a_backup_is_restored_and_nobody_comes_back(tmp_path: Path, file: Path) -> None:
    key = habeas.new_backup_key()
    with habeas.Store.open(file) as store:
        ada, bob = person(store), person(store, "bob")
        info = store.backups.write(tmp_path / "backup", key)
        assert info["created_at"] is not None and info["created_at"].tzinfo is not None
        store.erasures.execute(ada)
    assert habeas.backup_info(tmp_path / "backup")["store"] == info["store"]
    assert habeas.verify_backup(tmp_path / "backup", key)["bytes"] == info["bytes"]
    report = habeas.restore_backup(tmp_path / "backup", file, key, overwrite=True)
    assert report["overwritten"]
    with habeas.Store.open(file) as store:
        with pytest.raises(habeas.ErasedError):
            store.subjects.get(ada)
        assert store.subjects.get(bob)["id"] == bob
        assert store.journal.check()["records"] > 0
    with pytest.raises(habeas.KeyWrongError):
        habeas.verify_backup(tmp_path / "backup", habeas.new_backup_key())


def test_the_log_gets_lines(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    import logging
    path = tmp_path / "a.habeas"
    with habeas.Store.create(path):
        pass
    caplog.set_level(logging.DEBUG)
    with habeas.Store.open(path, habeas.Options(logger=logging.getLogger("shop"))) as store:
        store.verify()
    assert all(record.name == "shop" for record in caplog.records)


def test_components_can_be_asked_about() -> None:
    assert habeas.has("archive") in (True, False)
    assert habeas.version() == habeas.__version__
    assert not habeas.has("telepathy")  # type: ignore[arg-type]
