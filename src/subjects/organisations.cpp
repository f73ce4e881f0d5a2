// The class Organisations: legal persons and households, with fields of their own.
#include "habeas/subject.hpp"

#include "subjects/lookup.hpp"
#include "subjects/records.hpp"

namespace habeas {
namespace subjects {
namespace {

constexpr std::size_t max_name_bytes = 500;
constexpr std::size_t max_external_id_bytes = 255;
constexpr std::size_t max_role_bytes = 255;

void check(std::string_view text, const char* where, std::size_t max_bytes) {
    Refusal why;
    if (!check_text(text, false, max_bytes, why)) {
        throw refusal_error(where, why);
    }
}

void check(const Organisation& organisation) {
    check(organisation.name, "name", max_name_bytes);
    check(organisation.external, "external", max_external_id_bytes);
}

[[noreturn]] void unknown(OrganisationId id) {
    throw Error(Errc::not_found, "no organisation " + std::to_string(number(id)), "organisation");
}

void require_organisation(store::Engine& engine, OrganisationId id) {
    auto row = engine.db().prepare("SELECT 1 FROM organisation WHERE id = ?1");
    row.bind(1, number(id));
    if (!row.step()) {
        unknown(id);
    }
}

void write_values(store::Engine& engine, OrganisationId id, const FieldValues& values, Blank blank,
                  bool created) {
    auto fields = field_set(engine, FieldOwner::organisation);
    std::string country = engine.meta("setting.default_country").value_or("");
    Format format;
    format.default_country = country;
    auto write = [&](const FieldInfo& info, const Cell& cell) {
        auto row = engine.db().prepare_text("UPDATE organisation SET " + info.column +
                                            " = ?2 WHERE id = ?1");
        row.bind(1, number(id));
        bind_cell(engine, info, number(id), cell, row, 2);
        try {
            row.run();
        } catch (const Error& error) {
            if (error.code() != Errc::exists) {
                throw;
            }
            throw Error(Errc::exists, info.field.name + ": belongs to another organisation",
                        info.field.name);
        }
    };
    for (const auto& [name, value] : values) {
        const FieldInfo& info = require_field(*fields, name);
        if (info.field.retired) {
            throw Error(Errc::invalid, name + ": the field is retired", name);
        }
        Cell cell;
        Refusal why;
        if (!parse_value(info, value, format, cell, why)) {
            throw refusal_error(name, why);
        }
        if (cell.has_value() || blank == Blank::overwrite) {
            write(info, cell);
        }
    }
    for (const FieldInfo& info : fields->all()) {
        if (created && info.field.default_value && !info.field.retired) {
            Cell cell;
            Refusal why;
            auto given = values.find(info.field.name);
            bool blank_given =
                given == values.end() ||
                (parse_value(info, given->second, format, cell, why) && !cell.has_value());
            if (blank_given && parse_text(info, *info.field.default_value, {}, cell, why)) {
                write(info, cell);
            }
        }
    }
    for (const FieldInfo& info : fields->all()) {
        if (!info.field.required || info.field.retired) {
            continue;
        }
        auto row = engine.db().prepare_text("SELECT " + info.column +
                                            " IS NULL FROM organisation WHERE id = ?1");
        row.bind(1, number(id));
        bool named = values.contains(info.field.name);
        if (row.step() && row.i64(0) != 0 && (created || named)) {
            throw Error(Errc::invalid, info.field.name + ": required, but blank", info.field.name);
        }
    }
}

/// Runs a write of table organisation; the external id is unique.
void run_unique(store::Statement& statement) {
    try {
        statement.run();
    } catch (const Error& error) {
        if (error.code() != Errc::exists) {
            throw;
        }
        throw Error(Errc::exists, "external: belongs to another organisation", "external");
    }
}

std::optional<std::string_view> or_null(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

} // namespace
} // namespace subjects

using namespace subjects;

OrganisationId Organisations::create(const Organisation& organisation) {
    check(organisation);
    if (organisation.name.empty()) {
        throw Error(Errc::invalid, "name: an organisation needs one", "name");
    }
    store::Engine::Write tx(*engine_);
    std::int64_t id = engine_->next_id(store::IdKind::organisation);
    auto row = engine_->db().prepare("INSERT INTO organisation(id, version, created_at, changed_at,"
                                     " name, external) VALUES(?1, 1, ?2, ?2, ?3, ?4)");
    row.bind_all(id, engine_->now_ms(), organisation.name, or_null(organisation.external));
    run_unique(row);
    write_values(*engine_, OrganisationId{id}, organisation.fields, Blank::keep, true);
    tx.commit();
    return OrganisationId{id};
}

void Organisations::update(const Organisation& organisation, Blank blank) {
    check(organisation);
    store::Engine::Write tx(*engine_);
    std::int64_t id = number(organisation.id);
    auto now = engine_->db().prepare("SELECT version FROM organisation WHERE id = ?1");
    now.bind(1, id);
    if (!now.step()) {
        unknown(organisation.id);
    }
    if (organisation.version != 0 && organisation.version != now.i64(0)) {
        throw Error(Errc::conflict, "the organisation changed since it was read; read it again",
                    "version");
    }
    now.reset();
    // A name is never blank; a blank external id goes only where blanks overwrite.
    auto row = engine_->db().prepare(
        "UPDATE organisation SET version = version + 1, changed_at = ?2,"
        " name = coalesce(?3, name),"
        " external = CASE WHEN ?5 THEN ?4 ELSE coalesce(?4, external) END WHERE id = ?1");
    row.bind_all(id, engine_->now_ms(), or_null(organisation.name), or_null(organisation.external),
                 blank == Blank::overwrite);
    run_unique(row);
    write_values(*engine_, organisation.id, organisation.fields, blank, false);
    tx.commit();
}

Organisation Organisations::get(OrganisationId id) const {
    store::Engine::Read snapshot(*engine_);
    auto fields = field_set(*engine_, FieldOwner::organisation);
    auto row = engine_->db().prepare_text("SELECT id, version, name, external" + fields->columns() +
                                          " FROM organisation WHERE id = ?1");
    row.bind(1, number(id));
    if (!row.step()) {
        unknown(id);
    }
    Organisation out;
    out.id = id;
    out.version = row.i64(1);
    out.name = row.str(2);
    out.external = row.is_null(3) ? std::string{} : row.str(3);
    out.fields = read_values(*engine_, *fields, number(id), row, 4);
    return out;
}

std::optional<OrganisationId> Organisations::find(const std::string& external) const {
    auto row = engine_->db().prepare("SELECT id FROM organisation WHERE external = ?1");
    row.bind(1, external);
    return row.step() ? std::optional(OrganisationId{row.i64(0)}) : std::nullopt;
}

void Organisations::remove(OrganisationId id) {
    store::Engine::Write tx(*engine_);
    require_organisation(*engine_, id);
    auto links = engine_->db().prepare(
        "DELETE FROM membership WHERE organisation_id = ?1 RETURNING subject_id");
    links.bind(1, number(id));
    while (links.step()) {
        engine_->note_change(SubjectId{links.i64(0)}, ChangeKind::organisation);
    }
    auto row = engine_->db().prepare("DELETE FROM organisation WHERE id = ?1");
    row.bind(1, number(id));
    row.run();
    tx.commit();
}

void Organisations::link(SubjectId subject, const Membership& membership) {
    check(membership.role, "role", max_role_bytes);
    store::Engine::Write tx(*engine_);
    auto id = static_cast<std::int64_t>(require(*engine_, subject));
    require_organisation(*engine_, membership.organisation);
    if (membership.primary) {
        auto others = engine_->db().prepare("UPDATE membership SET is_primary = 0 "
                                            "WHERE subject_id = ?1 AND is_primary");
        others.bind(1, id);
        others.run();
    }
    auto row = engine_->db().prepare(
        "INSERT INTO membership(subject_id, organisation_id, role, is_primary) "
        "VALUES(?1, ?2, ?3, ?4) ON CONFLICT(subject_id, organisation_id) "
        "DO UPDATE SET role = excluded.role, is_primary = excluded.is_primary");
    row.bind_all(id, number(membership.organisation), membership.role, membership.primary);
    row.run();
    engine_->note_change(SubjectId{id}, ChangeKind::organisation);
    tx.commit();
}

void Organisations::unlink(SubjectId subject, OrganisationId organisation) {
    store::Engine::Write tx(*engine_);
    auto row = engine_->db().prepare("DELETE FROM membership "
                                     "WHERE subject_id = ?1 AND organisation_id = ?2");
    subject = require(*engine_, subject);
    row.bind_all(static_cast<std::int64_t>(subject), number(organisation));
    row.run();
    engine_->note_change(subject, ChangeKind::organisation);
    tx.commit();
}

std::vector<Membership> Organisations::of(SubjectId subject) const {
    store::Engine::Read snapshot(*engine_);
    auto rows = engine_->db().prepare("SELECT organisation_id, role, is_primary FROM membership "
                                      "WHERE subject_id = ?1 ORDER BY organisation_id");
    rows.bind(1, static_cast<std::int64_t>(require(*engine_, subject)));
    std::vector<Membership> out;
    while (rows.step()) {
        out.push_back({OrganisationId{rows.i64(0)}, rows.str(1), rows.i64(2) != 0});
    }
    return out;
}

std::vector<SubjectId> Organisations::members(OrganisationId organisation) const {
    store::Engine::Read snapshot(*engine_);
    require_organisation(*engine_, organisation);
    auto rows = engine_->db().prepare("SELECT subject_id FROM membership "
                                      "WHERE organisation_id = ?1 ORDER BY subject_id");
    rows.bind(1, number(organisation));
    std::vector<SubjectId> out;
    while (rows.step()) {
        out.push_back(SubjectId{rows.i64(0)});
    }
    return out;
}

} // namespace habeas
