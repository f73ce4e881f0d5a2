// Requests of data subjects, and when they are due.
#include "habeas/request.hpp"

#include "callbacks.hpp"
#include "convert.hpp"
#include "subject_json.hpp"
#include "write.hpp"

using namespace habeas::capi;
using habeas::RequestId;
using habeas::Requests;

namespace {

Json date_json(const std::optional<habeas::Date>& date) {
    return date ? Json(habeas::format_date(*date)) : Json(nullptr);
}

Json contact_json(const std::optional<habeas::Identifier>& contact) {
    if (!contact) {
        return nullptr;
    }
    return {{"kind", habeas::identifier_kind_name(*contact)}, {"value", contact->value}};
}

Json request_json(const habeas::Request& request, const habeas::RequestDeadline& when) {
    const bool known = request.subject != habeas::SubjectId{};
    return {{"request", number(request.id)},
            {"subject", known ? Json(number(request.subject)) : Json(nullptr)},
            {"contact", contact_json(request.contact)},
            {"kind", habeas::request_kind_name(request.kind)},
            {"state", habeas::request_state_name(request.state)},
            {"origin", request.origin},
            {"vouched_by", request.vouched_by},
            {"ground", request.ground},
            {"received_at", habeas::format_time(request.received_at)},
            {"asked_at", time_json(request.asked_at)},
            {"verified_at", time_json(request.verified_at)},
            {"extended_at", time_json(request.extended_at)},
            {"extension_months", request.extension_months},
            {"lifting_announced_at", time_json(request.lifting_announced_at)},
            {"lifted_at", time_json(request.lifted_at)},
            {"closed_at", time_json(request.closed_at)},
            {"token_expires_at", time_json(request.token_expires_at)},
            {"due", habeas::format_date(when.answer.answer.due)},
            {"warn", habeas::format_date(when.warn)},
            {"due_suspended", date_json(when.pause ? when.pause->suspended : std::nullopt)},
            {"extension_notice_latest", habeas::format_date(when.answer.extension_notice_latest)},
            {"late", when.late}};
}

Json request_json(const Requests& requests, RequestId id) {
    const habeas::Request request = requests.get(id);
    return request_json(request, requests.deadline(request));
}

habeas::RequestQuery request_query_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "query");
    ObjectReader in(document, "");
    habeas::RequestQuery query;
    in.read("subject", query.subject);
    in.read_name("kind", query.kind, habeas::request_kind);
    in.read("open_only", query.open_only);
    in.read("by_urgency", query.by_urgency);
    in.finish();
    return query;
}

Json list_json(const Requests& requests, const habeas::RequestQuery& wanted) {
    const habeas::Deadlines by = requests.deadlines();
    Json out = Json::array();
    for (const habeas::Request& each : requests.list(wanted)) {
        out.push_back(request_json(each, requests.deadline(each, by)));
    }
    return out;
}

std::chrono::seconds validity_in(std::int64_t seconds) {
    constexpr std::int64_t week = std::int64_t{7} * 24 * 3600, most = 100 * week;
    if (seconds < 0 || seconds > most) {
        refuse_argument("valid_for_s", "write seconds, at most 100 weeks of them");
    }
    return std::chrono::seconds(seconds == 0 ? week : seconds);
}

/// What is counted, and from where.
struct DeadlineQuery {
    explicit DeadlineQuery(const Json& document) : in(document, "") {}
    habeas::Date date(const char* name) {
        const auto found = optional_date(name);
        if (!found) {
            refuse_at(in.at(name), "write a date, such as 2026-01-31");
        }
        return *found;
    }
    std::optional<habeas::Date> optional_date(const char* name) {
        const Json* found = in.find(name);
        if (found == nullptr) {
            return std::nullopt;
        }
        try {
            return habeas::parse_date(text_at(*found, in.at(name)));
        } catch (const habeas::Error&) {
            refuse_at(in.at(name), "write a date, such as 2026-01-31");
        }
    }
    int number(const char* name, std::int64_t least, std::int64_t most, int otherwise) {
        in.read_number(name, otherwise, least, most);
        return otherwise;
    }
    ObjectReader in;
};

Json counted_json(const habeas::Deadline& counted) {
    return {{"due", habeas::format_date(counted.due)},
            {"nominal", habeas::format_date(counted.nominal)},
            {"moved", habeas::deadline_moved_name(counted.moved)}};
}

Json answer_json(const habeas::Deadlines& by, DeadlineQuery& query) {
    const habeas::Date received = query.date("event");
    const int months = query.number("extension_months", 0, 2, 0);
    const auto answer = by.answer(received, months, query.optional_date("notice"));
    Json out = counted_json(answer.answer);
    out["extended"] = answer.extended;
    out["extension_notice_latest"] = habeas::format_date(answer.extension_notice_latest);
    out["cautious"] = habeas::format_date(answer.cautious);
    if (const auto asked = query.optional_date("asked")) {
        const auto pause = by.identity(received, *asked, query.optional_date("answered"));
        out["safe"] = habeas::format_date(pause.safe);
        out["due_suspended"] = date_json(pause.suspended);
        out["asked_late"] = pause.asked_late;
        out["uk_identity"] = date_json(pause.uk_identity);
        out["uk_clarification"] = date_json(pause.uk_clarification);
    }
    return out;
}

Json breach_json(const habeas::Deadlines& by, DeadlineQuery& query) {
    std::optional<habeas::Time> aware;
    query.in.read("event", aware);
    if (!aware) {
        refuse_at(query.in.at("event"), "write a time, such as 2026-01-31T10:00:00Z");
    }
    const auto breach = by.breach(*aware, query.number("hours", 1, 1000, 72));
    return {{"due", habeas::format_time(breach.strict)},
            {"begins", habeas::format_time(breach.begins)},
            {"counted", habeas::format_time(breach.counted)},
            {"working_days_disputed", breach.working_days_disputed}};
}

Json deadline_json(const habeas::Deadlines& by, const Json& given) {
    enum class Rule : std::uint8_t { answer, breach, months, days, working_days, calendar_days };
    DeadlineQuery query(given);
    Rule rule = Rule::answer;
    query.in.read_word("rule", rule,
                       {"answer", "breach", "months", "days", "working_days", "calendar_days"});
    Json out = Json::object();
    if (rule == Rule::answer) {
        out = answer_json(by, query);
    } else if (rule == Rule::breach) {
        out = breach_json(by, query);
    } else {
        const habeas::Date event = query.date("event");
        const int count = query.number("count", 0, 10'000, 1);
        if (rule == Rule::months || rule == Rule::days) {
            out = counted_json(rule == Rule::months ? by.months(event, count)
                                                    : by.days(event, count));
        } else {
            out["due"] = habeas::format_date(rule == Rule::working_days
                                                 ? by.working_days(event, count)
                                                 : habeas::Deadlines::calendar_days(event, count));
        }
    }
    query.in.finish();
    return out;
}

habeas::RectifyOptions rectify_options_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size);
    ObjectReader in(document, "");
    habeas::RectifyOptions options;
    bool overwrite_blanks = false;
    in.read("language", options.language);
    in.read("note", options.note);
    in.read("overwrite_blanks", overwrite_blanks);
    in.read("preview", options.preview);
    in.finish();
    options.blank = overwrite_blanks ? habeas::Blank::overwrite : habeas::Blank::keep;
    return options;
}

} // namespace

extern "C" {

habeas_status habeas_request_open(habeas_store* store, int32_t kind, int64_t subject,
                                  const char* origin, size_t origin_size, int64_t* request) {
    return guard([&] {
        expect(request, "request");
        const auto what = enum_in(kind, habeas::RequestKind::automated_decisions, "kind");
        const std::string from = string_in(origin, origin_size, "origin");
        *request = number(Requests(StoreUse(store).store()).open(what, subject_in(subject), from));
    });
}

habeas_status habeas_request_open_for(habeas_store* store, int32_t kind,
                                      const char* identifier_kind, size_t identifier_kind_size,
                                      const char* value, size_t value_size, const char* origin,
                                      size_t origin_size, int64_t* request) {
    return guard([&] {
        expect(request, "request");
        const auto what = enum_in(kind, habeas::RequestKind::automated_decisions, "kind");
        const auto who = identifier_in(identifier_kind, identifier_kind_size, value, value_size);
        const std::string from = string_in(origin, origin_size, "origin");
        *request = number(Requests(StoreUse(store).store()).open_for(what, who, from));
    });
}

habeas_status habeas_request_ask_identity(habeas_store* store, int64_t request, int64_t valid_for_s,
                                          habeas_string* token) {
    return guard([&] {
        expect(token, "token");
        const auto valid_for = validity_in(valid_for_s);
        write_and_give(store, token, [&](habeas::Store& in) {
            return Requests(in).ask_identity(RequestId{request}, valid_for);
        });
    });
}

habeas_status habeas_request_confirm(habeas_store* store, const char* token, size_t token_size,
                                     int64_t* request) {
    return guard([&] {
        expect(request, "request");
        const std::string_view given = text_in(token, token_size, "token");
        if (const auto found = Requests(StoreUse(store).store()).confirm(given)) {
            *request = number(*found);
        }
    });
}

habeas_status habeas_request_look_up(habeas_store* store, const char* token, size_t token_size,
                                     int64_t* request) {
    return guard([&] {
        expect(request, "request");
        const std::string_view given = text_in(token, token_size, "token");
        if (const auto found = Requests(StoreUse(store).store()).look_up(given)) {
            *request = number(found->id);
        }
    });
}

habeas_status habeas_request_vouch(habeas_store* store, int64_t request, const char* by,
                                   size_t by_size) {
    return guard([&] {
        const std::string who = string_in(by, by_size, "by");
        Requests(StoreUse(store).store()).vouch(RequestId{request}, who);
    });
}

habeas_status habeas_request_fulfil(habeas_store* store, int64_t request, const char* note,
                                    size_t note_size) {
    return guard([&] {
        const std::string words = string_in(note, note_size, "note");
        Requests(StoreUse(store).store()).fulfil(RequestId{request}, words);
    });
}

habeas_status habeas_request_rectify(habeas_store* store, int64_t request, const char* input,
                                     size_t input_size, const char* options, size_t options_size,
                                     habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        const auto wanted = subject_input_from_json(parse_document(input, input_size, "input"), "");
        const habeas::RectifyOptions how = rectify_options_in(options, options_size);
        write_and_give(store, document, [&](habeas::Store& in) {
            return Requests(in).rectify(RequestId{request}, wanted, how);
        });
    });
}

habeas_status habeas_request_refuse(habeas_store* store, int64_t request, const char* ground,
                                    size_t ground_size) {
    return guard([&] {
        const std::string why = string_in(ground, ground_size, "ground");
        Requests(StoreUse(store).store()).refuse(RequestId{request}, why);
    });
}

habeas_status habeas_request_get(habeas_store* store, int64_t request, habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        const StoreUse use(store);
        give_json(document, request_json(Requests(use.store()), RequestId{request}));
    });
}

habeas_status habeas_request_list(habeas_store* store, const char* query, size_t query_size,
                                  habeas_string* requests) {
    return guard([&] {
        expect(requests, "requests");
        const habeas::RequestQuery wanted = request_query_in(query, query_size);
        const StoreUse use(store);
        give_json(requests, list_json(Requests(use.store()), wanted));
    });
}

habeas_status habeas_request_steps(habeas_store* store, int64_t request, habeas_string* steps) {
    return guard([&] {
        expect(steps, "steps");
        Json out = Json::array();
        for (const auto& each : Requests(StoreUse(store).store()).steps(RequestId{request})) {
            out.push_back({{"at", habeas::format_time(each.at)},
                           {"state", habeas::request_state_name(each.state)},
                           {"actor", actor_json(each.actor)},
                           {"note", each.note}});
        }
        give_json(steps, out);
    });
}

habeas_status habeas_request_begin(habeas_store* store, int64_t request, const char* note,
                                   size_t note_size) {
    return guard([&] {
        const std::string words = string_in(note, note_size, "note");
        Requests(StoreUse(store).store()).begin(RequestId{request}, words);
    });
}

habeas_status habeas_request_extend(habeas_store* store, int64_t request, int32_t months,
                                    const char* reason, size_t reason_size) {
    return guard([&] {
        const std::string why = string_in(reason, reason_size, "reason");
        Requests(StoreUse(store).store()).extend(RequestId{request}, months, why);
    });
}

habeas_status habeas_request_fulfil_partly(habeas_store* store, int64_t request, const char* ground,
                                           size_t ground_size, const char* note, size_t note_size) {
    return guard([&] {
        const std::string why = string_in(ground, ground_size, "ground");
        const std::string words = string_in(note, note_size, "note");
        Requests(StoreUse(store).store()).fulfil_partly(RequestId{request}, why, words);
    });
}

habeas_status habeas_request_withdraw(habeas_store* store, int64_t request, const char* note,
                                      size_t note_size) {
    return guard([&] {
        const std::string words = string_in(note, note_size, "note");
        Requests(StoreUse(store).store()).withdraw(RequestId{request}, words);
    });
}

habeas_status habeas_request_announce_lifting(habeas_store* store, int64_t request, const char* how,
                                              size_t how_size) {
    return guard([&] {
        const std::string words = string_in(how, how_size, "how");
        Requests(StoreUse(store).store()).announce_lifting(RequestId{request}, words);
    });
}

habeas_status habeas_request_lift_restriction(habeas_store* store, int64_t request,
                                              const char* note, size_t note_size) {
    return guard([&] {
        const std::string words = string_in(note, note_size, "note");
        Requests(StoreUse(store).store()).lift_restriction(RequestId{request}, words);
    });
}

habeas_status habeas_request_set_calendar(habeas_store* store, const char* rules, size_t rules_size,
                                          const char* sets, size_t sets_size) {
    return guard([&] {
        const std::string given = string_in(rules, rules_size, "rules");
        std::vector<std::string> names;
        if (sets_size != 0) {
            names = texts_at(parse_document(sets, sets_size, "sets"), "");
        }
        Requests(StoreUse(store).store()).set_calendar(given, names);
    });
}

habeas_status habeas_request_remind(habeas_store* store, int32_t days, habeas_request_fn tell,
                                    void* user, size_t* told) {
    return guard([&] {
        expect(told, "told");
        if (days < 0 || days > 3660) {
            refuse_argument("days", "write 0 to 3660");
        }
        if (tell == nullptr) {
            refuse_argument("tell", "NULL");
        }
        const StoreUse use(store);
        *told = Requests(use.store())
                    .remind(days, [&](const habeas::Request& request,
                                      const habeas::RequestDeadline& when) {
                        const std::string document = request_json(request, when).dump();
                        const habeas_status status =
                            call_back(tell, user, document.data(), document.size());
                        if (status != HABEAS_OK) {
                            throw Stop(status);
                        }
                    });
    });
}

habeas_status habeas_deadline(habeas_store* store, const char* query, size_t query_size,
                              habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        const Json given = parse_document(query, query_size, "query");
        const StoreUse use(store);
        give_json(document, deadline_json(Requests(use.store()).deadlines(), given));
    });
}
}
