#include "churn.hpp"

#include <array>

namespace habeas::test {
namespace {

constexpr int subjects = 700;
constexpr int updates = 5000;
constexpr int columns = 4;

struct Person {
    std::array<std::string, columns> values;
    std::vector<std::string> ever; ///< all values, old ones too
    bool erased = false;
};

class Churn {
  public:
    Churn(RawDb& db, ResidueSearch& search, unsigned seed)
        : db_(db), search_(search), random_(seed), people_(subjects) {}

    void live() {
        for (int id = 0; id < subjects; ++id) {
            Person& person = people_[static_cast<std::size_t>(id)];
            for (int column = 0; column < columns; ++column) {
                person.values[static_cast<std::size_t>(column)] = fresh(person, column);
            }
            const auto& v = person.values;
            db_.run("INSERT INTO subject(id,email,a,b) VALUES (?,?,?,?)",
                    {std::int64_t{id}, v[0], v[1], v[2]});
            db_.run("INSERT INTO identifier VALUES ('email',?,?)", {v[3], std::int64_t{id}});
            commit_sometimes(id);
        }
        for (int step = 0; step < updates; ++step) {
            change(static_cast<int>(random_() % subjects), static_cast<int>(random_() % 5));
            commit_sometimes(step);
            if (step % 1500 == 750) {
                change_my_mind();
            }
        }
    }

    void erase() {
        for (int id = 0; id < subjects; ++id) {
            Person& person = people_[static_cast<std::size_t>(id)];
            if (random_() % 8 != 0) {
                continue;
            }
            person.erased = true;
            for (const char* table :
                 {"subject WHERE id", "identifier WHERE subject", "event WHERE subject"}) {
                db_.run("DELETE FROM " + std::string(table) + " = ?", {std::int64_t{id}});
            }
            for (const std::string& value : person.ever) {
                search_.look_for(value);
            }
            commit_sometimes(id);
        }
    }

    void check_the_living() {
        const auto rows =
            db_.run("SELECT s.id||'|'||s.email||'|'||s.a||'|'||s.b||'|'||i.value FROM "
                    "subject s JOIN identifier i ON i.subject = s.id ORDER BY s.id");
        std::vector<std::string> expected;
        for (std::size_t id = 0; id < people_.size(); ++id) {
            const auto& v = people_[id].values;
            if (!people_[id].erased) {
                expected.push_back(std::to_string(id) + "|" + v[0] + "|" + v[1] + "|" + v[2] + "|" +
                                   v[3]);
            }
        }
        CHECK((rows == expected));
    }

  private:
    void change(int id, int what) {
        Person& person = people_[static_cast<std::size_t>(id)];
        if (what == columns) {
            db_.run("INSERT INTO event(subject,note) VALUES (?,?)",
                    {std::int64_t{id}, fresh(person, 0)});
            return;
        }
        static const std::array<const char*, columns> sql = {
            "UPDATE subject SET email=? WHERE id=?", "UPDATE subject SET a=? WHERE id=?",
            "UPDATE subject SET b=? WHERE id=?", "UPDATE identifier SET value=? WHERE subject=?"};
        const auto column = static_cast<std::size_t>(what);
        person.values[column] = fresh(person, what);
        db_.run(sql[column], {person.values[column], std::int64_t{id}});
    }

    /// More than the page cache holds, so that some of it is in the WAL when it is taken back.
    void change_my_mind() {
        Person nobody;
        db_.exec("SAVEPOINT doubt");
        for (int i = 0; i < 300; ++i) {
            db_.run("INSERT INTO event(subject,note) VALUES (-1,?)", {fresh(nobody, 2)});
        }
        db_.exec("ROLLBACK TO doubt; RELEASE doubt");
        for (const std::string& value : nobody.ever) {
            search_.look_for(std::string_view(value).substr(0, 100));
        }
    }

    /// A value nobody had: random characters, so that 8 of them are somebody's alone. Length
    /// varies; in the second column some go over several overflow pages.
    std::string fresh(Person& person, int column) {
        std::size_t size = 10 + random_() % 120;
        if (column == 2 && random_() % 20 == 0) {
            size = 200 + random_() % 12000;
        }
        static constexpr std::string_view alphabet =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        std::string out(size, ' ');
        for (char& letter : out) {
            letter = alphabet[random_() % alphabet.size()];
        }
        person.ever.push_back(out);
        return out;
    }

    void commit_sometimes(int step) {
        if (step % 200 == 199) {
            db_.exec("COMMIT; BEGIN IMMEDIATE");
        }
    }

    RawDb& db_;
    ResidueSearch& search_;
    std::mt19937 random_;
    std::vector<Person> people_;
};

} // namespace

std::size_t churn_residue(const char* vfs, unsigned seed, int page_size, bool secure_delete) {
    TempFolder folder;
    ResidueSearch search;
    RawDb db(folder.file("churn.db"), vfs);
    db.exec("PRAGMA page_size=" + std::to_string(page_size) +
            "; PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;"
            "PRAGMA cache_size=-512; PRAGMA wal_autocheckpoint=200; PRAGMA secure_delete=" +
            (secure_delete ? "ON" : "OFF"));
    db.exec(
        "CREATE TABLE subject(id INTEGER PRIMARY KEY, email TEXT UNIQUE, a TEXT, b TEXT) STRICT;"
        "CREATE INDEX subject_ab ON subject(a, b);"
        "CREATE TABLE identifier(kind TEXT, value TEXT, subject INT, PRIMARY KEY(kind, value)) "
        "STRICT, WITHOUT ROWID;"
        "CREATE INDEX identifier_subject ON identifier(subject);"
        "CREATE TABLE event(id INTEGER PRIMARY KEY, subject INT, note TEXT) STRICT;"
        "CREATE INDEX event_subject ON event(subject, note)");
    Churn churn(db, search, seed);
    db.exec("BEGIN IMMEDIATE");
    churn.live();
    churn.erase();
    db.exec("COMMIT");
    CHECK(db.one("PRAGMA integrity_check") == "ok");
    CHECK(db.one("PRAGMA wal_checkpoint(TRUNCATE)") == "0");
    churn.check_the_living();
    return search.hits_in(folder.path());
}

} // namespace habeas::test
