// The class Subjects: single records, bulk upsert, pages.
#include "habeas/subject.hpp"

#include "subjects/identifiers.hpp"
#include "subjects/merge.hpp"
#include "subjects/records.hpp"
#include "subjects/row_writer.hpp"

#include <algorithm>
#include <charconv>

namespace habeas {
namespace subjects {
namespace {

void check_source(const std::string& source) {
    Refusal why;
    if (!check_text(source, false, max_source_bytes, why)) {
        throw refusal_error("source", why);
    }
}

/// The fields that at least one row names, in the order of the definitions.
std::vector<const FieldInfo*> named_fields(const FieldSet& fields,
                                           std::span<const SubjectInput> rows) {
    std::vector<bool> named(fields.all().size());
    for (const SubjectInput& row : rows) {
        for (const auto& [name, value] : row.fields) {
            if (const FieldInfo* info = fields.find(name)) {
                named[static_cast<std::size_t>(info - fields.all().data())] = true;
            }
        }
    }
    std::vector<const FieldInfo*> out;
    for (std::size_t at = 0; at < named.size(); ++at) {
        if (named[at]) {
            out.push_back(&fields.all()[at]);
        }
    }
    return out;
}

/// Fills rows of the API into a writer.
class InputRows {
  public:
    InputRows(store::Engine& engine, std::span<const SubjectInput> rows, RowWriter::Options options)
        : fields_(field_set(engine, FieldOwner::subject)),
          writer_(engine, fields_, named_fields(*fields_, rows), options) {
        for (std::size_t at = 0; at < writer_.columns(); ++at) {
            columns_.emplace(writer_.column(at).field.name, at);
        }
        writer_.begin();
    }

    /// False: refused, see writer().fault().
    bool fill(const SubjectInput& row) {
        writer_.clear();
        Format format;
        // The country first: it is the default for the row's phone numbers.
        if (auto country = row.fields.find("country"); country != row.fields.end()) {
            if (!set(*country, format)) {
                return false;
            }
            format.default_country = writer_.country();
        }
        for (const auto& value : row.fields) {
            if (value.first != "country" && !set(value, format)) {
                return false;
            }
        }
        return std::all_of(row.identifiers.begin(), row.identifiers.end(),
                           [&](const Identifier& identifier) {
                               return writer_.add_identifier(identifier.kind, identifier.system,
                                                             identifier.value, format);
                           });
    }

    RowWriter& writer() { return writer_; }

  private:
    bool set(const FieldValues::value_type& value, const Format& format) {
        auto column = columns_.find(value.first);
        if (column == columns_.end()) {
            writer_.refuse(value.first.substr(0, 63), "row", "no such field; define it first",
                           Errc::not_found);
            return false;
        }
        return writer_.set_value(column->second, value.second, format);
    }

    std::shared_ptr<const FieldSet> fields_;
    RowWriter writer_;
    TextMap<std::size_t> columns_;
};

/// A cursor is two numbers: 0 or changed_at, and the last id.
struct Cursor {
    std::int64_t changed = 0;
    std::int64_t id = 0;
};

Cursor parse_cursor(const std::string& text) {
    Cursor out;
    if (text.empty()) {
        return out;
    }
    const char* end = text.data() + text.size();
    auto first = std::from_chars(text.data(), end, out.changed);
    if (first.ec == std::errc{} && first.ptr != end && *first.ptr == '.') {
        auto second = std::from_chars(first.ptr + 1, end, out.id);
        if (second.ec == std::errc{} && second.ptr == end) {
            return out;
        }
    }
    throw Error(Errc::invalid, "the cursor is not one that a former page gave", "after");
}

} // namespace
} // namespace subjects

using namespace subjects;

SubjectId Subjects::create(const SubjectInput& input) {
    check_source(input.source);
    store::Engine::Write tx(*engine_);
    InputRows rows(*engine_, std::span(&input, 1), {});
    if (!rows.fill(input) || rows.writer().create(input.source) == RowOutcome::rejected) {
        throw rows.writer().fault().error();
    }
    tx.commit();
    return rows.writer().id();
}

Subject Subjects::get(SubjectId id) const {
    return load(*engine_, id);
}

std::optional<SubjectId> Subjects::find(const Identifier& identifier) const {
    return subjects::find(*engine_, normalise(*engine_, identifier));
}

void Subjects::update(SubjectId id, const SubjectInput& input, Blank blank, std::int64_t version) {
    store::Engine::Write tx(*engine_);
    id = require(*engine_, id);
    InputRows rows(*engine_, std::span(&input, 1), {OnMatch::update, blank, true});
    if (!rows.fill(input) || rows.writer().update(id, version) == RowOutcome::rejected) {
        throw rows.writer().fault().error();
    }
    tx.commit();
}

std::vector<UpsertResult> Subjects::upsert(std::span<const SubjectInput> rows, OnMatch on_match,
                                           Blank blank) {
    for (const SubjectInput& row : rows) {
        check_source(row.source);
    }
    std::vector<UpsertResult> out;
    out.reserve(rows.size());
    engine_->reserve_ids(store::IdKind::subject, static_cast<std::int64_t>(rows.size()));
    store::Engine::Write tx(*engine_);
    InputRows inputs(*engine_, rows, {on_match, blank, false});
    RowWriter& writer = inputs.writer();
    for (const SubjectInput& row : rows) {
        UpsertResult result;
        result.outcome = inputs.fill(row) ? writer.upsert(row.source) : RowOutcome::rejected;
        if (result.outcome == RowOutcome::rejected) {
            result.field = writer.fault().field;
            result.reason = writer.fault().why.text();
        } else {
            result.id = writer.id();
        }
        out.push_back(std::move(result));
    }
    tx.commit();
    return out;
}

void Subjects::add_identifier(SubjectId id, const Identifier& identifier) {
    update(id, SubjectInput{{}, {identifier}, {}}, Blank::keep, 0);
}

void Subjects::remove_identifier(SubjectId id, const Identifier& identifier) {
    store::Engine::Write tx(*engine_);
    id = require(*engine_, id);
    NormalIdentifier normal = normalise(*engine_, identifier);
    auto all = identifiers_of(*engine_, id);
    auto found = std::find_if(all.begin(), all.end(), [&](const StoredIdentifier& stored) {
        return stored.identifier.kind == normal.kind && stored.identifier.system == normal.system &&
               stored.identifier.normal == normal.normal;
    });
    if (found == all.end()) {
        throw Error(Errc::not_found, "the subject has no such identifier",
                    identifier_kind_name(identifier));
    }
    if (all.size() == 1) {
        throw Error(Errc::invalid,
                    "the subject's last identifier cannot go; erase the subject instead",
                    identifier_kind_name(identifier));
    }
    // A field that shows this identifier becomes blank with it.
    auto clear = engine_->db().prepare(
        "UPDATE subject SET version = version + 1, changed_at = ?2,"
        " f_email = CASE WHEN ?3 = 0 AND f_email = ?4 THEN NULL ELSE f_email END,"
        " f_phone = CASE WHEN ?3 = 1 AND f_phone = ?4 THEN NULL ELSE f_phone END WHERE id = ?1");
    clear.bind_all(static_cast<std::int64_t>(id), engine_->now_ms(), static_cast<int>(normal.kind),
                   found->identifier.typed);
    clear.run();
    forget_identifier(*engine_, id, found->identifier);
    call_subject_changed(*engine_, id);
    engine_->note_change(id, ChangeKind::profile);
    tx.commit();
}

void Subjects::merge(SubjectId keep, SubjectId gone) {
    store::Engine::Write tx(*engine_);
    merge_subjects(*engine_, keep, gone);
    tx.commit();
}

SubjectPage Subjects::list(std::size_t limit, const std::string& after,
                           std::optional<Time> changed_since) const {
    Cursor cursor = parse_cursor(after);
    if (limit == 0 || limit > 100000) {
        throw Error(Errc::invalid, "a page has 1 to 100,000 subjects", "limit");
    }
    store::Engine::Read snapshot(*engine_);
    auto fields = field_set(*engine_, FieldOwner::subject);
    // By change, a page is a range of the index, and what changes meanwhile comes again at the end.
    auto rows = engine_->db().prepare_text(
        select_subject(*fields) +
        (changed_since ? " WHERE (changed_at, id) > (?1, ?2) ORDER BY changed_at, id LIMIT ?3"
                       : " WHERE ?1 = ?1 AND id > ?2 ORDER BY id LIMIT ?3"));
    std::int64_t since = changed_since ? changed_since->time_since_epoch().count() : 0;
    if (changed_since && (after.empty() || cursor.changed < since)) {
        cursor = {since - 1, INT64_MAX};
    }
    rows.bind(1, cursor.changed).bind(2, cursor.id).bind(3, static_cast<std::int64_t>(limit));
    SubjectPage page;
    while (rows.step()) {
        page.subjects.push_back(read_subject(*engine_, *fields, rows));
    }
    if (page.subjects.size() == limit) {
        const Subject& last = page.subjects.back();
        std::int64_t changed =
            changed_since ? last.changed_at.time_since_epoch().count() : std::int64_t{0};
        page.next =
            std::to_string(changed) + "." + std::to_string(static_cast<std::int64_t>(last.id));
    }
    return page;
}

std::int64_t Subjects::count() const {
    return engine_->db().scalar_i64("SELECT count(*) FROM subject");
}

} // namespace habeas
