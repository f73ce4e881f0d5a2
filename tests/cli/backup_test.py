"""backup, restore, journal: nobody comes back who was erased or withdrew."""
import re

import cli
from cli import ANNA, STORE, CliTest


class BackupTest(CliTest):
    def setUp(self):
        super().setUp()
        self.habeas("backup", "key", "backup.key")
        self.key = ["--backup-key", "backup.key"]

    def back_up(self, name="monday.backup", *more):
        return self.json("backup", "create", name, *self.key, *more)

    def content(self):
        return b"".join(path.read_bytes() for path in self.folder.glob(STORE + "*"))


class Making(BackupTest):
    def test_a_backup_is_written_verified_and_described(self):
        made = self.back_up()
        self.assertEqual(made["bytes"], (self.folder / "monday.backup").stat().st_size)
        info = self.json("backup", "info", "monday.backup")
        self.assertEqual(made, info)
        self.assertEqual(info, self.json("backup", "verify", "monday.backup", *self.key))
        self.assertEqual(self.json("info")["id"], info["store"])
        self.assertIn(info["key_id"], self.habeas("backup", "info", "monday.backup").out)
        done = self.habeas("backup", "verify", "monday.backup", *self.key)
        self.assertIn("as it was written", done.err)
        done = self.habeas("backup", "create", "tuesday.backup", *self.key)
        self.assertIn("written and verified", done.out)
        self.assertNotIn(b"anna@", (self.folder / "monday.backup").read_bytes())

    def test_a_backup_is_never_overwritten(self):
        self.give("monday.backup", "mine")
        self.refused(cli.TAKEN, "backup", "create", "monday.backup", *self.key)
        self.refused(cli.TAKEN, "backup", "key", "backup.key", says="not overwritten")

    def test_the_key_is_a_line_that_no_output_shows(self):
        secret = (self.folder / "backup.key").read_text()
        self.assertRegex(secret, r"^habeas-backup-key-1 [0-9a-f]{16} [0-9a-f]{64}\n$")
        self.assertEqual({"file": "other.key"}, self.json("backup", "key", "other.key"))
        done = self.habeas("backup", "create", "monday.backup", *self.key)
        self.assertNotIn(secret.split()[2], done.out + done.err)
        self.give("bad.key", "habeas-backup-key-1 0123456789abcdef " + "ab" * 30)
        done = self.refused(cli.INVALID, "backup", "create", "tuesday.backup", "--backup-key",
                            "bad.key", says="backup key, line 1")
        self.assertNotIn("abab", done.err)
        self.refused(cli.NOT_FOUND, "backup", "create", "x", "--backup-key", "none.key")

    def test_the_tick_deletes_it_in_time(self):
        self.back_up("monday.backup", "--keep-days", "7")
        row = self.json("query", "SELECT path, expires_at - created_at FROM v_file")[0]
        self.assertTrue(list(row.values())[0].endswith("/monday.backup"))
        self.assertEqual(7 * 24 * 3600 * 1000, int(list(row.values())[1]))
        self.refused(cli.USAGE, "backup", "create", "x.backup", *self.key, "--keep-days", "0")

    def test_what_is_no_backup_or_damaged_is_refused(self):
        self.back_up()
        good = (self.folder / "monday.backup").read_bytes()
        self.refused(cli.NOT_FOUND, "backup", "info", "none.backup")
        self.refused(cli.NOT_A_STORE, "backup", "info", STORE, says="not a backup of habeas")
        self.give("cut.backup", good[:-1])
        self.refused(cli.NOT_A_STORE, "backup", "info", "cut.backup", says="use another copy")
        self.give("turned.backup", good[:5000] + bytes([good[5000] ^ 4]) + good[5001:])
        self.refused(cli.NOT_A_STORE, "backup", "verify", "turned.backup", *self.key, says="chunk 1")
        self.habeas("backup", "key", "other.key")
        self.refused(cli.KEY, "backup", "verify", "monday.backup", "--backup-key", "other.key",
                     says="--backup-key")
        self.refused(cli.NOT_A_STORE, "restore", "turned.backup", *self.key, "--overwrite")
        self.habeas("subject", "show", ANNA)


class Restoring(BackupTest):
    def test_who_was_erased_or_withdrew_since_does_not_come_back(self):
        made = self.back_up()
        self.habeas("consent", "record", "email:anna.b@example.org", "granted", "newsletter",
                    *cli.GRANT)
        self.habeas("erase", ANNA)
        self.habeas("subject", "create", "email=later@example.org")
        self.refused(cli.TAKEN, "restore", "monday.backup", *self.key, says="overwritten")
        done = self.json("restore", "monday.backup", *self.key, "--overwrite")
        self.assertEqual((made, True), (done["backup"], done["overwritten"]))
        self.assertGreater(done["journal_records"], 0)
        self.assertNotIn(b"anna@", self.content())
        self.refused(cli.NOT_FOUND, "subject", "show", ANNA)
        self.refused(cli.ERASED, "subject", "show", "1")
        self.refused(cli.NOT_FOUND, "subject", "show", "email:later@example.org")
        self.habeas("tick")
        self.assertTrue(self.json("verify")["ok"])

    def test_a_lost_store_comes_back(self):
        self.back_up()
        (self.folder / STORE).unlink()
        done = self.habeas("restore", "monday.backup", *self.key)
        self.assertIn("hold again", done.out)
        self.habeas("subject", "show", ANNA)

    def test_without_the_journal_a_person_has_to_say_so(self):
        self.back_up()
        (self.folder / (STORE + ".restore")).unlink()
        self.refused(cli.KEY, "restore", "monday.backup", *self.key, "--overwrite",
                     says="people who were erased")
        self.habeas("restore", "monday.backup", *self.key, "--overwrite",
                    "--accept-missing-journal")
        self.habeas("subject", "show", ANNA)

    def test_an_older_schema_is_migrated_when_asked(self):
        self.back_up()
        self.habeas("restore", "monday.backup", *self.key, "--overwrite", "--migrate")

    def test_another_store_is_not_overwritten(self):
        self.back_up()
        self.habeas("init", "--store", "other.habeas")
        self.refused(cli.TAKEN, "restore", "monday.backup", *self.key, "--overwrite", "--store",
                     "other.habeas", says="another store")


class Journals(BackupTest):
    def test_a_copy_is_checked_against_the_journal_in_use(self):
        info = self.json("journal", "check")
        self.assertEqual(info["bytes"], (self.folder / (STORE + ".restore")).stat().st_size)
        self.assertIn("as it was written", self.habeas("journal", "check").out)
        copied = self.json("journal", "copy", "copy.restore")
        self.assertEqual(info, copied)
        self.assertEqual("same", self.json("journal", "check", "copy.restore")["relation"])
        self.habeas("erase", ANNA)
        self.assertEqual("older", self.json("journal", "check", "copy.restore",
                                            code=cli.NO)["relation"])
        self.assertIn("copy again", self.habeas("journal", "check", "copy.restore",
                                                code=cli.NO).out)
        self.assertIn("records copied", self.habeas("journal", "copy", "copy.restore").out)
        self.habeas("journal", "check", "copy.restore")

    def test_what_is_no_copy_is_refused(self):
        self.refused(cli.NOT_FOUND, "journal", "check", "none.restore")
        self.refused(cli.KEY, "journal", "check", STORE + ".key")
        self.refused(cli.KEY, "journal", "copy", STORE + ".key")
        self.refused(cli.TAKEN, "journal", "copy", STORE + ".restore")
        self.refused(cli.NOT_FOUND, "journal", "rotate", "--store", "none")

    def test_a_rotation_makes_it_shorter_and_keeps_who_was_erased(self):
        self.back_up()
        for number in range(5):
            self.habeas("subject", "create", f"email=p{number}@example.org")
        self.habeas("erase", ANNA)
        for number in range(5, 10):
            self.habeas("subject", "create", f"email=p{number}@example.org")
        former = self.json("journal", "check")
        done = self.json("journal", "rotate", "--archive", "former.restore")
        self.assertLess(done["bytes"], former["bytes"])
        self.assertEqual(former["bytes"], (self.folder / "former.restore").stat().st_size)
        self.assertRegex(self.habeas("journal", "rotate").out, re.compile(r"^\d+ bytes"))
        self.habeas("restore", "monday.backup", *self.key, "--overwrite")
        self.refused(cli.ERASED, "subject", "show", "1")


cli.main(__name__, covers=["backup", "restore", "journal"])
