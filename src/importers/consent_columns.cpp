#include "importers/consent_columns.hpp"

#include "base/text.hpp"
#include "consent/catalogue.hpp"
#include "consent/moment.hpp"

#include <algorithm>

namespace habeas::importers {
namespace {

/// Without case, and with the dashes that pages write made one.
std::string comparable(std::string_view text) {
    std::string out(base::trim(text));
    for (const std::string_view dash : {"\xE2\x80\x93", "\xE2\x80\x94"}) {
        for (std::size_t at = out.find(dash); at != std::string::npos; at = out.find(dash)) {
            out.replace(at, dash.size(), "-");
        }
    }
    return base::invalid_utf8(out) ? out : base::casefold(out);
}

} // namespace

void check_consents(Run& run, const ContactPlan& plan) {
    const auto& consents = run.options().consents;
    store::Engine::Read snapshot(run.engine());
    const auto purposes = consent::catalogue(run.engine());
    for (std::size_t i = 0; i < consents.size(); ++i) {
        const MigrationConsent& each = consents[i];
        const std::string where = "consents/" + std::to_string(i);
        const consent::PurposeHistory* purpose = purposes->find(each.purpose);
        if (purpose == nullptr || purpose->versions.empty()) {
            throw Error(Errc::not_found,
                        where + ": no purpose " + each.purpose + " is declared; define it first",
                        where);
        }
        const auto& channels = consent::present_definition(*purpose)->channels;
        if (each.channel != Channel::any &&
            std::find(channels.begin(), channels.end(), each.channel) == channels.end()) {
            throw Error(Errc::invalid, where + ": the purpose does not name this channel", where);
        }
        const bool shown =
            each.text_version == 0 ||
            std::any_of(purpose->texts.begin(), purpose->texts.end(),
                        [&](const auto& text) { return text.number == each.text_version; });
        if (!shown) {
            throw Error(Errc::not_found,
                        where + ": the purpose has no text version of that number; add it first",
                        where);
        }
        const bool says_no =
            std::any_of(plan.opt_outs.begin(), plan.opt_outs.end(), [&](const OptOutColumn& out) {
                return plan.columns[out.index] == each.column;
            });
        if (says_no) {
            throw Error(Errc::invalid,
                        where + ": column " + each.column +
                            " says who opted out; not to have opted out is no consent",
                        where);
        }
        for (const std::string* column : {&each.column, &each.time_column}) {
            const bool there = column->empty() ? column == &each.time_column
                                               : std::find(plan.columns.begin(), plan.columns.end(),
                                                           *column) != plan.columns.end();
            if (!there) {
                throw Error(Errc::invalid, where + ": " + plan.table + " has no column " + *column,
                            where);
            }
        }
    }
}

ConsentColumns::ConsentColumns(Run& run, TableSource& source, const ContactPlan& plan,
                               const MomentReader& moments)
    : run_(run), source_(source), plan_(plan), moments_(moments), part_(run.part(plan.table)),
      writer_(run.engine()) {
    const auto place = [&](const std::string& column) {
        return static_cast<std::size_t>(
            std::find(plan_.columns.begin(), plan_.columns.end(), column) - plan_.columns.begin());
    };
    for (const MigrationConsent& each : run.options().consents) {
        places_.push_back({place(each.column), each.time_column.empty()
                                                   ? std::nullopt
                                                   : std::optional(place(each.time_column))});
    }
}

void ConsentColumns::record(SubjectId subject, const TableRow& row, const SaidNo& no) {
    for (std::size_t at = 0; at < places_.size(); ++at) {
        record_one(subject, row, at, no);
    }
}

/// Nothing: it says neither.
std::optional<bool> ConsentColumns::agreed(const MigrationConsent& consent,
                                           std::string_view text) const {
    text = base::trim(text);
    if (text.empty()) {
        return std::nullopt;
    }
    if (consent.granted.empty()) {
        return subjects::yes_or_no(text);
    }
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t end = plan_.consent_separator == '\0'
                                    ? std::string_view::npos
                                    : rest.find(plan_.consent_separator);
        const std::string part = comparable(rest.substr(0, end));
        if (std::any_of(consent.granted.begin(), consent.granted.end(),
                        [&](const std::string& yes) { return comparable(yes) == part; })) {
            return true;
        }
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    const auto word = subjects::yes_or_no(text);
    return word && !*word ? word : std::nullopt; // a plain no; other words say nothing
}

void ConsentColumns::withhold(const TableRow& row, const MigrationConsent& consent,
                              std::string_view reason) {
    run_.drop_value(part_, row, "consent." + consent.purpose, "consent", reason);
}

/// Does the ledger have it, proven as well, from whichever file?
bool ConsentColumns::as_good(SubjectId subject, const consent::PreparedEvent& event,
                             const Evidence& evidence) {
    auto row = run_.engine().db().prepare(
        "SELECT 1 FROM event WHERE subject_id = ?1 AND kind = ?2 AND purpose_id = ?3 AND "
        "channel = ?4 AND effective_at = ?5 AND (?6 = 0 OR text_version = ?6) AND "
        "(?7 = 0 OR json_extract(evidence, '$.document') IS NOT NULL)");
    row.bind_all(static_cast<std::int64_t>(subject), static_cast<std::int64_t>(event.entry.kind),
                 event.entry.purpose, event.entry.channel, event.entry.effective_at,
                 static_cast<std::int64_t>(evidence.text_version),
                 static_cast<std::int64_t>(evidence.document.empty() ? 0 : 1));
    return row.step();
}

void ConsentColumns::record_one(SubjectId subject, const TableRow& row, std::size_t at,
                                const SaidNo& no) {
    const MigrationConsent& consent = run_.options().consents[at];
    const std::string_view text = row.cells[places_[at].column].value_or("");
    const auto answer = agreed(consent, text);
    if (!answer) {
        if (!base::trim(text).empty() && consent.granted.empty()) {
            withhold(row, consent, "neither yes nor no");
        }
        return;
    }
    if (*answer && no.to(consent.purpose, consent.channel)) {
        ++run_.report().consents_withheld;
        return;
    }
    const auto& time = places_[at].time;
    const std::string_view when =
        time ? base::trim(row.cells[*time].value_or("")) : std::string_view{};
    if (when.empty()) {
        if (*answer) {
            withhold(row, consent,
                     time ? "consent not recorded: its time is blank"
                          : "consent not recorded: no column gives its time");
        }
        return; // an unticked box without a time says nothing
    }
    ConsentEvent event;
    std::int64_t effective = 0;
    subjects::Refusal why;
    if (!moments_.read(when, effective, why)) {
        withhold(row, consent, "consent not recorded: " + why.reason);
        return;
    }
    event.kind = *answer ? EventKind::granted : EventKind::refused;
    event.purpose = consent.purpose;
    event.channel = consent.channel;
    event.effective_at = consent::from_ms(effective);
    event.evidence.method = "import";
    event.evidence.text_version = consent.text_version;
    const std::string reference = run_.reference(source_, plan_.table, row.number);
    // A document stands for what was shown (art. 7(1)): only a policy makes the file one.
    (run_.options().accept_unproven ? event.evidence.document : event.evidence.note) = reference;
    try {
        consent::PreparedEvent prepared = writer_.prepare(event);
        if (!as_good(subject, prepared, event.evidence) && writer_.add(subject, prepared)) {
            ++run_.report().consents;
            const bool unproven =
                *answer && event.evidence.document.empty() && event.evidence.text_version == 0;
            run_.report().consents_unproven += unproven ? 1 : 0;
        }
    } catch (const Error& error) {
        if (error.code() != Errc::invalid) {
            throw;
        }
        withhold(row, consent, "consent not recorded: " + consent::event_fault(error).reason);
    }
}

} // namespace habeas::importers
