// A store with thousands of events, and attacks on copies of it.
#pragma once

#include "e2e/checks.hpp"
#include "e2e/foreign.hpp"
#include "habeas/habeas.hpp"
#include "support/store.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace habeas::e2e {

/// A folder with a store, its key and its journal; and database and journal as they were yesterday.
class Original {
  public:
    Original(std::uint32_t people, Checks& checks);
    [[nodiscard]] std::string folder() const { return folder_.path(); }
    [[nodiscard]] std::string path() const { return folder_.file("store.habeas"); }
    [[nodiscard]] const StoreOptions& options() const { return options_; }

    std::int64_t withdrawal = 0; ///< sequence of one that was recorded today
    SubjectId withdrew{};
    SubjectId erased{};
    std::int64_t yesterdays_head = 0, head = 0;

  private:
    void record(Store& store, SubjectId id, EventKind kind);
    void fill(Store& store, std::uint32_t people);
    void today(Store& store);
    void verify(Store& store);

    Checks* checks_;
    test::ScratchFolder folder_;
    test::TestClock clock_;
    StoreOptions options_;
    std::vector<SubjectId> ids_;
    EventId last_{};
};

/// Each on a copy of its own; prints a line of the table.
class Attacks {
  public:
    Attacks(const Original& original, Checks& checks) : original_(&original), checks_(&checks) {}

    /// On the rows, yesterday's file attached. `code` must be found, at `sequence` unless that is
    /// 0, and besides it only codes of `also`.
    void on_rows(const char* name, const std::string& code, std::int64_t sequence,
                 const std::function<void(Foreign&)>& tamper,
                 const std::set<std::string>& also = {});
    /// On the files of a folder; then as above.
    void on_files(const char* name, const std::string& code, std::int64_t sequence,
                  const std::function<void(const std::string& folder)>& tamper,
                  const std::set<std::string>& also = {});
    /// On the files; the store does not open any more.
    void refused(const char* name, Errc code,
                 const std::function<void(const std::string& folder)>& tamper);

  private:
    const Original* original_;
    Checks* checks_;
};

/// Computes commitments and hashes of the whole chain anew, as the rows of events now are: all that
/// this takes is public. Returns the new head.
std::string forge_chain(Foreign& db);

} // namespace habeas::e2e
