// A shop that sends: settings, templates, people who agreed, and gateways that remember.
#pragma once

#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"
#include "unit/consent/helpers.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace habeas::test {

/// The error of a call that must throw one.
template <class Do>
Error failure_of(Do action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no habeas::Error was thrown");
    return {Errc::internal, "unreachable"};
}

/// Takes everything, and answers as told.
struct TestGateway : Gateway {
    [[nodiscard]] std::string id() const override { return "test"; }
    [[nodiscard]] bool serves(Channel channel) const override {
        return channels.empty() ? channel == Channel::email : channels.contains(channel);
    }
    [[nodiscard]] std::size_t batch_size() const override { return batch; }
    std::vector<GatewayResult> send(std::span<const OutgoingMessage> messages) override {
        std::vector<GatewayResult> out;
        for (const OutgoingMessage& each : messages) {
            got.push_back(each);
            ++times[each.reference];
            out.push_back(answer);
            out.back().reference = "g-" + each.reference;
        }
        if (during) {
            during();
        }
        if (throws) {
            throw std::runtime_error("cable cut");
        }
        return out;
    }
    std::optional<GatewayResult> resolve(const std::string& reference) override {
        asked.push_back(reference);
        return fate;
    }

    std::set<Channel> channels;
    std::size_t batch = 50;
    GatewayResult answer;
    bool throws = false;
    std::function<void()> during;
    std::optional<GatewayResult> fate;
    std::vector<OutgoingMessage> got;
    std::map<std::string, int> times;
    std::vector<std::string> asked;
};

struct Post : Shop {
    explicit Post(Where where = memory) : Shop(where), outbox(store), templates(store) {
        store.set_setting("controller", R"({"name":"Müller & Söhne","address":"Lange Straße 1\n)"
                                        R"(10115 Berlin","email":"ds@mueller.example"})");
        store.set_setting("base_url", "https://shop.example/privacy/");
        store.set_setting("sender", "Müller <news@shop.example>");
        templates.define(news());
        templates.define(order());
    }

    static MessageTemplate news() {
        MessageTemplate out;
        out.code = "news";
        out.kind = MessageKind::marketing;
        out.purpose = "newsletter";
        out.languages["en"] = {"News for {{subject.first_name}}",
                               "Dear {{subject.first_name}},\n{{data.story}}\n",
                               "<p>Dear {{subject.first_name}},</p><p>{{data.story}}</p>"};
        return out;
    }
    static MessageTemplate order() {
        MessageTemplate out;
        out.code = "order";
        out.purpose = "orders";
        out.languages["en"] = {"Order {{data.number}}", "Your order {{data.number}} is on its way.",
                               ""};
        return out;
    }
    /// Somebody who agreed to the newsletter.
    SubjectId reader(const std::string& email, const std::string& name = "Ann") {
        SubjectInput input;
        input.fields["email"] = email;
        input.fields["first_name"] = name;
        SubjectId id = Subjects(store).create(input);
        record(id, EventKind::granted, "newsletter");
        return id;
    }
    static Message message(SubjectId subject, const std::string& code, const std::string& key,
                           const std::string& data = R"({"story":"S","number":"7"})") {
        Message out;
        out.subject = subject;
        out.message_template = code;
        out.key = key;
        out.data = data;
        return out;
    }
    QueueResult queue(SubjectId subject, const std::string& code, const std::string& key) {
        return outbox.queue(message(subject, code, key));
    }
    MessageState state(MessageId id) { return outbox.get(id).state; }

    Outbox outbox;
    Templates templates;
};

} // namespace habeas::test
