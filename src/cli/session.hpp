// One run of the program: the store, the output, and whom the arguments mean.
#pragma once

#include "args.hpp"
#include "exit_code.hpp"
#include "output.hpp"

#include "habeas/habeas.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::cli {

/// Options of every command.
struct GlobalOptions {
    std::string store, key_file, journal;
    std::string actor, reason;
    bool json = false;
    bool read_only = false;
    bool no_progress = false;
    bool verbose = false;
    bool accept_missing_journal = false;
    bool accept_lost_key = false;
};

class Session {
  public:
    Session(const GlobalOptions& options, Output& output) : options_(options), out_(output) {}

    [[nodiscard]] const GlobalOptions& options() const noexcept { return options_; }
    [[nodiscard]] bool json() const noexcept { return options_.json; }
    [[nodiscard]] bool progress() const noexcept { return !options_.no_progress; }
    Output& out() noexcept { return out_; }

    /// The store of --store or HABEAS_STORE, opened at the first call.
    Store& store();
    [[nodiscard]] std::string store_path() const;
    [[nodiscard]] StoreOptions store_options() const;

    /// A number, email:..., phone:..., external:<system>:... Errc::not_found if nobody has the
    /// identifier; a number is taken as it is.
    SubjectId subject(const std::string& reference);
    std::optional<SubjectId> find_subject(const std::string& reference);
    /// All of the arguments, then those of the file, one a line ("-": standard input).
    std::vector<SubjectId> subjects(const std::vector<std::string>& references,
                                    const std::string& file);

    /// Writes a new file and says so: `said` to people, its path to programs.
    void give_file(const std::string& path, std::string_view content, const std::string& said);

    /// A line for people beside the output; not with --json.
    void note(const std::string& text);

  private:
    const GlobalOptions& options_;
    Output& out_;
    std::optional<Store> store_;
};

} // namespace habeas::cli
