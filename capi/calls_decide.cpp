// Methods that ask: may this subject be processed?
#include "calls.hpp"

#include <algorithm>

namespace habeas::capi {
namespace {

/// Written by hand: a thousand of them in a call are no thousand trees.
void add_decision(std::string& out, const habeas_decision& decision) {
    out += R"({"subject":)" + std::to_string(decision.subject);
    out +=
        decision.allowed == 1 ? R"(,"allowed":true,"reason":")" : R"(,"allowed":false,"reason":")";
    out += habeas_name(HABEAS_LIST_REASON, decision.reason);
    out += R"(","reference":")";
    out += habeas_reason_reference(decision.reason);
    out += R"(","event":)" + std::to_string(decision.event) + R"(,"holds_until":)";
    if (decision.holds_until == 0) {
        out += "null";
    } else {
        GivenString text;
        check(habeas_time_format(decision.holds_until, text.out()));
        out += json_text(text.view());
    }
    out += "}";
}

struct Question {
    std::string purpose, controller;
    std::int32_t channel = 0;
    std::int64_t at = 0, known_at = 0;

    explicit Question(Call& call) : purpose(text_at(member(call, "purpose"), "/purpose")) {
        call.in.read("controller", controller);
        if (const Json* found = call.in.find("channel")) {
            channel = word_at(*found, "/channel", HABEAS_LIST_CHANNEL);
        }
        if (const Json* found = call.in.find("at")) {
            at = time_at(*found, "/at");
        }
        if (const Json* found = call.in.find("known_at")) {
            known_at = time_at(*found, "/known_at");
        }
    }
    [[nodiscard]] habeas_decide_options decide() const {
        habeas_decide_options out{};
        check(habeas_decide_options_init(&out, sizeof out));
        out.at = at;
        out.known_at = known_at;
        out.controller = view_of(controller);
        return out;
    }
    [[nodiscard]] habeas_filter_options filter() const {
        habeas_filter_options out{};
        check(habeas_filter_options_init(&out, sizeof out));
        out.at = at;
        out.known_at = known_at;
        out.controller = view_of(controller);
        return out;
    }
};

std::string decide(Call& call) {
    const std::int64_t subject = integer_at(member(call, "subject"), "/subject");
    const Question question(call);
    call.in.finish();
    const habeas_decide_options options = question.decide();
    habeas_decision decision{};
    check(habeas_decision_init(&decision, sizeof decision));
    check(habeas_may_process(call.store, subject, question.purpose.data(), question.purpose.size(),
                             question.channel, &options, &decision));
    std::string out;
    add_decision(out, decision);
    return out;
}

std::string explain(Call& call) {
    const std::int64_t subject = integer_at(member(call, "subject"), "/subject");
    const Question question(call);
    call.in.finish();
    const habeas_decide_options options = question.decide();
    GivenString out;
    check(habeas_explain(call.store, subject, question.purpose.data(), question.purpose.size(),
                         question.channel, &options, out.out()));
    return result_of(out);
}

struct Page {
    std::string rows;
    std::int64_t after = 0, last = 0;
    std::size_t left = 0;
    bool more = false;
};

std::int32_t add_to_page(void* user, const habeas_decision* decision) {
    auto& page = *static_cast<Page*>(user);
    if (decision->subject <= page.after) {
        return HABEAS_OK;
    }
    if (page.left == 0) {
        page.more = true;
        return HABEAS_DONE;
    }
    --page.left;
    page.last = decision->subject;
    page.rows += page.rows.empty() ? "" : ",";
    add_decision(page.rows, *decision);
    return HABEAS_OK;
}

/// Everybody, page by page: each page is the one statement anew, from `after` on.
std::string filter(Call& call) {
    const Question question(call);
    Page page;
    page.left = 10'000;
    std::int32_t denied_too = 0;
    read_flag(call.in, "denied_too", denied_too);
    call.in.read_number("after", page.after, 0, std::int64_t{1} << 53);
    call.in.read_number("limit", page.left, 1, 100'000);
    call.in.finish();
    habeas_filter_options options = question.filter();
    options.denied_too = denied_too;
    const habeas_status status =
        habeas_filter(call.store, question.purpose.data(), question.purpose.size(),
                      question.channel, &options, add_to_page, &page);
    if (status != HABEAS_DONE) {
        check(status);
    }
    return R"({"decisions":[)" + page.rows + R"(],"next":)" +
           (page.more ? std::to_string(page.last) : "null") + "}";
}

void add_little_endian(std::string& out, std::int64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
        out += static_cast<char>(static_cast<std::uint64_t>(number) >> shift & 0xff);
    }
}

/// The same for thousands: what the reasons are, then columns in base64: for each decision the
/// place of its reason (1 byte), its event, and until when it holds in milliseconds (8 bytes each,
/// little endian; 0: with none). No number that has to be read by a parser: that would cost more
/// than the decision itself.
std::string columns_of(const std::vector<habeas_decision>& found) {
    std::vector<std::int32_t> reasons;
    std::string names, places, events, until;
    bool all_lasting = true;
    for (const habeas_decision& each : found) {
        auto known = std::find(reasons.begin(), reasons.end(), each.reason);
        if (known == reasons.end()) {
            names += names.empty() ? "" : ",";
            names += R"({"allowed":)" + std::string(each.allowed == 1 ? "true" : "false") +
                     R"(,"reason":)" + json_text(habeas_name(HABEAS_LIST_REASON, each.reason)) +
                     R"(,"reference":)" + json_text(habeas_reason_reference(each.reason)) + "}";
            known = reasons.insert(reasons.end(), each.reason);
        }
        places += static_cast<char>(known - reasons.begin());
        add_little_endian(events, each.event);
        add_little_endian(until, each.holds_until);
        all_lasting = all_lasting && each.holds_until == 0;
    }
    return R"({"reasons":[)" + names + R"(],"reason":")" + encode_base64(places) +
           R"(","event":")" + encode_base64(events) + R"(","holds_until":)" +
           (all_lasting ? "null" : '"' + encode_base64(until) + '"') + "}";
}

std::string filter_subjects(Call& call) {
    const Question question(call);
    const std::vector<std::int64_t> subjects = numbers_at(member(call, "subjects"), "/subjects");
    bool as_columns = false;
    call.in.read("columns", as_columns);
    call.in.finish();
    const habeas_filter_options options = question.filter();
    std::vector<habeas_decision> found(subjects.size());
    for (habeas_decision& each : found) {
        check(habeas_decision_init(&each, sizeof each));
    }
    check(habeas_filter_subjects(call.store, question.purpose.data(), question.purpose.size(),
                                 question.channel, &options, subjects.data(), subjects.size(),
                                 found.data()));
    if (as_columns) {
        return columns_of(found);
    }
    std::string out = "[";
    for (const habeas_decision& each : found) {
        out += out.size() > 1 ? "," : "";
        add_decision(out, each);
    }
    return out + "]";
}

const Parameters question_parameters{{"purpose", "text", true},
                                     {"channel", "name", false},
                                     {"at", "time", false},
                                     {"known_at", "time", false},
                                     {"controller", "text", false}};

Parameters with_question(const Parameters& more) {
    return joined(question_parameters, more);
}

} // namespace

Methods decision_methods() {
    return {
        {"decide", with_question({{"subject", "number", true}}), decide},
        {"explain", with_question({{"subject", "number", true}}), explain},
        {"filter",
         with_question({{"denied_too", "flag", false},
                        {"after", "number", false},
                        {"limit", "number", false}}),
         filter},
        {"filter_subjects",
         with_question({{"subjects", "numbers", true}, {"columns", "flag", false}}),
         filter_subjects},
    };
}

} // namespace habeas::capi
