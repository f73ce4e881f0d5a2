// Whom a breach concerns: found by the filter, counted, told; and what an erasure leaves.
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "breaches/breach_json.hpp"
#include "breaches/rows.hpp"
#include "consent/json_reader.hpp"
#include "consent/part_fault.hpp"
#include "segments/filter.hpp"
#include "store/settings.hpp"
#include "subjects/field_set.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas {
namespace breaches {
namespace {

using nlohmann::json;
using subjects::FieldInfo;
using subjects::Storage;

constexpr std::size_t batch = 200;
constexpr const char* masked = "erased";

std::vector<const FieldInfo*> concerned(const subjects::FieldSet& fields, const Breach& breach) {
    std::vector<const FieldInfo*> out;
    for (const FieldInfo& each : fields.all()) {
        const auto named = std::find(breach.fields.begin(), breach.fields.end(), each.field.name);
        if (breach.fields.empty() || named != breach.fields.end()) {
            out.push_back(&each);
        }
    }
    return out;
}

void find_persons(store::Engine& engine, std::int64_t number, const Breach& breach) {
    engine.db()
        .prepare("DELETE FROM breach_subject WHERE breach_id = ?1 AND told_at IS NULL")
        .bind_all(number)
        .run();
    if (breach.filter.empty()) {
        return;
    }
    segments::Filter filter;
    try {
        filter = segments::compile(engine, segments::parse_filter(breach.filter),
                                   segments::today(engine));
    } catch (const Error& error) {
        consent::throw_below("/affected/filter", error);
    }
    auto row = engine.db().prepare_text(
        fmt::format("INSERT OR IGNORE INTO breach_subject(breach_id, subject_id) SELECT {}, s.id "
                    "FROM subject s NOT INDEXED WHERE {}",
                    number, filter.where));
    segments::bind(row, filter);
    row.run();
}

BreachFigures figures(store::Engine& engine, std::int64_t number, const Breach& breach) {
    constexpr const char* from = " FROM breach_subject x JOIN subject s ON s.id = x.subject_id "
                                 "WHERE x.breach_id = ?1";
    const auto fields = subjects::field_set(engine, FieldOwner::subject);
    const auto wanted = concerned(*fields, breach);
    BreachFigures out;
    out.at = time_of(engine.now_ms());
    std::string sql = "SELECT count(*)";
    for (const FieldInfo* each : wanted) {
        sql += each->storage == Storage::choices
                   ? fmt::format(", coalesce(sum(EXISTS (SELECT 1 FROM subject_choice c WHERE "
                                 "c.subject_id = s.id AND c.field_id = {})), 0)",
                                 each->id)
                   : fmt::format(", count(s.{})", each->column);
    }
    auto row = engine.db().prepare_text(sql + from);
    row.bind(1, number);
    row.step();
    out.persons = row.i64(0);
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::int64_t persons = row.i64(static_cast<int>(i) + 1);
        if (persons > 0 || !breach.fields.empty()) {
            out.fields.push_back({wanted[i]->field.name,
                                  std::string(subjects::class_name(wanted[i]->field.field_class)),
                                  persons});
        }
        out.records += persons;
    }
    if (const FieldInfo* country = fields->find(subjects::Role::country)) {
        auto by = engine.db().prepare_text(
            fmt::format("SELECT coalesce(s.{}, ''), count(*){} GROUP BY 1", country->column, from));
        by.bind(1, number);
        while (by.step()) {
            out.countries[by.str(0)] = by.i64(1);
        }
    }
    return out;
}

/// Does any other person concerned hold this, too?
bool others_hold(store::Engine& engine, std::int64_t number, std::int64_t subject,
                 const std::string& column, const std::string& part) {
    auto row = engine.db().prepare_text(
        fmt::format("SELECT s.{0} FROM breach_subject x JOIN subject s ON s.id = x.subject_id "
                    "WHERE x.breach_id = ?1 AND s.id <> ?2 AND s.{0} IS NOT NULL",
                    column));
    row.bind_all(number, subject);
    while (row.step()) {
        if (base::casefold(row.text(0)).find(part) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// Masks texts of conditions that nobody among the rest would be found by.
class Mask {
  public:
    Mask(store::Engine& engine, std::int64_t number, std::int64_t subject)
        : engine_(engine), number_(number), subject_(subject),
          fields_(subjects::field_set(engine, FieldOwner::subject)) {}

    bool run(json& node) {
        bool changed = false;
        for (const char* group : {"all", "any"}) {
            if (const auto found = node.find(group); found != node.end()) {
                for (json& each : *found) {
                    changed = run(each) || changed;
                }
            }
        }
        if (const auto found = node.find("not"); found != node.end()) {
            changed = run(*found) || changed;
        }
        const auto field = node.find("field");
        const auto value = node.find("value");
        if (field != node.end() && field->is_string() && value != node.end()) {
            const FieldInfo* known = fields_->find(field->get_ref<const std::string&>());
            if (known != nullptr && known->storage == Storage::text) {
                const auto op = node.find("op");
                const bool pattern = op != node.end() && op->is_string() &&
                                     op->get_ref<const std::string&>().ends_with("regexp");
                changed = mask(*value, *known, pattern) || changed;
            }
        }
        return changed;
    }

  private:
    bool mask(json& value, const FieldInfo& field, bool pattern) {
        bool changed = false;
        if (value.is_array()) {
            for (json& each : value) {
                changed = mask(each, field, pattern) || changed;
            }
        } else if (value.is_string() && value != masked &&
                   (pattern ? names_them(value.get<std::string>(), field)
                            : theirs(value.get<std::string>(), field))) {
            value = masked;
            changed = true;
        }
        return changed;
    }
    /// A regular expression: does any run of letters in it, or of what else is no operator?
    bool names_them(std::string text, const FieldInfo& field) {
        std::erase(text, '\\');
        constexpr const char* operators = "^$.|?*+()[]{}";
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t end = std::min(text.find_first_of(operators, at), text.size());
            if (end - at >= 3 && theirs(text.substr(at, end - at), field)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }
    bool theirs(std::string text, const FieldInfo& field) {
        std::erase(text, '%');
        const std::string part = base::casefold(base::trim(text));
        auto row = engine_.db().prepare_text(
            fmt::format("SELECT {} FROM subject WHERE id = ?1", field.column));
        row.bind(1, subject_);
        if (!row.step() || row.is_null(0) || part.empty()) {
            return false;
        }
        return base::casefold(row.text(0)).find(part) != std::string::npos &&
               !others_hold(engine_, number_, subject_, field.column, part);
    }

    store::Engine& engine_;
    std::int64_t number_, subject_;
    std::shared_ptr<const subjects::FieldSet> fields_;
};

std::string time_text(const std::optional<Time>& time) {
    return time ? format_time(*time) : std::string();
}

/// What art. 34(2) asks for, for the template.
std::string told_of(store::Engine& engine, const BreachInfo& breach) {
    const Breach& facts = breach.breach;
    std::string nature;
    for (const BreachNature each : facts.natures) {
        nature += (nature.empty() ? "" : ", ") + std::string(breach_nature_name(each));
    }
    const auto controller = store::controller(engine);
    std::string contact;
    for (const char* member : {"dpo", "contact", "email"}) {
        if (contact.empty()) {
            contact = controller.value(member, std::string());
        }
    }
    return base::object_of("title", facts.title, "nature", nature, "description", facts.description,
                           "occurred_from", time_text(facts.occurred_from), "occurred_until",
                           time_text(facts.occurred_until), "consequences", facts.consequences,
                           "measures", facts.measures, "contact", contact)
        .dump();
}

std::vector<std::int64_t> next_untold(store::Engine& engine, std::int64_t number,
                                      std::size_t limit) {
    std::vector<std::int64_t> out;
    auto row = engine.db().prepare("SELECT subject_id FROM breach_subject WHERE breach_id = ?1 AND "
                                   "told_at IS NULL AND refused = '' ORDER BY subject_id LIMIT ?2");
    row.bind_all(number, static_cast<std::int64_t>(limit));
    while (row.step()) {
        out.push_back(row.i64(0));
    }
    return out;
}

void tell_one(store::Engine& engine, const BreachInfo& breach, Message& message,
              std::int64_t subject, BreachTold& told) {
    message.subject = SubjectId{subject};
    message.key = fmt::format("breach:{}:{}", breach.number, subject);
    const QueueResult result = Outbox(engine).queue(message);
    const bool refused = result.state == MessageState::refused;
    // A message of a former call: its decision was asked then.
    const std::string reason = !refused       ? std::string()
                               : result.again ? Outbox(engine).get(result.id).reason
                                              : std::string(reason_code(result.decision.reason));
    engine.db()
        .prepare("UPDATE breach_subject SET told_at = CASE WHEN ?3 = '' THEN ?4 END, message_id = "
                 "?5, refused = ?3 WHERE breach_id = ?1 AND subject_id = ?2")
        .bind_all(breach.number, subject, reason, engine.now_ms(),
                  static_cast<std::int64_t>(result.id))
        .run();
    if (refused) {
        ++told.refused;
        ++told.reasons[reason];
    } else {
        ++told.queued;
    }
}

} // namespace

json count(store::Engine& engine, std::int64_t number, const Breach& breach) {
    find_persons(engine, number, breach);
    json out = to_json(figures(engine, number, breach));
    engine.db()
        .prepare("UPDATE breach SET figures = ?2 WHERE id = ?1")
        .bind_all(number, out.dump())
        .run();
    return out;
}

void check_fields(store::Engine& engine, const Breach& breach) {
    const auto known = subjects::field_set(engine, FieldOwner::subject);
    for (std::size_t i = 0; i < breach.fields.size(); ++i) {
        if (known->find(breach.fields[i]) == nullptr) {
            const std::string at = "/affected/fields/" + std::to_string(i);
            throw Error(Errc::not_found, at + ": there is no field of this name", at);
        }
    }
}

void mask_filters(store::Engine& engine, SubjectId subject) {
    const auto id = static_cast<std::int64_t>(subject);
    std::vector<std::pair<std::int64_t, std::string>> all;
    {
        auto row = engine.db().prepare("SELECT b.id, b.facts FROM breach_subject x JOIN breach b "
                                       "ON b.id = x.breach_id WHERE x.subject_id = ?1");
        row.bind(1, id);
        while (row.step()) {
            all.emplace_back(row.i64(0), row.str(1));
        }
    }
    for (const auto& [number, text] : all) {
        json facts = json::parse(text);
        const auto affected = facts.find("affected");
        if (affected != facts.end() && affected->contains("filter") &&
            Mask(engine, number, id).run((*affected)["filter"])) {
            engine.db()
                .prepare("UPDATE breach SET facts = ?2 WHERE id = ?1")
                .bind_all(number, facts.dump())
                .run();
        }
    }
}

} // namespace breaches

BreachTold Breaches::tell(const std::string& code, const std::string& message_template,
                          std::size_t limit) {
    using namespace breaches;
    BreachTold out;
    Message message;
    message.message_template = message_template;
    std::size_t left = limit == 0 ? SIZE_MAX : limit;
    for (bool more = true; more;) { // each batch is whole, and stays when a later one fails
        store::Engine::Write tx(*engine_);
        const BreachInfo breach = breaches::require_open(*engine_, code);
        message.data = told_of(*engine_, breach);
        BreachTold now;
        const std::size_t wanted = std::min(left, batch);
        const auto persons = next_untold(*engine_, breach.number, wanted);
        for (const std::int64_t subject : persons) {
            tell_one(*engine_, breach, message, subject, now);
        }
        left -= persons.size();
        out.queued += now.queued;
        out.refused += now.refused;
        for (const auto& [reason, count] : now.reasons) {
            out.reasons[reason] += count;
        }
        more = left > 0 && persons.size() == wanted;
        const Standing stands = more ? Standing{} : standing(*engine_, breach.number);
        out.left = stands.rows - stands.told - stands.refused;
        if (!more && out.queued + out.refused > 0) {
            if (stands.rows == stands.told && !breach.informed_at) {
                engine_->db()
                    .prepare("UPDATE breach SET informed_at = ?2 WHERE id = ?1")
                    .bind_all(breach.number, engine_->now_ms())
                    .run();
            }
            nlohmann::json facts = nlohmann::json::parse(out.to_json());
            facts["template"] = message_template;
            step(*engine_, breach, breach.state, "told", facts);
        }
        tx.commit();
    }
    return out;
}

void Breaches::persons(const std::string& code, bool untold,
                       const std::function<bool(SubjectId)>& each, SubjectId after) const {
    store::Engine::Read snapshot(*engine_);
    auto row = engine_->db().prepare(
        "SELECT subject_id FROM breach_subject WHERE breach_id = ?1 AND subject_id > ?2 AND (?3 = "
        "0 OR told_at IS NULL) ORDER BY subject_id");
    row.bind_all(breaches::require(*engine_, code).number, static_cast<std::int64_t>(after),
                 untold);
    while (row.step() && each(SubjectId{row.i64(0)})) {
    }
}

} // namespace habeas
