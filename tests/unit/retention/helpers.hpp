// Rules in short, and what they did.
#pragma once

#include "unit/campaigns/helpers.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace habeas::test {

struct Archive : Trade {
    explicit Archive(Where where = memory) : Trade(where), retention(store) {}

    void rule(const std::string& json) { retention.define(Retention::from_json(json)); }
    /// Whom a rule would take now.
    std::vector<SubjectId> due(const std::string& code = "r") {
        std::vector<SubjectId> out;
        const auto found = retention.preview(code, {}, 10'000);
        for (const RetentionDue& each : found.at(0).due) {
            out.push_back(each.subject);
        }
        CHECK(found.at(0).subjects == out.size());
        return out;
    }
    std::map<std::string, std::uint64_t> kept(const std::string& code = "r") {
        return retention.preview(code).at(0).kept;
    }
    RetentionRun run(const std::string& code = "r") {
        RetentionOptions options;
        options.rule = code;
        return retention.run(options).at(0);
    }
    bool is_there(SubjectId id) { return !is_erased(id); }
    std::string field(SubjectId id, const std::string& name) {
        const Subject subject = Subjects(store).get(id);
        const auto at = subject.fields.find(name);
        return at == subject.fields.end() ? "" : std::get<std::string>(at->second);
    }
    std::string one(const std::string& sql) { return store.engine().db().scalar(sql).value_or(""); }
    void days(int count) { clock.advance(std::chrono::hours(24) * count); }

    Retention retention;
};

} // namespace habeas::test
