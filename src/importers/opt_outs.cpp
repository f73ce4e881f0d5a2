#include "importers/opt_outs.hpp"

#include "base/contact.hpp"
#include "consent/catalogue.hpp"
#include "consent/moment.hpp"

#include <algorithm>

namespace habeas::importers {
namespace {

const char* list_kind(OptOut::Kind kind) {
    return kind == OptOut::Kind::bounce      ? "bounce"
           : kind == OptOut::Kind::complaint ? "complaint"
                                             : "objection";
}

ConsentEvent event_of(const OptOut& opt_out, std::int64_t at, const std::string& reference) {
    ConsentEvent event;
    event.channel = opt_out.channel;
    event.purpose = opt_out.purpose;
    event.effective_at = consent::from_ms(at);
    event.evidence.method = "import";
    event.evidence.note = reference;
    if (opt_out.kind == OptOut::Kind::bounce) {
        event.kind = EventKind::bounced;
        event.scope = "hard";
    } else if (opt_out.kind == OptOut::Kind::complaint) {
        event.kind = EventKind::complained;
    } else if (!opt_out.purpose.empty()) {
        event.kind = EventKind::withdrawn;
    } else {
        event.kind = EventKind::suppressed;
        event.scope = "marketing";
    }
    return event;
}

const std::int64_t earliest = consent::to_ms(parse_time("1900-01-01"));

} // namespace

void refuse_opt_out(Run& run, const TableSource& source, const TableRow& row,
                    std::string_view fault) {
    const std::string place = source.name() + ": line " + std::to_string(row.line);
    run.refuse(place + ": " + std::string(fault) +
                   "; repair the file of opt-outs, for whoever stands there would be mailable",
               place);
}

OptOuts::OptOuts(Run& run)
    : run_(run), writer_(run.engine()),
      country_(run.options().default_country.empty() ? subjects::default_country(run.engine())
                                                     : run.options().default_country) {}

void OptOuts::read_from(const TableSource& source) {
    read_at_ = run_.read_at(source);
}

void OptOuts::read_table(TableSource& source, const std::string& table,
                         const std::vector<std::string>& columns,
                         const std::function<void(MigrationPart&, const TableRow&)>& row) {
    read_from(source);
    const auto cursor = source.open(table, columns);
    MigrationPart& part = run_.part(table);
    Run::Steps steps;
    steps.begin = [&] { begin_batch(); };
    steps.end = [&] { end_batch(); };
    steps.row = [&](const TableRow& each) { row(part, each); };
    steps.fault = [&](const TableRow& each) { refuse_opt_out(run_, source, each, each.fault); };
    run_.each_row(table, *cursor, steps);
}

void OptOuts::begin_batch() {
    writer_.begin();
    keys_.emplace(run_.engine());
}

void OptOuts::end_batch() {
    writer_.finish();
}

bool OptOuts::normalise(IdentifierKind kind, std::string_view system, std::string_view typed,
                        std::string_view country, subjects::NormalIdentifier& out,
                        subjects::Refusal& why) const {
    subjects::Format format;
    const auto code = country.empty() ? std::nullopt : base::country_code(country);
    format.default_country = code ? std::string_view(*code) : std::string_view(country_);
    return subjects::normalise_into(kind, system, typed, format, out, why);
}

const std::vector<store::HashRef>& OptOuts::hashes(const subjects::NormalIdentifier& identifier) {
    if (!keys_) {
        keys_.emplace(run_.engine());
    }
    std::size_t used = 0;
    keys_->hash_all(identifier, hashes_, used);
    hashes_.resize(used);
    return hashes_;
}

bool OptOuts::add(std::span<const subjects::NormalIdentifier> identifiers, const OptOut& opt_out,
                  const std::string& reference) {
    store::Engine& engine = run_.engine();
    const std::int64_t now = engine.now_ms();
    const std::int64_t at =
        opt_out.at && *opt_out.at <= now && *opt_out.at >= earliest ? *opt_out.at : now;
    consent::Suppression entry{list_kind(opt_out.kind), "marketing", 0, opt_out.channel, at};
    if (!opt_out.purpose.empty()) {
        entry.purpose = writer_.purposes().find(opt_out.purpose)->id;
    }
    bool wrote = false;
    for (const subjects::NormalIdentifier& each : identifiers) {
        const auto& refs = hashes(each);
        SaidNo& said = said_[refs.front().hash];
        if (std::find(said.each.begin(), said.each.end(), opt_out) == said.each.end()) {
            said.each.push_back(opt_out);
        }
        if (opt_out.kind != OptOut::Kind::bounce) {
            if (opt_out.purpose.empty()) {
                said.channels.insert(opt_out.channel);
            } else {
                said.purposes.insert(opt_out.purpose);
            }
        }
        const auto entries = consent::find_entries(engine, refs);
        const bool listed =
            std::any_of(entries.begin(), entries.end(), [&](const consent::Suppression& other) {
                return other.kind == entry.kind && other.scope == entry.scope &&
                       other.purpose == entry.purpose &&
                       (other.channel == entry.channel || other.channel == Channel::any);
            });
        if (listed) {
            continue;
        }
        const auto subject = subjects::find(engine, *keys_, each);
        const auto known = subject
                               ? in_ledger(*subject, event_of(opt_out, at, reference), reference)
                               : std::nullopt;
        // Without a time of its own, the same file's no is the one that it was then.
        const auto since = known ? known : opt_out.at ? std::nullopt : read_at_;
        if (subject && since && reopened_since(*subject, *since)) {
            continue; // the person ended this very no by an act of their own
        }
        consent::list_identifier(engine, hashes(each).front(), entry, opt_out.purpose);
        if (subject && !known) {
            add_event(*subject, opt_out, at, reference);
        }
        wrote = true;
    }
    return wrote;
}

bool OptOuts::add_event(SubjectId subject, const OptOut& opt_out, std::int64_t at,
                        const std::string& reference) {
    consent::PreparedEvent prepared = writer_.prepare(event_of(opt_out, at, reference));
    return writer_.add(subject, prepared);
}

std::optional<std::int64_t> OptOuts::in_ledger(SubjectId subject, const ConsentEvent& event,
                                               const std::string& reference) {
    auto row = run_.engine().db().prepare(
        "SELECT effective_at, coalesce(json_extract(evidence, '$.note'), '') FROM event WHERE "
        "subject_id = ?1 AND kind = ?2 AND channel = ?3 AND coalesce(scope, '') = ?4 AND "
        "purpose_id IS ?5");
    row.bind_all(static_cast<std::int64_t>(subject), static_cast<std::int64_t>(event.kind),
                 static_cast<std::int64_t>(event.channel), event.scope,
                 event.purpose.empty() ? std::optional<std::int64_t>{}
                                       : std::optional(writer_.purposes().find(event.purpose)->id));
    while (row.step()) {
        if (row.i64(0) == consent::to_ms(event.effective_at) || row.text(1) == reference) {
            return row.i64(0);
        }
    }
    return std::nullopt;
}

bool OptOuts::reopened_since(SubjectId subject, std::int64_t at) {
    auto row = run_.engine().db().prepare("SELECT 1 FROM event WHERE subject_id = ?1 AND "
                                          "kind IN (?2, ?3) AND effective_at >= ?4");
    row.bind_all(static_cast<std::int64_t>(subject),
                 static_cast<std::int64_t>(EventKind::unsuppressed),
                 static_cast<std::int64_t>(EventKind::delivery_reset), at);
    return row.step();
}

SaidNo OptOuts::said(std::span<const subjects::NormalIdentifier> identifiers) {
    SaidNo out;
    if (said_.empty()) {
        return out;
    }
    for (const subjects::NormalIdentifier& each : identifiers) {
        const auto found = said_.find(hashes(each).front().hash);
        if (found != said_.end()) {
            out.channels.insert(found->second.channels.begin(), found->second.channels.end());
            out.purposes.insert(found->second.purposes.begin(), found->second.purposes.end());
            out.each.insert(out.each.end(), found->second.each.begin(), found->second.each.end());
        }
    }
    return out;
}

bool OptOuts::erased(std::span<const subjects::NormalIdentifier> identifiers) {
    return std::any_of(identifiers.begin(), identifiers.end(), [&](const auto& each) {
        const auto entries = consent::find_entries(run_.engine(), hashes(each));
        return std::any_of(entries.begin(), entries.end(),
                           [](const auto& entry) { return entry.kind == "erasure"; });
    });
}

} // namespace habeas::importers
