// One migration on its way: batches, progress, what is done already, and the account of every row.
#pragma once

#include "habeas/migrate.hpp"
#include "importers/table_source.hpp"
#include "store/engine.hpp"
#include "subjects/rejects.hpp"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::importers {

class Run {
  public:
    Run(store::Engine& engine, Platform platform, const MigrationOptions& options, bool preview);
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    [[nodiscard]] store::Engine& engine() const { return engine_; }
    [[nodiscard]] const MigrationOptions& options() const { return options_; }
    [[nodiscard]] MigrationReport& report() { return report_; }
    [[nodiscard]] bool preview() const { return preview_; }
    [[nodiscard]] bool cancelled() const { return report_.cancelled; }

    /// Notes a source; call for all before the first part.
    void add_source(const TableSource& source);
    /// When a run first came to its end with the same file; nothing: none did.
    [[nodiscard]] std::optional<std::int64_t> read_at(const TableSource& source) const;
    /// "imported: mautic, leads row 12 of dump.sql, sha256:..." : evidence of level `imported`.
    [[nodiscard]] std::string reference(const TableSource& source, const std::string& table,
                                        std::uint64_t row) const;

    /// The part of this name, made at the first call. Valid for as long as the run.
    MigrationPart& part(const std::string& name);
    [[nodiscard]] bool has_part(const std::string& name) const;

    struct Steps {
        std::function<void()> begin = {};                ///< of each write transaction
        std::function<void(const TableRow&)> row = {};   ///< counts the row in the part
        std::function<void(const TableRow&)> fault = {}; ///< of one that cannot be read; may throw
        std::function<void()> end = {};                  ///< before each commit
        std::function<void()> drop = {};                 ///< statements go before a rollback
        std::int64_t subjects = 0;                       ///< new ones that a row may need: 0 or 1
        bool resumable = false;                          ///< done rows are not read twice
    };
    /// Every row of the cursor in batches, a transaction each (in a preview, all in the one there
    /// is). Rows that cannot be read are rejected here.
    void each_row(const std::string& part, TableCursor& cursor, const Steps& steps);

    /// Errc::invalid; in a preview it is told, and the preview goes on.
    void refuse(const std::string& why, const std::string& where);
    void reject(MigrationPart& part, const TableRow& row, std::string_view field,
                std::string_view kind, std::string_view reason);
    static void skip(MigrationPart& part, std::string_view reason);
    /// The row goes in, but for this value.
    void drop_value(MigrationPart& part, const TableRow& row, std::string_view field,
                    std::string_view kind, std::string_view reason);

    /// Reads a progress callback's answer.
    bool proceed(std::uint64_t done, std::uint64_t total);
    /// The run is over: its act in the ledger, its row; its progress goes. In no transaction, or in
    /// the preview's.
    MigrationReport finish();

  private:
    void run_batch(MigrationPart& part, TableCursor& cursor, const Steps& steps, bool& more);
    void sample(const MigrationPart& part, const TableRow& row, std::string_view field,
                std::string_view kind, std::string_view reason);
    [[nodiscard]] std::string run_key() const;
    [[nodiscard]] std::uint64_t load_progress(MigrationPart& part);
    void save_progress(const MigrationPart& part, std::uint64_t rows);

    store::Engine& engine_;
    const MigrationOptions& options_;
    bool preview_;
    MigrationReport report_;
    std::vector<std::unique_ptr<MigrationPart>> parts_;
    std::optional<subjects::RejectFile> rejects_;
    std::string key_; ///< empty: not resumable
    bool wrote_ = false;
};

} // namespace habeas::importers
