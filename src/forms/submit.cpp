// What people sent: one transaction from the first check to the last action.
#include "base/text.hpp"
#include "consent/evidence.hpp"
#include "forms/submission.hpp"
#include "forms/words.hpp"
#include "subjects/lookup.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas {
namespace forms {
namespace {

using nlohmann::json;
using Outcome = SubmissionResult::Outcome;

constexpr std::size_t max_page_bytes = 2000;
constexpr std::size_t max_agent_bytes = 400;
constexpr std::size_t max_sent = 2000;
constexpr std::int64_t former_version_ms = 24 * 60 * 60 * 1000; ///< a page may lie open so long

/// What a browser says of itself is cut, never refused.
std::string agent_text(std::string_view given) {
    std::string out;
    for (char c : given.substr(0, max_agent_bytes)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte >= 0x20 && byte < 0x7f ? c : '?';
    }
    return out;
}

bool filled_in(const FormField& field, const Sent& sent) {
    auto [begin, end] = sent.equal_range(field.name);
    return std::any_of(begin, end, [](const auto& each) { return !each.second.empty(); });
}

bool honeypot(const Form& form, const Sent& sent) {
    return std::any_of(form.fields.begin(), form.fields.end(), [&](const FormField& field) {
        return field.type == FormFieldType::honeypot && filled_in(field, sent);
    });
}

/// Answers to purposes that were retired; on a preference form an empty box is an answer too.
std::vector<std::string> retired_answers(store::Engine& engine, const Arrival& arrival,
                                         const Sent& sent) {
    std::vector<std::string> out;
    for (const FormField& field : arrival.form.info.form.fields) {
        if (!is_retired(engine, field)) {
            continue;
        }
        const bool page = arrival.shown.page;
        const bool shown = !page || arrival.shown.texts.contains(field.purposes.front());
        const bool empty_says_no = page && arrival.form.info.form.preferences;
        if (shown && (empty_says_no || filled_in(field, sent))) {
            out.push_back(field.name);
        }
    }
    return out;
}

/// The form as it was shown. False: the page is out of date, also if it asked for what is retired:
/// nobody shall believe to have agreed where nothing is recorded.
bool find_shown(store::Engine& engine, const Sent& sent, Arrival& arrival) {
    auto token = sent.find(shown_input);
    if (token == sent.end()) { // a host that renders by itself shows what is current
        arrival.shown.version = arrival.form.info.version;
        arrival.shown.language = form_language(arrival.form.info.form, arrival.context.language);
        arrival.not_taken = retired_answers(engine, arrival, sent);
        return true;
    }
    auto shown = decode_shown(engine, arrival.code(), token->second);
    if (!shown) {
        return false;
    }
    arrival.shown = *shown;
    if (shown->version != arrival.form.info.version) {
        if (engine.now_ms() - shown->at > former_version_ms) {
            return false;
        }
        auto as_shown = load(engine, arrival.code(), shown->version);
        if (!as_shown || !as_shown->info.published_at) {
            return false;
        }
        arrival.form = std::move(*as_shown);
    }
    return retired_answers(engine, arrival, sent).empty();
}

void store_submission(store::Engine& engine, Arrival& arrival) {
    json data = json::object();
    for (const auto& [name, values] : arrival.answers.values) {
        data[name] = values;
    }
    auto row = engine.db().prepare(
        "INSERT INTO form_submission(subject_id, form_id, version, language, at, page, ip, "
        "user_agent, identified, data) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
        "RETURNING id");
    row.bind_all(number(arrival.subject), arrival.form.id, std::int64_t{arrival.shown.version},
                 arrival.shown.language, engine.now_ms(), arrival.context.page, arrival.context.ip,
                 arrival.context.user_agent, arrival.identified, data.dump());
    row.step();
    arrival.id = SubmissionId{row.i64(0)};
    row.reset();
    engine.note_change(arrival.subject, ChangeKind::submission);
}

#define HABEAS_SUBMISSION_COLUMNS                                                                  \
    "s.id, s.subject_id, f.code, s.version, s.language, s.page, s.at, s.identified, s.data FROM "  \
    "form_submission s JOIN form f ON f.id = s.form_id "

Submission read_submission(const store::Statement& row) {
    Submission out;
    out.id = SubmissionId{row.i64(0)};
    out.subject = SubjectId{row.i64(1)};
    out.form = row.str(2);
    out.version = static_cast<std::int32_t>(row.i64(3));
    out.language = row.str(4);
    out.page = row.str(5);
    out.at = Time(std::chrono::milliseconds(row.i64(6)));
    out.identified = row.i64(7) != 0;
    const json data = json::parse(row.text(8));
    for (const auto& [name, values] : data.items()) {
        std::string& text = out.values[name];
        for (const json& each : values) {
            text += (text.empty() ? "" : "|") + each.get<std::string>();
        }
    }
    return out;
}

} // namespace

bool too_often(store::Engine& engine, const StoredForm& form, const std::string& source) {
    if (source.empty()) {
        return false;
    }
    // One line of IPv6 has a whole network.
    const std::string place =
        source.find(':') == std::string::npos ? source : consent::truncate_ip(source);
    const base::Hash256 hash = base::Hasher(engine.keys().subkey(store::Subkey::token))
                                   .str("form source")
                                   .str(place)
                                   .finish();
    constexpr std::int64_t minute = 60'000;
    const std::int64_t now = engine.now_ms();
    auto row = engine.db().prepare(
        "INSERT INTO form_source(source, form_id, since, until, count) "
        "VALUES(?1, ?2, ?3, ?3 + ?4, 1) ON CONFLICT(source, form_id) DO UPDATE SET "
        "count = CASE WHEN until <= ?3 THEN 1 ELSE count + 1 END, "
        "since = CASE WHEN until <= ?3 THEN ?3 ELSE since END, "
        "until = CASE WHEN until <= ?3 THEN ?3 + ?4 ELSE until END RETURNING count");
    row.bind_all(store::Blob{base::as_view(hash)}, form.id, now,
                 form.info.form.limit_minutes * minute);
    row.step();
    const bool over = row.i64(0) > form.info.form.limit;
    row.reset();
    return over;
}

} // namespace forms

SubmissionResult Forms::submit(const std::string& code,
                               const std::multimap<std::string, std::string>& values,
                               const SubmissionContext& context) {
    using namespace forms;
    base::require_text(context.page, "page", false, max_page_bytes);
    if (values.size() > max_sent) {
        throw Error(Errc::invalid, "more values than any form has", "values");
    }
    SubmissionResult result;
    Arrival arrival;
    arrival.context = context;
    arrival.context.user_agent = agent_text(context.user_agent);
    if (!context.ip.empty()) {
        arrival.context.ip = consent::truncate_ip(context.ip);
    }
    store::Engine::Write tx(*engine_);
    arrival.form = require_published(*engine_, code);
    const bool counted_out = too_often(*engine_, arrival.form, context.ip);
    auto end = [&](Outcome outcome) {
        tx.commit(); // the count stays
        result.outcome = outcome;
        return result;
    };
    if (counted_out) {
        return end(Outcome::rate_limited);
    }
    if (honeypot(arrival.form.info.form, values)) {
        set_answer(arrival.form.info.form, {},
                   form_language(arrival.form.info.form, context.language), result);
        return end(Outcome::accepted);
    }
    if (!find_shown(*engine_, values, arrival)) {
        result.errors[""] =
            word(Word::reload, form_language(arrival.form.info.form, context.language));
        return end(Outcome::invalid);
    }
    std::optional<Subject> person;
    if (context.subject) {
        person = subjects::load(*engine_, *context.subject);
    } else if (arrival.form.info.form.preferences) {
        result.errors[""] = word(Word::sign_in, arrival.shown.language);
        return end(Outcome::invalid);
    }
    arrival.answers = validate(*engine_, arrival.form, values, arrival.shown.language, person);
    bool good = arrival.answers.errors.empty();
    if (good) {
        store::Engine::Write part(*engine_);
        good = write_person(*engine_, arrival);
        if (good) {
            store_submission(*engine_, arrival);
            write_consents(*engine_, arrival, result);
            run_actions(*engine_, arrival, result);
            part.commit();
        }
    }
    if (!good) {
        result.errors = arrival.answers.errors;
        return end(Outcome::invalid);
    }
    set_answer(arrival.form.info.form, arrival.answers, arrival.shown.language, result);
    result.id = arrival.id;
    result.subject = arrival.subject;
    result.not_taken = std::move(arrival.not_taken);
    return end(Outcome::accepted);
}

Submission Forms::submission(SubmissionId id) const {
    store::Engine::Read snapshot(*engine_);
    auto row = engine_->db().prepare("SELECT " HABEAS_SUBMISSION_COLUMNS "WHERE s.id = ?1");
    row.bind(1, number(id));
    if (!row.step()) {
        throw Error(Errc::not_found, "there is no such submission", "submission");
    }
    return forms::read_submission(row);
}

std::vector<Submission> Forms::submissions(const std::string& form,
                                           std::optional<SubjectId> subject, std::size_t limit,
                                           SubmissionId after) const {
    store::Engine::Read snapshot(*engine_);
    auto row = engine_->db().prepare("SELECT " HABEAS_SUBMISSION_COLUMNS
                                     "WHERE s.id > ?1 AND (?2 = '' OR f.code = ?2) AND "
                                     "(?3 IS NULL OR s.subject_id = ?3) ORDER BY s.id LIMIT ?4");
    row.bind(1, number(after));
    row.bind(2, form);
    if (subject) {
        row.bind(3, number(subjects::require(*engine_, *subject)));
    }
    row.bind(4, static_cast<std::int64_t>(limit));
    std::vector<Submission> out;
    while (row.step()) {
        out.push_back(forms::read_submission(row));
    }
    return out;
}

} // namespace habeas
