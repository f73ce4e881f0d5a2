#include "consent/declared_check.hpp"

#include "base/hash.hpp"
#include "consent/purpose_json.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace habeas::consent {
namespace {

using nlohmann::json;
using Key = std::pair<std::int64_t, std::int64_t>; ///< purpose, number of the text or version

struct Act {
    std::int64_t sequence = 0;
    json said; ///< its evidence; null: it cannot be read
};

/// The newest act of a kind about each; audit compares the acts themselves with the chain.
std::map<Key, Act> acts(store::Engine& engine, EventKind kind) {
    std::map<Key, Act> out;
    auto row = engine.db().prepare("SELECT id, purpose_id, text_version, evidence, recorded_at "
                                   "FROM event WHERE subject_id IS NULL AND kind = ?1 ORDER BY id");
    row.bind(1, static_cast<std::int64_t>(kind));
    while (row.step()) {
        Act act{row.i64(0), json::parse(row.text(3), nullptr, /*allow_exceptions=*/false)};
        if (!act.said.is_object()) {
            act.said = json::object();
        }
        std::int64_t number = row.i64(2);
        if (const auto version = act.said.find("version");
            version != act.said.end() && version->is_number_integer()) {
            number = version->get<std::int64_t>();
        }
        act.said["recorded_at"] = row.i64(4);
        out[{row.i64(1), number}] = std::move(act);
    }
    return out;
}

/// A row: what the act about it must have said.
struct Row {
    Key key;
    std::string name; ///< "text 2 of purpose newsletter"
    json is;
};

void compare(const std::vector<Row>& rows, const std::map<Key, Act>& acts, const char* code,
             const char* kind, store::Findings& findings) {
    std::size_t known = 0;
    for (const Row& row : rows) {
        const auto act = acts.find(row.key);
        if (act == acts.end()) {
            findings.error(code, fmt::format("{} was written past habeas: no act of the ledger "
                                             "says that it was declared",
                                             row.name));
            continue;
        }
        ++known;
        if (act->second.said != row.is) {
            findings.error(code,
                           fmt::format("{} was changed: it is not what act {} of the ledger "
                                       "declared",
                                       row.name, act->second.sequence),
                           act->second.sequence);
        }
    }
    if (known != acts.size()) {
        findings.error(code, fmt::format("{} {} that the ledger declared are gone",
                                         acts.size() - known, kind));
    }
}

void check_texts(store::Engine& engine, store::Findings& findings) {
    std::vector<Row> rows;
    auto row = engine.db().prepare(
        "SELECT t.purpose_id, t.number, p.code, t.recorded_at, t.material_change, t.hash FROM "
        "text_version t JOIN purpose p ON p.id = t.purpose_id ORDER BY t.purpose_id, t.number");
    auto text = engine.db().prepare("SELECT language, text, label FROM consent_text WHERE "
                                    "purpose_id = ?1 AND number = ?2 ORDER BY language");
    while (row.step()) {
        std::vector<ConsentText> words;
        text.reset();
        text.bind(1, row.i64(0)).bind(2, row.i64(1));
        while (text.step()) {
            words.push_back({text.str(0), text.str(1), text.str(2)});
        }
        // The row's own hash must be that of its words, and the act's that of both.
        const std::string hash = text_hash(words);
        json is{{"hash", hash == base::to_hex(base::as_bytes(row.blob(5))) ? hash : ""},
                {"purpose", row.str(2)},
                {"recorded_at", row.i64(3)}};
        if (!row.is_null(4)) {
            is["material_change"] = row.i64(4) != 0;
        }
        rows.push_back({{row.i64(0), row.i64(1)},
                        fmt::format("text {} of purpose {}", row.i64(1), row.str(2)),
                        std::move(is)});
    }
    compare(rows, acts(engine, EventKind::text_added), "text_changed", "texts of consent",
            findings);
}

void check_definitions(store::Engine& engine, store::Findings& findings) {
    std::vector<Row> rows;
    auto row = engine.db().prepare(
        "SELECT v.purpose_id, v.version, p.code, v.recorded_at, v.definition FROM purpose_version "
        "v JOIN purpose p ON p.id = v.purpose_id ORDER BY v.purpose_id, v.version");
    while (row.step()) {
        rows.push_back({{row.i64(0), row.i64(1)},
                        fmt::format("version {} of purpose {}", row.i64(1), row.str(2)),
                        {{"hash", definition_hash(row.text(4))},
                         {"purpose", row.str(2)},
                         {"recorded_at", row.i64(3)},
                         {"version", row.i64(1)}}});
    }
    compare(rows, acts(engine, EventKind::purpose_defined), "purpose_changed",
            "versions of purposes", findings);
    rows.clear();
    auto retired = engine.db().prepare(
        "SELECT id, code, retired_at FROM purpose WHERE retired_at IS NOT NULL ORDER BY id");
    while (retired.step()) {
        rows.push_back({{retired.i64(0), 0},
                        fmt::format("the retirement of purpose {}", retired.str(1)),
                        {{"purpose", retired.str(1)}, {"recorded_at", retired.i64(2)}}});
    }
    compare(rows, acts(engine, EventKind::purpose_retired), "purpose_changed",
            "retirements of purposes", findings);
}

} // namespace

void check_declared(store::Engine& engine, VerifyReport& report) {
    store::Findings findings(report);
    check_texts(engine, findings);
    check_definitions(engine, findings);
    findings.finish();
}

} // namespace habeas::consent
