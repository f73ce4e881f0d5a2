// Findings of a verification, with a limit for each code: a damaged store has millions of them.
#pragma once

#include "habeas/store.hpp"

#include <map>
#include <string>
#include <utility>

namespace habeas::store {

/// Adds to a report; after 50 of a code it only counts, and says so at the end.
class Findings {
  public:
    static constexpr std::uint64_t limit = 50;

    explicit Findings(VerifyReport& report) : report_(&report) {}
    Findings(const Findings&) = delete;
    Findings& operator=(const Findings&) = delete;

    void error(const char* code, std::string message, std::int64_t sequence = 0) {
        add(Severity::error, code, std::move(message), sequence);
    }
    void notice(const char* code, std::string message, std::int64_t sequence = 0) {
        add(Severity::notice, code, std::move(message), sequence);
    }
    [[nodiscard]] bool has(const std::string& code) const { return counts_.contains(code); }
    /// Says how many were left out. Call it once, at the end.
    void finish() {
        for (const auto& [code, count] : counts_) {
            if (count.second > limit) {
                report_->findings.push_back(
                    {count.first, code,
                     "and " + std::to_string(count.second - limit) + " more of this kind", 0});
            }
        }
    }

  private:
    void add(Severity severity, const char* code, std::string message, std::int64_t sequence) {
        auto& count = counts_[code];
        count.first = severity;
        if (++count.second <= limit) {
            report_->findings.push_back({severity, code, std::move(message), sequence});
        }
    }

    VerifyReport* report_;
    std::map<std::string, std::pair<Severity, std::uint64_t>> counts_;
};

} // namespace habeas::store
