// A shop whose newsletter asks for confirmation, and its mailbox.
#pragma once

#include "unit/forms/helpers.hpp"

namespace habeas::test {

struct OptinShop : FormShop {
    explicit OptinShop(Where where = memory) : FormShop(where, true), optins(store) {
        publish(signup());
    }

    /// Sends what is due; the texts of the mails to this address.
    std::vector<std::string> mails(const std::string& address) {
        TestGateway gateway;
        Outbox(store).send(gateway);
        for (const OutgoingMessage& each : gateway.got) {
            box.emplace(each.recipient.address, each.text);
        }
        std::vector<std::string> out;
        auto [begin, end] = box.equal_range(address);
        for (; begin != end; ++begin) {
            out.push_back(begin->second);
        }
        return out;
    }
    /// The token of the last mail to this address.
    std::string token(const std::string& address) {
        const auto all = mails(address);
        REQUIRE_FALSE(all.empty());
        std::string out = all.back().substr(all.back().rfind('/') + 1);
        out.erase(out.find_last_not_of("\r\n ") + 1);
        return out;
    }
    SubmissionResult sign_up(const std::string& address, const std::string& language = {}) {
        SubmissionContext context;
        context.language = language;
        context.ip = "203.0.113.77";
        return send({{"mail", address}, {"news", "yes"}}, context);
    }
    bool may(SubjectId id) { return consent.may_process(id, "news", Channel::email).allowed; }
    std::vector<ConsentEvent> events(SubjectId id, EventKind kind) {
        std::vector<ConsentEvent> out;
        for (ConsentEvent& each : consent.history(id)) {
            if (each.kind == kind) {
                out.push_back(std::move(each));
            }
        }
        return out;
    }

    Optins optins;
    std::multimap<std::string, std::string> box;
};

} // namespace habeas::test
