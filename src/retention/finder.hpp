// Who and what is due by a rule.
#pragma once

#include "consent/catalogue.hpp"
#include "retention/clock.hpp"
#include "retention/definition.hpp"
#include "segments/filter.hpp"
#include "subjects/field_set.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace habeas::retention {

/// A row that goes; steps of campaigns have no number of their own.
struct EntryKey {
    std::int64_t id = 0;
    bool step = false;
    std::string event;
    std::int64_t round = 0;
};

/// Somebody who is due, with what goes.
struct Due {
    std::int64_t subject = 0;
    Ms at = 0;                         ///< since when
    std::vector<EntryKey> entries;     ///< of submissions and such, events
    std::optional<subjects::Cell> to;  ///< field: what it becomes
    std::optional<ConsentEnd> consent; ///< evidence: how it ended
    bool no = false;                   ///< said no to marketing
};

struct Look {
    std::vector<Due> due;
    std::map<std::string, std::uint64_t> kept;
    std::int64_t reached = 0; ///< all subjects up to this number were looked at
};

/// Lives as long as the Read or Write in which it was made.
class Finder {
  public:
    /// Errc::not_found, Errc::invalid: what the rule refers to has gone.
    Finder(store::Engine& engine, const RetentionRule& rule, Ms at);
    /// Subjects numbered from `first` to `last`, until `most` are due.
    Look look(std::int64_t first, std::int64_t last, std::size_t most);

  private:
    void prepare(std::string& sql);
    [[nodiscard]] std::optional<Ms> since(const store::Statement& row) const;
    [[nodiscard]] std::optional<Ms> over(std::optional<Ms> since) const;
    [[nodiscard]] bool judge(Due& due, std::optional<Ms> since, const char*& kept) const;
    [[nodiscard]] bool find_what(Due& due) const;
    [[nodiscard]] std::vector<std::pair<EntryKey, Ms>> entries(std::int64_t subject) const;
    [[nodiscard]] std::vector<EntryKey> evidence(std::int64_t subject) const;

    store::Engine& engine_;
    const RetentionRule& rule_;
    Ms at_;
    Ms latest_begin_;
    segments::Today today_;
    segments::Filter filter_;
    std::string sql_;
    std::shared_ptr<const consent::Catalogue> purposes_;
    std::shared_ptr<const subjects::FieldSet> fields_;
    const subjects::FieldInfo* field_ = nullptr;   ///< that the rule is about
    const subjects::FieldInfo* date_ = nullptr;    ///< that the period begins with
    const consent::PurposeHistory* end_ = nullptr; ///< whose end it begins with
};

/// What habeas leaves of a consent whose evidence has gone, as evidence in the ledger.
std::optional<std::string> bare_evidence();

} // namespace habeas::retention
