"""init, info, tick, key, setting, and every way a store cannot be opened."""
import json
import os
import shutil
import sqlite3
import unittest

import cli
from cli import ANNA, STORE, CliTest


class Creating(CliTest):
    def test_a_new_store_is_three_files_for_their_owner_alone(self):
        created = self.json("init", "--store", "new.habeas")
        self.assertEqual("new.habeas", created["path"])
        self.assertTrue(created["warnings"])
        for suffix in ("", ".key", ".restore"):
            self.assertTrue((self.folder / ("new.habeas" + suffix)).exists())

    def test_key_and_journal_can_lie_elsewhere(self):
        for name in ("keys", "copies"):
            (self.folder / name).mkdir()
        away = ["--store", "new.habeas", "--key-file", "keys/k", "--journal", "copies/j"]
        done = self.habeas("init", *away)
        self.assertNotIn("beside the database", done.err)
        self.assertFalse((self.folder / "new.habeas.key").exists())
        self.habeas("info", *away)
        self.habeas("info", "--store", "new.habeas",
                    env={"HABEAS_KEY_FILE": "keys/k", "HABEAS_JOURNAL": "copies/j"})
        self.refused(cli.KEY, "info", "--store", "new.habeas", says="--key-file")

    def test_the_key_may_come_from_the_environment(self):
        key = "habeas-key-1 0123456789abcdef " + "07" * 32
        self.habeas("init", "--store", "new.habeas", env={"HABEAS_KEY": key})
        self.assertFalse((self.folder / "new.habeas.key").exists())
        shown = self.habeas("key", "show", "--store", "new.habeas", env={"HABEAS_KEY": key})
        self.assertEqual("0123456789abcdef\n", shown.out)
        rotated = self.refused(cli.NOT_PERMITTED, "key", "rotate", "--store", "new.habeas",
                               env={"HABEAS_KEY": key}, says="HABEAS_KEY")
        self.assertNotIn("0707", rotated.err)

    def test_a_store_is_never_overwritten(self):
        self.refused(cli.TAKEN, "init", says="exists already")
        self.habeas("info")

    def test_the_store_is_no_symbolic_link(self):
        (self.folder / "link.habeas").symlink_to(STORE)
        self.assertNotEqual(0, cli.call(self.folder, "info", "--store", "link.habeas").code)
        self.assertNotEqual(0, cli.call(self.folder, "init", "--store", "link.habeas").code)


class Opening(CliTest):
    def test_a_missing_store_says_how_to_make_one(self):
        self.refused(cli.NOT_FOUND, "info", "--store", "none.habeas", says="habeas init")

    def test_what_is_no_store_is_refused(self):
        self.give("text.habeas", "These are words, not a database. " * 100)
        self.refused(cli.NOT_A_STORE, "info", "--store", "text.habeas")
        self.give("empty.habeas", "")
        self.refused(cli.NOT_A_STORE, "info", "--store", "empty.habeas", says="is empty")
        with sqlite3.connect(self.folder / "other.habeas") as other:
            other.execute("CREATE TABLE t(x)")
        self._given.add("other.habeas")
        self.refused(cli.NOT_A_STORE, "info", "--store", "other.habeas", says="not one of habeas")

    def test_a_newer_store_asks_for_a_newer_program(self):
        self.set_version(99)
        self.refused(cli.NOT_A_STORE, "info", says="use a newer habeas")
        self.refused(cli.NOT_A_STORE, "migrate", says="use a newer habeas")

    def test_an_older_store_is_migrated_after_a_copy(self):
        self.set_version(0)
        self.refused(cli.NOT_A_STORE, "subject", "list", says="habeas migrate")
        done = self.json("migrate")
        self.assertEqual((True, 1, STORE + ".before-migration"),
                         (done["migrated"], done["schema_version"], done["backup"]))
        self.assertTrue((self.folder / done["backup"]).exists())
        self.habeas("subject", "show", ANNA)
        self.assertIn("nothing to do", self.habeas("migrate").out)

    def test_a_migration_copies_to_where_one_says_or_not_at_all(self):
        self.set_version(0)
        self.habeas("migrate", "--backup", "copy.habeas")
        self.assertTrue((self.folder / "copy.habeas").exists())
        self.set_version(0)
        self.assertEqual("", self.json("migrate", "--no-backup")["backup"])

    def test_a_lost_key_is_named_and_can_be_accepted(self):
        (self.folder / (STORE + ".key")).rename(self.folder / "away")
        self._given.add("away")
        self.refused(cli.KEY, "info", says="put the key back")
        self.habeas("info", "--key-file", "away")
        self.habeas("init", "--store", "other.habeas")
        done = self.refused(cli.KEY, "info", "--key-file", "other.habeas.key",
                            says="--accept-lost-key")
        self.assertNotIn("habeas-key-1", done.err)
        self.habeas("info", "--key-file", "other.habeas.key", "--accept-lost-key",
                    "--accept-missing-journal")
        self.habeas("info", "--key-file", "other.habeas.key")

    def test_a_missing_journal_is_refused_until_a_person_accepts_it(self):
        (self.folder / (STORE + ".restore")).unlink()
        self.refused(cli.KEY, "subject", "list", says="--accept-missing-journal")
        self.habeas("info", "--accept-missing-journal")
        self.habeas("info")
        kinds = [row["kind"] for row in self.json("query", "SELECT kind FROM v_event")]
        self.assertIn("restored", kinds)

    def test_yesterdays_file_put_back_does_not_bring_back_whoever_withdrew(self):
        shutil.copy(self.folder / STORE, self.folder / "yesterday")
        self._given.add("yesterday")
        self.habeas("consent", "record", ANNA, "withdrawn", "newsletter")
        self.habeas("decide", ANNA, "newsletter", "email", code=cli.NO)
        shutil.copy(self.folder / "yesterday", self.folder / STORE)
        self.refused(cli.SYSTEM, "info", "--read-only", says="--read-only")
        done = self.habeas("decide", ANNA, "newsletter", "email", code=cli.NO)
        self.assertIn("CONSENT_WITHDRAWN", done.out)
        self.assertIn("habeas: note: the file was older than its restore journal", done.err)

    def test_a_read_only_store_answers_and_refuses_to_write(self):
        self.habeas("decide", ANNA, "newsletter", "email", "--read-only")
        self.refused(cli.SYSTEM, "subject", "create", "email=x@example.org", "--read-only",
                     says="read-only")

    def test_a_folder_that_is_not_there_is_named(self):
        self.assertIn("none", cli.call(self.folder, "init", "--store", "none/s.habeas").err)

    def set_version(self, version):
        database = sqlite3.connect(self.folder / STORE)
        database.execute(f"PRAGMA user_version={version}")
        database.commit()
        database.close()


class Information(CliTest):
    def test_info_says_what_is_there(self):
        info = self.json("info")
        self.assertEqual((cli.STORE, 1), (info["path"], info["schema_version"]))
        self.assertIn("subjects        2", self.habeas("info").lines)
        self.assertEqual(info["key_id"], self.habeas("key", "show").out.strip())
        self.assertIn(info["id"], self.habeas("info").out)

    def test_the_tick_tells_what_it_did(self):
        self.assertEqual({"physical_done": 0, "physical_pending": 0, "expired": 0,
                          "files_deleted": 0, "proofs_deleted": 0, "retained_ended": 0}, self.json("tick"))
        self.assertIn("files deleted", self.habeas("tick").out)
        self.refused(cli.NOT_FOUND, "tick", "--store", "none")

    def test_the_actor_is_kept_with_what_is_written(self):
        self.habeas("consent", "record", ANNA, "withdrawn", "--actor", "jane", "--reason", "call 7")
        self.habeas("consent", "record", ANNA, "restricted", "--actor", "system:nightly")
        self.habeas("consent", "record", ANNA, "restriction_lifted", "--actor", "subject:1")
        self.habeas("consent", "record", ANNA, "restricted", env={"HABEAS_ACTOR": "person:joe"})
        actors = [event["actor"] for event in self.json("consent", "history", ANNA)][-4:]
        self.assertEqual([{"kind": "person", "id": "jane", "reason": "call 7"},
                          {"kind": "system", "id": "nightly", "reason": ""},
                          {"kind": "subject", "id": "1", "reason": ""},
                          {"kind": "person", "id": "joe", "reason": ""}], actors)


class Keys(CliTest):
    def test_a_rotation_changes_the_id_and_loses_no_suppression(self):
        former = self.json("key", "show")["key_id"]
        rotated = self.json("key", "rotate")
        self.assertEqual(former, rotated["former_key_id"])
        self.assertEqual(rotated["key_id"], self.json("key", "show")["key_id"])
        self.assertNotEqual(former, rotated["key_id"])
        self.habeas("suppress", "check", "email:carl@example.org")
        self.habeas("subject", "show", ANNA)
        self.assertTrue(self.json("verify")["ok"])

    def test_no_output_holds_the_key(self):
        secret = (self.folder / (STORE + ".key")).read_text().split()[2]
        for words in (["key", "show"], ["key", "rotate"], ["info"], ["key", "show", "--verbose"]):
            done = self.habeas(*words)
            self.assertNotIn(secret[:16], done.out + done.err)
        self.refused(cli.NOT_FOUND, "key", "show", "--store", "none")
        self.refused(cli.NOT_FOUND, "key", "rotate", "--store", "none")

    def test_a_damaged_key_file_is_not_repeated(self):
        secret = "ab" * 30
        (self.folder / (STORE + ".key")).write_text(f"habeas-key-1 0123456789abcdef {secret}\n")
        done = self.refused(cli.INVALID, "info", says="root key, line 1")
        self.assertNotIn(secret[:8], done.err)


class Settings(CliTest):
    def test_settings_are_read_and_set(self):
        self.assertEqual("AT\n", self.habeas("setting", "get", "default_country").out)
        self.assertEqual({"name": "place", "value": "Vienna"},
                         self.json("setting", "set", "place", "Vienna"))
        self.assertEqual("Vienna", self.json("setting", "get", "place")["value"])
        self.habeas("setting", "set", "controller", '{"name": "Shop"}')
        self.assertEqual({"name": "Shop"},
                         json.loads(self.json("setting", "list")["controller"]))
        self.assertIn("place               Vienna", self.habeas("setting", "list").out)

    def test_a_setting_can_come_from_a_file(self):
        self.give("controller.json", {"name": "From a file"})
        self.habeas("setting", "set", "controller", "@controller.json")
        self.assertIn("From a file", self.habeas("setting", "get", "controller").out)

    def test_a_wrong_setting_changes_nothing(self):
        self.refused(cli.NOT_FOUND, "setting", "get", "colour", says="known are controller")
        self.refused(cli.NOT_FOUND, "setting", "set", "colour", "red")
        self.refused(cli.INVALID, "setting", "set", "default_country", "Atlantis",
                     says="ISO 3166-1")
        self.refused(cli.INVALID, "setting", "set", "time_zone", "Europe/Atlantis")
        self.refused(cli.INVALID, "setting", "set", "controller", "{}}", says="JSON object")
        self.refused(cli.NOT_FOUND, "setting", "list", "--store", "none")
        self.assertEqual("AT", self.json("setting", "get", "default_country")["value"])


class Busy(CliTest):
    def test_a_foreign_writer_is_waited_for_and_then_named(self):
        database = sqlite3.connect(self.folder / STORE, isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        self.habeas("subject", "show", ANNA)
        self.refused(cli.BUSY, "subject", "create", "email=x@example.org")
        database.execute("ROLLBACK")
        database.close()
        self.habeas("subject", "create", "email=x@example.org")


cli.main(__name__, covers=["init", "info", "tick", "key", "setting"])
