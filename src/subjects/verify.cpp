#include "subjects/verify.hpp"

#include "subjects/field_set.hpp"
#include "subjects/identifiers.hpp"

#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <utility>

namespace habeas::subjects {
namespace {

void error(VerifyReport& report, std::string code, std::string message) {
    report.findings.push_back({Severity::error, std::move(code), std::move(message), 0});
}

void count(store::Engine& engine, VerifyReport& report, const char* sql, const char* code,
           const std::string& what) {
    std::int64_t rows = engine.db().scalar_i64(sql);
    if (rows > 0) {
        error(report, code, std::to_string(rows) + " " + what);
    }
}

/// Does what was typed give the identifier? National digits that end the number do, for less work
/// and whatever the default country was then; all but a country code of three must be there.
bool gives(const NormalIdentifier& identifier, std::string_view typed, const Format& format) {
    if (typed == identifier.normal) {
        return true;
    }
    if (identifier.kind == IdentifierKind::phone && !typed.empty()) {
        std::string digits;
        for (const char c : typed) {
            if (c >= '0' && c <= '9' && !(digits.empty() && c == '0')) {
                digits += c;
            }
        }
        const std::string_view all(identifier.normal);
        const std::size_t missing = typed.front() == '+' ? 1 : 4; // its own + is no digit
        if (digits.size() + missing >= all.size() && all.ends_with(digits)) {
            return true;
        }
    }
    NormalIdentifier again;
    Refusal ignored;
    return normalise_into(identifier.kind, identifier.system, typed, format, again, ignored) &&
           again.normal == identifier.normal;
}

/// A changed or exchanged identifier does not fit its keyed hash, or what was typed.
void check_hashes(store::Engine& engine, VerifyReport& report) {
    IdentifierKeys keys(engine);
    NormalIdentifier identifier;
    std::int64_t wrong = 0;
    const std::string country = default_country(engine);
    Format format;
    format.default_country = country;
    auto rows = engine.db().prepare("SELECT kind, hash, system, normal, typed FROM identifier");
    while (rows.step()) {
        identifier.kind = static_cast<IdentifierKind>(rows.i64(0));
        identifier.system = rows.text(2);
        identifier.normal = rows.text(3);
        base::Hash128 hash = keys.hash(identifier);
        const bool fits = rows.blob(1) == base::as_view(hash) &&
                          (rows.is_null(4) || gives(identifier, rows.text(4), format));
        wrong += fits ? 0 : 1;
    }
    if (wrong > 0) {
        error(report, "identifier_changed",
              std::to_string(wrong) +
                  " identifiers do not fit their keyed hash, or what was typed");
    }
}

/// The fields email and phone show identifiers of the subject: exports and messages use them. Told
/// by the keyed hash; whoever has no identifier is named already.
void check_addresses(store::Engine& engine, VerifyReport& report) {
    IdentifierKeys keys(engine);
    const std::string country = default_country(engine);
    Format format;
    format.default_country = country;
    store::Findings findings(report);
    const auto check = [&](IdentifierKind kind, const char* name, const char* sql) {
        auto rows = engine.db().prepare(sql);
        while (rows.step()) { // few: most are as they were typed
            const std::string shown = rows.str(1);
            NormalIdentifier normal;
            Refusal ignored;
            base::Hash128 hash{};
            if (normalise_into(kind, {}, shown, format, normal, ignored)) {
                hash = keys.hash(normal);
            }
            const auto all = identifiers_of(engine, SubjectId{rows.i64(0)});
            const bool known = std::any_of(all.begin(), all.end(), [&](const auto& stored) {
                return stored.identifier.kind == kind &&
                       (stored.hash == hash || gives(stored.identifier, shown, format));
            });
            if (!known && !all.empty()) {
                findings.error("address_changed",
                               fmt::format("the field {} of subject {} shows what is no identifier "
                                           "of theirs",
                                           name, rows.i64(0)));
            }
        }
    };
    check(IdentifierKind::email, "email",
          "SELECT s.id, s.f_email FROM subject s WHERE s.f_email IS NOT NULL AND NOT EXISTS "
          "(SELECT 1 FROM identifier i WHERE i.subject_id = s.id AND i.kind = 0 AND "
          "coalesce(i.typed, i.normal) = s.f_email) ORDER BY s.id");
    check(IdentifierKind::phone, "phone",
          "SELECT s.id, s.f_phone FROM subject s WHERE s.f_phone IS NOT NULL AND NOT EXISTS "
          "(SELECT 1 FROM identifier i WHERE i.subject_id = s.id AND i.kind = 1 AND "
          "coalesce(i.typed, i.normal) = s.f_phone) ORDER BY s.id");
    findings.finish();
}

/// A merged number answers for the subject that the ledger says. An anonymised subject has no
/// ledger that could say it.
void check_aliases(store::Engine& engine, VerifyReport& report) {
    std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> merged; // gone: survivor, act
    auto event = engine.db().prepare("SELECT id, subject_id, evidence FROM event WHERE kind = ?1 "
                                     "AND subject_id IS NOT NULL ORDER BY id");
    event.bind(1, static_cast<std::int64_t>(EventKind::merged));
    while (event.step()) {
        const auto said = nlohmann::json::parse(event.text(2), nullptr, /*allow_exceptions=*/false);
        if (said.is_object() && said.contains("gone") && said["gone"].is_number_integer()) {
            merged[said["gone"].get<std::int64_t>()] = {event.i64(1), event.i64(0)};
        }
    }
    store::Findings findings(report);
    auto alias = engine.db().prepare(
        "SELECT a.old_id, a.subject_id, s.source IS 'anonymised' FROM subject_alias a LEFT JOIN "
        "subject s ON s.id = a.subject_id ORDER BY a.old_id");
    while (alias.step()) {
        const auto act = merged.find(alias.i64(0));
        const bool fits =
            act != merged.end() ? act->second.first == alias.i64(1) : alias.i64(2) != 0;
        if (!fits) {
            findings.error("alias_changed",
                           fmt::format("the merged number {} answers for subject {}, but no merge "
                                       "in the ledger says so",
                                       alias.i64(0), alias.i64(1)));
        }
        if (act != merged.end()) {
            merged.erase(act);
        }
    }
    for (const auto& [gone, act] : merged) {
        findings.error("alias_changed",
                       fmt::format("number {} was merged into subject {}, but does not answer for "
                                   "it any more",
                                   gone, act.first),
                       act.second);
    }
    findings.finish();
}

void check_columns(store::Engine& engine, VerifyReport& report, FieldOwner owner,
                   const std::string& table) {
    FieldSet fields(engine, owner);
    TextSet expected;
    for (const FieldInfo& info : fields.all()) {
        if (info.storage != Storage::choices) {
            expected.insert("f_" + info.field.name);
        }
    }
    auto rows = engine.db().prepare_text("SELECT name FROM pragma_table_info('" + table +
                                         "') WHERE substr(name, 1, 2) = 'f_'");
    std::size_t found = 0;
    bool strange = false;
    while (rows.step()) {
        strange = strange || !expected.contains(rows.text(0));
        ++found;
    }
    if (strange || found != expected.size()) {
        error(report, "columns_differ",
              "the columns of table " + table + " are not those of the defined fields");
    }
}

} // namespace

void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    count(engine, report,
          "SELECT count(*) FROM identifier i WHERE NOT EXISTS"
          " (SELECT 1 FROM subject s WHERE s.id = i.subject_id)",
          "identifier_without_subject", "identifiers belong to no subject");
    count(engine, report,
          "SELECT count(*) FROM subject s WHERE NOT EXISTS"
          " (SELECT 1 FROM identifier i WHERE i.subject_id = s.id) AND s.source IS NOT "
          "'anonymised'",
          "subject_without_identifier", "subjects have no identifier, so nothing finds them");
    count(engine, report, "SELECT count(*) FROM tombstone t JOIN subject s ON s.id = t.subject_id",
          "erased_subject_present", "subjects are erased and there");
    count(engine, report,
          "SELECT count(*) FROM subject_choice c WHERE NOT EXISTS"
          " (SELECT 1 FROM subject s WHERE s.id = c.subject_id)",
          "choice_without_subject", "chosen values belong to no subject");
    check_hashes(engine, report);
    check_addresses(engine, report);
    check_aliases(engine, report);
    check_columns(engine, report, FieldOwner::subject, "subject");
    check_columns(engine, report, FieldOwner::organisation, "organisation");
}

} // namespace habeas::subjects
