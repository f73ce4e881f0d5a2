// Requests of data subjects.
#include "habeas/request.hpp"

#include "convert.hpp"
#include "subject_json.hpp"
#include "write.hpp"

using namespace habeas::capi;
using habeas::RequestId;
using habeas::Requests;

namespace {

Json request_json(const habeas::Request& request) {
    return {{"request", number(request.id)},
            {"subject", number(request.subject)},
            {"kind", habeas::request_kind_name(request.kind)},
            {"state", habeas::request_state_name(request.state)},
            {"origin", request.origin},
            {"vouched_by", request.vouched_by},
            {"ground", request.ground},
            {"received_at", habeas::format_time(request.received_at)},
            {"verified_at", time_json(request.verified_at)},
            {"closed_at", time_json(request.closed_at)},
            {"token_expires_at", time_json(request.token_expires_at)}};
}

habeas::RequestQuery query_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "query");
    ObjectReader in(document, "");
    habeas::RequestQuery query;
    in.read("subject", query.subject);
    in.read_name("kind", query.kind, habeas::request_kind);
    in.read("open_only", query.open_only);
    in.finish();
    return query;
}

std::chrono::seconds validity_in(std::int64_t seconds) {
    constexpr std::int64_t week = std::int64_t{7} * 24 * 3600, most = 100 * week;
    if (seconds < 0 || seconds > most) {
        refuse_argument("valid_for_s", "write seconds, at most 100 weeks of them");
    }
    return std::chrono::seconds(seconds == 0 ? week : seconds);
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
        give_json(document,
                  request_json(Requests(StoreUse(store).store()).get(RequestId{request})));
    });
}

habeas_status habeas_request_list(habeas_store* store, const char* query, size_t query_size,
                                  habeas_string* requests) {
    return guard([&] {
        expect(requests, "requests");
        const habeas::RequestQuery wanted = query_in(query, query_size);
        Json out = Json::array();
        for (const habeas::Request& each : Requests(StoreUse(store).store()).list(wanted)) {
            out.push_back(request_json(each));
        }
        give_json(requests, out);
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
}
