// What every import from CSV does the same: batches, dry run, rejects, progress, and the act in the
// ledger. What a row means is the business of who derives from it.
#pragma once

#include "base/csv.hpp"
#include "habeas/import.hpp"
#include "store/engine.hpp"
#include "subjects/rejects.hpp"
#include "subjects/row_writer.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace habeas::subjects {

struct CsvInput {
    base::ReadBytes read;
    std::uint64_t bytes = 0; ///< in all, for progress; 0: unknown
    std::string name;        ///< file name without folder, for the source of new subjects
};

/// A file as input: name and size.
CsvInput open_csv(const std::string& path);

class CsvRun {
  public:
    CsvRun(const CsvRun&) = delete;
    CsvRun& operator=(const CsvRun&) = delete;
    virtual ~CsvRun() = default;
    ImportReport run();

  protected:
    using Row = std::span<const base::CsvCell>;

    /// Errc::invalid for options that cannot be.
    CsvRun(store::Engine& engine, CsvInput input, const ImportOptions& options);

    /// The first line. Throws for a mapping that names nothing.
    virtual void map(Row header) = 0;
    /// Outside of the batch's transaction. `rows`: at most so many.
    virtual void before_batch(std::uint64_t /*rows*/) {}
    // Inside of it: once, for each row of the header's width, and once before the commit.
    virtual void begin_batch() = 0;
    virtual void write(Row row) = 0;
    virtual void end_batch() {}
    /// Statements go before what a dry run did is rolled back.
    virtual void drop_statements() {}
    /// Where a field of a reject stands.
    [[nodiscard]] virtual std::optional<std::size_t> column_of(std::string_view field) const = 0;

    void reject(const RowFault& fault, std::optional<std::size_t> column = {});
    /// Into the rejects file and the reasons of the report, without counting a row as rejected.
    void note(const RowFault& fault, std::optional<std::size_t> column = {});

    [[nodiscard]] store::Engine& engine() { return engine_; }
    [[nodiscard]] const ImportOptions& options() const { return options_; }
    [[nodiscard]] ImportReport& report() { return report_; }
    [[nodiscard]] const std::string& name() const { return name_; } ///< of the input
    [[nodiscard]] std::uint64_t line() const { return reader_.line(); }

  private:
    void run_dry();
    void run_batches();
    bool run_batch();
    void read_row(Row row);
    void finish_early() noexcept;
    void record_act();
    void report_progress();
    [[nodiscard]] std::uint64_t rows_ahead() const;

    store::Engine& engine_;
    std::uint64_t total_bytes_;
    const ImportOptions& options_;
    base::CsvReader reader_;
    std::string name_;
    std::size_t width_ = 0;
    std::optional<RejectFile> rejects_;
    ImportReport report_;
    bool committed_ = false;
};

} // namespace habeas::subjects
