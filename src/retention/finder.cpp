#include "retention/finder.hpp"

#include "consent/evidence.hpp"
#include "consent/load.hpp"
#include "retention/protection.hpp"
#include "retention/value.hpp"
#include "subjects/forget.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace habeas::retention {
namespace {

using About = RetentionAbout;
using Since = RetentionSince;

/// Rows of one subject (?1) that are over, no later than ?2, of the code ?3 (empty: all), with
/// when.
struct EntrySource {
    const char* select;     ///< number, when, event or NULL, round
    const char* any_before; ///< over `subject s`: does any come before {}?
};

constexpr EntrySource submissions{
    "SELECT x.id, x.at, NULL, 0 FROM form_submission x WHERE x.subject_id = ?1 AND x.at <= ?2 AND "
    "(?3 = '' OR x.form_id = (SELECT f.id FROM form f WHERE f.code = ?3)) ORDER BY x.id",
    "SELECT 1 FROM form_submission x WHERE x.subject_id = s.id AND x.at <= {}"};

#define HABEAS_OVER                                                                                \
    "x.finished_at IS NOT NULL AND x.state NOT IN ('queued', 'sending') AND NOT "                  \
    "(x.state = 'uncertain' AND x.settled = 0)"
constexpr EntrySource messages{
    "SELECT x.id, x.finished_at, NULL, 0 FROM outbox x WHERE x.subject_id = ?1 AND "
    "x.finished_at <= ?2 AND " HABEAS_OVER " AND (?3 = '' OR x.template_id = (SELECT t.id FROM "
    "message_template t WHERE t.code = ?3)) ORDER BY x.id",
    "SELECT 1 FROM outbox x WHERE x.subject_id = s.id AND x.finished_at <= {}"};
#undef HABEAS_OVER

// An entry of 0 points remembers that a rule has counted (act.cpp).
constexpr EntrySource points{
    "SELECT x.id, x.at, NULL, 0 FROM points_entry x WHERE x.subject_id = ?1 AND x.at <= ?2 AND "
    "?3 = '' AND x.points <> 0 ORDER BY x.id",
    "SELECT 1 FROM points_entry x WHERE x.subject_id = s.id AND x.points <> 0 AND x.at <= {}"};

constexpr EntrySource campaigns{
    "SELECT x.member_id, x.finished_at, x.event, x.round FROM campaign_step x JOIN "
    "campaign_member m ON m.id = x.member_id WHERE x.subject_id = ?1 AND x.finished_at <= ?2 AND "
    "m.state <> 'active' AND (?3 = '' OR x.campaign_id = (SELECT c.id FROM campaign c WHERE "
    "c.code = ?3)) UNION ALL SELECT y.id, y.at, NULL, 0 FROM campaign_signal y WHERE "
    "y.subject_id = ?1 AND y.at <= ?2 AND ?3 = ''",
    "SELECT 1 FROM campaign_step x WHERE x.subject_id = s.id AND x.finished_at <= {0} UNION ALL "
    "SELECT 1 FROM campaign_signal y WHERE y.subject_id = s.id AND y.at <= {0}"};

constexpr EntrySource deliveries{
    "SELECT x.id, x.at, NULL, 0 FROM delivery_event x WHERE x.subject_id = ?1 AND x.at <= ?2 AND "
    "(?3 = '' OR x.kind = ?3) ORDER BY x.id",
    "SELECT 1 FROM delivery_event x WHERE x.subject_id = s.id AND x.at <= {}"};

const EntrySource* source_of(About about) {
    switch (about) {
    case About::submissions:
        return &submissions;
    case About::messages:
        return &messages;
    case About::points:
        return &points;
    case About::campaigns:
        return &campaigns;
    case About::deliveries:
        return &deliveries;
    default:
        return nullptr;
    }
}

const consent::PurposeHistory* find_purpose(const consent::Catalogue& purposes,
                                            const std::string& code) {
    const consent::PurposeHistory* found = purposes.find(code);
    if (found == nullptr || found->versions.empty()) {
        throw Error(Errc::not_found, "/since_of: there is no purpose of this code", "/since_of");
    }
    return found;
}

} // namespace

std::optional<std::string> bare_evidence() {
    Evidence bare;
    bare.note = "retention";
    return consent::encode_evidence(bare, {}, {});
}

Finder::Finder(store::Engine& engine, const RetentionRule& rule, Ms at)
    : engine_(engine), rule_(rule), at_(at), latest_begin_(latest_begin(at, rule.period)),
      today_(segments::today(engine)), purposes_(consent::catalogue(engine)),
      fields_(subjects::field_set(engine, FieldOwner::subject)) {
    check(engine, rule);
    today_.now = consent::from_ms(at);
    if (!rule.filter.empty()) {
        filter_ = segments::compile(engine, segments::parse_filter(rule.filter), today_);
    }
    if (rule.about == About::field) {
        field_ = fields_->find(rule.of);
    }
    if (rule.since == Since::date) {
        date_ = fields_->find(rule.since_of);
    } else if (rule.since == Since::consent_end) {
        end_ = find_purpose(*purposes_, rule.since_of);
    }
    prepare(sql_);
}

/// One statement for the candidates: what can be said in SQL. The filter's parameters come first.
void Finder::prepare(std::string& sql) {
    const auto mine = static_cast<int>(filter_.parameters.size());
    const std::string first = fmt::format("?{}", mine + 1);
    const std::string last = fmt::format("?{}", mine + 2);
    const std::string begin = fmt::format("?{}", mine + 3);
    std::string what = "s.created_at";
    std::string when = "s.created_at <= " + begin;
    if (rule_.since == Since::activity) { // which an import may know of, before the creation here
        what = fmt::format("coalesce({}, s.created_at)", activity_sql);
        when = "1";
    } else if (date_ != nullptr) {
        what = "s." + date_->column;
        when = what + " IS NOT NULL";
    } else if (end_ != nullptr) {
        what = "NULL";
        when = fmt::format("EXISTS (SELECT 1 FROM event x WHERE x.subject_id = s.id AND "
                           "(x.purpose_id = {} OR x.purpose_id IS NULL) AND x.effective_at <= {})",
                           end_->id, begin);
    }
    if (by_entry(rule_)) {
        when = fmt::format("EXISTS ({})",
                           fmt::format(fmt::runtime(source_of(rule_.about)->any_before), begin));
    }
    sql = fmt::format("SELECT s.id, {} FROM subject s WHERE s.id BETWEEN {} AND {} AND {}", what,
                      first, last, when);
    if (takes_all(rule_) || field_ != nullptr) {
        sql += fmt::format(" AND NOT {}", anonymous_sql);
    }
    if (field_ != nullptr && field_->storage != subjects::Storage::choices) {
        sql += fmt::format(" AND s.{} IS NOT NULL", field_->column);
    }
    if (!filter_.where.empty()) {
        sql += " AND (" + filter_.where + ")";
    }
    // The number of ?3 is used in every variant, so that it can be bound.
    sql += fmt::format(" AND {} IS NOT NULL ORDER BY s.id", begin);
}

std::optional<Ms> Finder::since(const store::Statement& row) const {
    if (row.is_null(1)) {
        return std::nullopt;
    }
    if (date_ == nullptr || date_->field.type == FieldType::datetime) {
        return row.i64(1);
    }
    return end_of_day(row.text(1), today_);
}

Look Finder::look(std::int64_t first, std::int64_t last, std::size_t most) {
    Look out;
    auto row = engine_.db().prepare_text(sql_);
    segments::bind(row, filter_);
    const auto mine = static_cast<int>(filter_.parameters.size());
    row.bind(mine + 1, first).bind(mine + 2, last).bind(mine + 3, latest_begin_);
    while (row.step()) {
        Due due;
        due.subject = row.i64(0);
        const char* kept = nullptr;
        if (judge(due, since(row), kept)) {
            if (kept != nullptr) {
                ++out.kept[kept];
            } else {
                out.due.push_back(std::move(due));
            }
        }
        if (out.due.size() == most) {
            out.reached = row.i64(0);
            return out;
        }
    }
    out.reached = last;
    return out;
}

/// When a period that begins at `since` was over; nothing: it is not, or there is none.
std::optional<Ms> Finder::over(std::optional<Ms> since) const {
    const auto end = since ? end_of_period(*since, rule_.period) : std::nullopt;
    return end && *end <= at_ ? end : std::nullopt;
}

/// Is anything due? `kept`: why it stays all the same.
bool Finder::judge(Due& due, std::optional<Ms> since, const char*& kept) const {
    std::optional<consent::SubjectFacts> facts;
    if (end_ != nullptr) {
        facts = consent::load_facts(engine_, SubjectId{due.subject});
        due.consent = consent_end(*end_, *facts, at_);
        since = due.consent ? std::optional(due.consent->at) : std::nullopt;
    }
    // Of entries with a period of their own the earliest counts.
    const auto end = by_entry(rule_) ? std::optional(std::numeric_limits<Ms>::max()) : over(since);
    if (!end) {
        return false;
    }
    due.at = *end;
    if (!find_what(due)) {
        return false;
    }
    if (!facts) {
        facts = consent::load_facts(engine_, SubjectId{due.subject});
    }
    kept = kept_because(engine_, *purposes_, due.subject, *facts, at_);
    if (kept == nullptr && field_ != nullptr && !due.to->has_value() &&
        subjects::is_last_identifier(engine_, due.subject, *field_)) {
        kept = "last_identifier";
    }
    due.no = said_no(*facts, at_);
    return true;
}

/// What goes of somebody whose time is over; false: nothing.
bool Finder::find_what(Due& due) const {
    if (rule_.about == About::subject) {
        return true;
    }
    if (field_ != nullptr) {
        due.to =
            coarser(rule_, *field_, subjects::present_value(engine_, due.subject, *field_), today_);
        return due.to.has_value();
    }
    if (rule_.about == About::evidence) {
        due.entries = evidence(due.subject);
        return !due.entries.empty();
    }
    for (auto& [key, when] : entries(due.subject)) {
        const auto end = by_entry(rule_) ? over(when) : std::optional(due.at);
        if (end) {
            due.at = std::min(due.at, *end);
            due.entries.push_back(std::move(key));
        }
    }
    return !due.entries.empty();
}

std::vector<std::pair<EntryKey, Ms>> Finder::entries(std::int64_t subject) const {
    std::vector<std::pair<EntryKey, Ms>> out;
    auto row = engine_.db().prepare(source_of(rule_.about)->select);
    row.bind_all(subject, by_entry(rule_) ? latest_begin_ : std::numeric_limits<Ms>::max(),
                 rule_.of);
    while (row.step()) {
        EntryKey key;
        key.id = row.i64(0);
        key.step = !row.is_null(2);
        if (key.step) {
            key.event = row.str(2);
            key.round = row.i64(3);
        }
        out.emplace_back(std::move(key), row.i64(1));
    }
    return out;
}

/// All that was said of the purpose, unless only what habeas left of it is there.
std::vector<EntryKey> Finder::evidence(std::int64_t subject) const {
    std::vector<EntryKey> out;
    bool more = false;
    const auto bare = bare_evidence();
    auto row = engine_.db().prepare(
        "SELECT id, evidence IS ?3 FROM event WHERE subject_id = ?1 AND purpose_id = ?2 AND kind "
        "BETWEEN 1 AND 5 ORDER BY id"); // requested, granted, refused, withdrawn, expired
    row.bind_all(subject, end_->id, bare);
    while (row.step()) {
        more = more || row.i64(1) == 0;
        out.push_back({row.i64(0), false, {}, 0});
    }
    return more ? out : std::vector<EntryKey>{};
}

} // namespace habeas::retention
