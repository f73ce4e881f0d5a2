// A shop with data holders: callbacks that remember what they were asked.
#pragma once

#include "habeas/habeas.hpp"
#include "unit/consent/helpers.hpp"

#include <nlohmann/json.hpp>

#include <deque>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace habeas::test {

struct Holders : Shop {
    explicit Holders(Where where = memory) : Shop(where), holders(store), requests(store) {}

    /// A holder whose answers are `answers` in turn; without any: done.
    struct Host {
        std::vector<HolderCall> calls;
        std::deque<std::function<HolderAnswer(const HolderCall&)>> answers;
        HolderAnswer operator()(const HolderCall& call) {
            calls.push_back(call);
            if (answers.empty()) {
                return {};
            }
            auto next = answers.front();
            answers.pop_front();
            return next(call);
        }
    };
    static HolderAnswer fail(const HolderCall&) { throw std::runtime_error("down"); }

    void define(const std::string& code, const std::string& operations) {
        holders.define(R"({"code":")" + code + R"(","operations":)" + operations + "}");
    }
    using Shop::define;
    void attach(const std::string& code, Host& host) {
        const HolderInfo known = holders.find(code).value();
        HolderCallbacks callbacks;
        for (const HolderOperation each : known.operations) {
            callbacks[each] = [&host](const HolderCall& call) { return host(call); };
        }
        holders.attach(code, std::move(callbacks));
    }
    RequestId verified(RequestKind kind, SubjectId subject) {
        const RequestId id = requests.open(kind, subject, "letter");
        requests.vouch(id, "passport shown");
        return id;
    }
    nlohmann::json receipt(SubjectId subject) {
        return nlohmann::json::parse(Erasure(store).receipt(subject));
    }
    std::vector<HolderTask> open_tasks(SubjectId subject) {
        HolderTaskQuery query;
        query.subject = subject;
        query.open_only = true;
        return holders.tasks(query);
    }

    DataHolders holders;
    Requests requests;
    SubjectId anna = person("anna@example.org");
};

} // namespace habeas::test
