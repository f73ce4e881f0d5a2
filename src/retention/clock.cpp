#include "retention/clock.hpp"

#include "base/calendar.hpp"
#include "consent/selection.hpp"
#include "consent/standing.hpp"

#include <algorithm>

namespace habeas::retention {

using consent::from_ms;
using consent::to_ms;

namespace {

/// Also those of former definitions: what was said of them counts if they come back.
std::vector<Channel> all_channels(const consent::PurposeHistory& purpose) {
    std::vector<Channel> out;
    for (const consent::DefinitionVersion& version : purpose.versions) {
        out.insert(out.end(), version.definition.channels.begin(),
                   version.definition.channels.end());
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

} // namespace

// Kind 2: granted. A maximum over several columns is NULL where one is.
const char activity_sql[] =
    "nullif(max(coalesce((SELECT max(x.at) FROM campaign_signal x WHERE x.subject_id = s.id), 0), "
    "coalesce((SELECT max(x.at) FROM form_submission x WHERE x.subject_id = s.id), 0), "
    "coalesce((SELECT max(x.effective_at) FROM event x WHERE x.subject_id = s.id AND x.kind = 2), "
    "0), coalesce((SELECT x.activity FROM retention_state x WHERE x.subject_id = s.id), 0)), 0)";

const char anonymous_sql[] =
    "EXISTS (SELECT 1 FROM retention_state x WHERE x.subject_id = s.id AND x.anonymised_at >= "
    "s.changed_at)";

std::optional<Ms> end_of_period(Ms since, const std::string& period) {
    try {
        return to_ms(base::add_duration(from_ms(since), period));
    } catch (const Error& error) {
        if (error.code() != Errc::invalid) {
            throw;
        }
        return std::nullopt;
    }
}

Ms latest_begin(Ms at, const std::string& period) {
    static const Time somewhere = parse_time("2001-02-01T00:00:00Z");
    constexpr Ms slack = Ms{7} * 24 * 3600 * 1000;
    return at - to_ms(base::add_duration(somewhere, period)) + to_ms(somewhere) + slack;
}

std::optional<Ms> end_of_day(std::string_view date, const segments::Today& today) {
    try {
        const std::chrono::sys_days day = parse_date(date);
        return to_ms(today.midnight(Date{day + std::chrono::days(1)}));
    } catch (const Error& error) {
        if (error.code() != Errc::invalid) {
            throw;
        }
        return std::nullopt; // the last day of the calendar has no end
    }
}

std::optional<ConsentEnd> consent_end(const consent::PurposeHistory& purpose,
                                      const consent::SubjectFacts& facts, Ms at) {
    if (purpose.versions.empty()) {
        return std::nullopt;
    }
    Purpose definition = purpose.versions.back().definition;
    definition.channels = all_channels(purpose);
    ConsentEnd out;
    for (const Channel channel : definition.channels) {
        consent::Question question;
        question.purpose = purpose.id;
        question.channel = channel;
        question.at = at;
        consent::Moment elsewhere(at); // the end of this consent alone is noted in `moment`
        const consent::Standing standing = consent::standing_of(facts, question, elsewhere);
        consent::Moment moment(at);
        const consent::Selection found = consent::select_consent(
            facts, definition, question, standing.erasure_withdrawal, moment);
        ConsentState state = found.state;
        Ms since = 0;
        switch (state) {
        case ConsentState::none:
            continue;
        case ConsentState::granted: {
            const auto end = definition.retention
                                 ? end_of_period(found.grant->effective, *definition.retention)
                                 : std::nullopt;
            if (!end || *end > at) {
                return std::nullopt;
            }
            state = ConsentState::expired; // nobody may rely on it since
            since = *end;
            break;
        }
        case ConsentState::requested:
            if (!found.event->expires || *found.event->expires > at) {
                return std::nullopt;
            }
            since = *found.event->expires;
            break;
        case ConsentState::expired: // by itself: at the last instant that was looked at
            since = moment.valid_from();
            break;
        default:
            since = found.event->effective;
            break;
        }
        out.channels.push_back({channel, state, since});
        out.at = std::max(out.at, since);
    }
    if (out.channels.empty()) {
        return std::nullopt;
    }
    const auto& first = out.channels.front();
    out.whole = out.channels.size() == definition.channels.size() &&
                std::all_of(out.channels.begin(), out.channels.end(), [&](const auto& each) {
                    return each.state == first.state && each.at == first.at;
                });
    return out;
}

} // namespace habeas::retention
