#include "subjects/verify.hpp"

#include "subjects/field_set.hpp"
#include "subjects/identifiers.hpp"

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

/// A changed or exchanged identifier does not fit its keyed hash.
void check_hashes(store::Engine& engine, VerifyReport& report) {
    IdentifierKeys keys(engine);
    NormalIdentifier identifier;
    std::int64_t wrong = 0;
    auto rows = engine.db().prepare("SELECT kind, hash, system, normal FROM identifier");
    while (rows.step()) {
        identifier.kind = static_cast<IdentifierKind>(rows.i64(0));
        identifier.system = rows.text(2);
        identifier.normal = rows.text(3);
        base::Hash128 hash = keys.hash(identifier);
        wrong += rows.blob(1) == base::as_view(hash) ? 0 : 1;
    }
    if (wrong > 0) {
        error(report, "identifier_changed",
              std::to_string(wrong) + " identifiers do not fit their keyed hash");
    }
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
    check_columns(engine, report, FieldOwner::subject, "subject");
    check_columns(engine, report, FieldOwner::organisation, "organisation");
}

} // namespace habeas::subjects
