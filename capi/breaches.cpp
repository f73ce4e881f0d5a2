// The register of breaches (arts. 33, 34).
#include "habeas/breach.hpp"

#include "convert.hpp"
#include "cursor.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Breaches;

namespace {

habeas::BreachQuery breach_query_in(const char* data, std::size_t size) {
    const Json document = parse_options(data, size, "query");
    ObjectReader in(document, "");
    habeas::BreachQuery query;
    int hours = -1;
    in.read("open_only", query.open_only);
    in.read_number("within_hours", hours, 0, 100'000);
    in.finish();
    if (hours >= 0) {
        query.within_hours = hours;
    }
    return query;
}

/// A step with one text.
template <class Act>
void say(habeas_store* store, const std::string& code, const std::string& text, Act act) {
    (Breaches(StoreUse(store).store()).*act)(code, text);
}

} // namespace

extern "C" {

habeas_status habeas_breach_define(habeas_store* store, const char* breach, size_t breach_size) {
    return guard([&] {
        const auto wanted = habeas::Breach::from_json(text_in(breach, breach_size, "breach"));
        Breaches(StoreUse(store).store()).define(wanted);
    });
}

habeas_status habeas_breach_recount(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Breaches(StoreUse(store).store()).recount(which);
    });
}

habeas_status habeas_breach_assess(habeas_store* store, const char* code, size_t code_size,
                                   const char* risk, size_t risk_size, const char* reason,
                                   size_t reason_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        const auto known = habeas::breach_risk(text_in(risk, risk_size, "risk"));
        const std::string words = string_in(reason, reason_size, "reason");
        if (!known) {
            refuse_argument("risk", "write none, risk or high");
        }
        Breaches(StoreUse(store).store()).assess(which, *known, words);
    });
}

habeas_status habeas_breach_notify(habeas_store* store, const char* code, size_t code_size,
                                   const char* notice, size_t notice_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        const std::string_view given = text_in(notice, notice_size, "notice");
        const auto wanted =
            given.empty() ? habeas::BreachNotice{} : habeas::BreachNotice::from_json(given);
        Breaches(StoreUse(store).store()).notify(which, wanted);
    });
}

habeas_status habeas_breach_tell(habeas_store* store, const char* code, size_t code_size,
                                 const char* message_template, size_t message_template_size,
                                 size_t limit, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string which = string_in(code, code_size, "code");
        const std::string words =
            string_in(message_template, message_template_size, "message_template");
        give_string(report, Breaches(StoreUse(store).store()).tell(which, words, limit).to_json());
    });
}

habeas_status habeas_breach_inform(habeas_store* store, const char* code, size_t code_size,
                                   const char* communication, size_t communication_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        const auto wanted = habeas::BreachCommunication::from_json(
            text_in(communication, communication_size, "communication"));
        Breaches(StoreUse(store).store()).inform(which, wanted);
    });
}

habeas_status habeas_breach_note(habeas_store* store, const char* code, size_t code_size,
                                 const char* note, size_t note_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        say(store, which, string_in(note, note_size, "note"), &Breaches::note);
    });
}

habeas_status habeas_breach_close(habeas_store* store, const char* code, size_t code_size,
                                  const char* note, size_t note_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        say(store, which, string_in(note, note_size, "note"), &Breaches::close);
    });
}

habeas_status habeas_breach_dismiss(habeas_store* store, const char* code, size_t code_size,
                                    const char* reason, size_t reason_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        say(store, which, string_in(reason, reason_size, "reason"), &Breaches::dismiss);
    });
}

habeas_status habeas_breach_reopen(habeas_store* store, const char* code, size_t code_size,
                                   const char* reason, size_t reason_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        say(store, which, string_in(reason, reason_size, "reason"), &Breaches::reopen);
    });
}

habeas_status habeas_breach_get(habeas_store* store, const char* code, size_t code_size,
                                habeas_string* record) {
    return guard([&] {
        expect(record, "record");
        const std::string which = string_in(code, code_size, "code");
        give_string(record, Breaches(StoreUse(store).store()).to_json(which));
    });
}

habeas_status habeas_breach_html(habeas_store* store, const char* code, size_t code_size,
                                 habeas_string* page) {
    return guard([&] {
        expect(page, "page");
        const std::string which = string_in(code, code_size, "code");
        give_string(page, Breaches(StoreUse(store).store()).to_html(which));
    });
}

habeas_status habeas_breach_list(habeas_store* store, const char* query, size_t query_size,
                                 habeas_string* breaches) {
    return guard([&] {
        expect(breaches, "breaches");
        const habeas::BreachQuery wanted = breach_query_in(query, query_size);
        Json all = Json::array();
        for (const habeas::BreachInfo& each : Breaches(StoreUse(store).store()).list(wanted)) {
            all.push_back(parse_own(each.to_json()));
        }
        give_json(breaches, all);
    });
}

habeas_status habeas_breach_persons(habeas_store* store, const char* code, size_t code_size,
                                    int32_t untold, habeas_cursor** cursor) {
    return guard([&] {
        expect(cursor, "cursor");
        const std::string which = string_in(code, code_size, "code");
        std::vector<habeas::SubjectId> found;
        Breaches(StoreUse(store).store()).persons(which, untold != 0, [&](habeas::SubjectId id) {
            found.push_back(id);
            return true;
        });
        *cursor = new_cursor(std::make_unique<NumberWalk>(store, std::move(found)));
    });
}
}
