// Tags: words that a host or a campaign puts on subjects.
#include "base/text.hpp"
#include "habeas/segment.hpp"
#include "store/engine.hpp"
#include "subjects/lookup.hpp"

namespace habeas {
namespace {

constexpr std::size_t max_tag_bytes = 100;

std::string key_of(const std::string& tag) {
    std::string name(base::trim(tag));
    base::require_text(name, "tag", false, max_tag_bytes);
    if (name.empty()) {
        throw Error(Errc::invalid, "a tag has at least one character", "tag");
    }
    return base::casefold(name);
}

std::vector<std::string> names(store::Statement row) {
    std::vector<std::string> out;
    while (row.step()) {
        out.push_back(row.str(0));
    }
    return out;
}

} // namespace

void Tags::add(SubjectId subject, const std::string& tag) {
    const std::string key = key_of(tag);
    store::Engine::Write tx(*engine_);
    auto id = static_cast<std::int64_t>(subjects::require(*engine_, subject));
    engine_->db()
        .prepare("INSERT INTO tag(name, key) VALUES(?1, ?2) ON CONFLICT(key) DO NOTHING")
        .bind_all(base::nfc(base::trim(tag)), key)
        .run();
    engine_->db()
        .prepare("INSERT OR IGNORE INTO subject_tag(subject_id, tag_id) "
                 "SELECT ?1, id FROM tag WHERE key = ?2")
        .bind_all(id, key)
        .run();
    if (engine_->db().changes() > 0) {
        engine_->note_change(SubjectId{id}, ChangeKind::tag);
    }
    tx.commit();
}

void Tags::remove(SubjectId subject, const std::string& tag) {
    const std::string key = key_of(tag);
    store::Engine::Write tx(*engine_);
    auto id = static_cast<std::int64_t>(subjects::require(*engine_, subject));
    engine_->db()
        .prepare("DELETE FROM subject_tag WHERE subject_id = ?1 AND tag_id = "
                 "(SELECT id FROM tag WHERE key = ?2)")
        .bind_all(id, key)
        .run();
    if (engine_->db().changes() > 0) {
        engine_->note_change(SubjectId{id}, ChangeKind::tag);
    }
    tx.commit();
}

std::vector<std::string> Tags::of(SubjectId subject) const {
    store::Engine::Read snapshot(*engine_);
    auto id = static_cast<std::int64_t>(subjects::require(*engine_, subject));
    auto row = engine_->db().prepare("SELECT t.name FROM subject_tag s JOIN tag t ON t.id = "
                                     "s.tag_id WHERE s.subject_id = ?1 ORDER BY t.key");
    row.bind(1, id);
    return names(std::move(row));
}

std::vector<std::string> Tags::list() const {
    store::Engine::Read snapshot(*engine_);
    return names(engine_->db().prepare("SELECT name FROM tag ORDER BY key"));
}

} // namespace habeas
