// A shop with templates, segments and short ways to declare campaigns.
#pragma once

#include "unit/outbox/helpers.hpp"

namespace habeas::test {

struct Trade : Post {
    explicit Trade(Where where = memory)
        : Post(where), campaigns(store), segments(store), requests(store), points(store) {
        Field forget;
        forget.name = "forget";
        forget.type = FieldType::boolean;
        Fields(store).define(forget);
        define(purpose("rights", Basis::legal_obligation, PurposeKind::legal, {Channel::email}));
        define(purpose("scoring", Basis::consent, PurposeKind::profiling, {Channel::email}));
        Purposes(store).add_text("scoring", words("We may score you."));
        MessageTemplate confirm;
        confirm.code = "confirm";
        confirm.purpose = "rights";
        confirm.languages["en"] = {"Is it you?", "Token {{data.token}} of {{data.request}}", ""};
        templates.define(confirm);
        MessageTemplate answer;
        answer.code = "answer";
        answer.purpose = "rights";
        answer.languages["en"] = {"Your data", "They are attached.", ""};
        templates.define(answer);
        MessageTemplate notice;
        notice.code = "notice";
        notice.kind = MessageKind::internal;
        notice.languages["en"] = {"{{data.event}}", "Subject {{data.subject_id}}", ""};
        templates.define(notice);
    }

    void segment(const std::string& code, const std::string& filter, bool live = false,
                 const std::string& vouched = {}) {
        Segment out;
        out.code = code;
        out.filter = filter;
        out.live = live;
        out.vouched = vouched;
        segments.define(out);
    }
    /// A campaign by hand and from the segments that are named, published.
    void campaign(const std::string& code, const std::string& events,
                  const std::string& from = R"({"manual":true})", const std::string& more = "") {
        campaigns.define(R"({"code":")" + code + R"(","sources":)" + from + R"(,"events":)" +
                         events + more + "}");
        campaigns.publish(code);
    }
    /// "event outcome count; ..." of a campaign.
    std::string counts(const std::string& code) {
        std::string out;
        for (const EventCount& each : campaigns.counts(code)) {
            out += (out.empty() ? "" : "; ") + (each.event.empty() ? "" : each.event + " ") +
                   each.outcome + " " + std::to_string(each.count);
        }
        return out;
    }
    /// The token in the last message with this template.
    std::string token() {
        auto& db = store.engine().db();
        const auto data = db.scalar("SELECT json_extract(secret, '$.token') FROM outbox_content "
                                    "WHERE secret <> '' ORDER BY message_id DESC LIMIT 1");
        return data.value_or("");
    }
    bool is_erased(SubjectId id) {
        return code_of([&] { static_cast<void>(Subjects(store).get(id)); }) == Errc::erased;
    }
    void wait(std::chrono::milliseconds by) { clock.advance(by); }
    std::size_t messages() { return outbox.list().size(); }

    Campaigns campaigns;
    Segments segments;
    Requests requests;
    Points points;
};

inline const std::string wants_to_go = R"({"field":"forget","op":"=","value":true})";

} // namespace habeas::test
