#include "subjects/csv_run.hpp"

#include "base/json_members.hpp"
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace habeas::subjects {
namespace {

/// Reasons that carry something variable must not fill the memory.
constexpr std::size_t max_reasons = 200;

base::CsvOptions csv_options(const ImportOptions& options) {
    base::CsvOptions out;
    out.delimiter = options.delimiter;
    out.windows1252 = options.windows1252;
    return out;
}

/// "CSV line 5, column 7: reason": the place is no part of the reason.
RowFault malformed(const Error& error) {
    std::string_view reason = error.what();
    std::size_t place = reason.find(error.where() + ": ");
    if (place != std::string_view::npos) {
        reason.remove_prefix(place + error.where().size() + 2);
    }
    return {{}, "row", {std::string(reason), error.where()}, Errc::invalid};
}

} // namespace

CsvInput open_csv(const std::string& path) {
    std::error_code ignored;
    auto bytes = std::filesystem::file_size(path, ignored);
    return {base::read_file(path), ignored ? 0 : static_cast<std::uint64_t>(bytes),
            std::filesystem::path(path).filename().string()};
}

CsvRun::CsvRun(store::Engine& engine, CsvInput input, const ImportOptions& options)
    : engine_(engine), total_bytes_(input.bytes), options_(options),
      reader_(std::move(input.read), csv_options(options)), name_(std::move(input.name)) {
    if (options.batch == 0) {
        throw Error(Errc::invalid, "a batch has at least one row", "batch");
    }
}

ImportReport CsvRun::run() {
    Row header;
    if (!reader_.next(header)) {
        throw Error(Errc::invalid, "line 1: the file is empty; its first line names the columns",
                    "header");
    }
    width_ = header.size();
    map(header);
    rejects_.emplace(engine_, options_.rejects_file);
    if (options_.dry_run) {
        run_dry();
    } else {
        run_batches();
    }
    rejects_->flush();
    return std::move(report_);
}

void CsvRun::run_dry() {
    {
        store::Engine::Write tx(engine_);
        while (!report_.cancelled && run_batch()) {
            report_progress();
        }
        drop_statements();
    }
    if (!engine_.db().in_transaction()) {
        // What spilled into the WAL was never committed, but its bytes are there.
        engine_.db().truncate_wal(std::chrono::milliseconds(0));
    }
}

void CsvRun::run_batches() {
    try {
        for (bool more = true; more && !report_.cancelled;) {
            before_batch(rows_ahead());
            store::Engine::Write tx(engine_);
            more = run_batch();
            if (!more) {
                record_act();
            }
            tx.commit();
            committed_ = true;
            report_progress();
            if (report_.cancelled && more) {
                finish_early();
            }
        }
    } catch (...) {
        if (committed_) {
            finish_early();
        }
        throw;
    }
}

std::uint64_t CsvRun::rows_ahead() const {
    // The shortest row that identifies anybody has some ten bytes.
    std::uint64_t left = total_bytes_ > reader_.bytes() ? total_bytes_ - reader_.bytes() : 0;
    std::uint64_t rows = total_bytes_ == 0 ? options_.batch : left / 10 + 1;
    return std::min<std::uint64_t>(rows, options_.batch);
}

/// The ledger has the act also of an import that ended early. Nothing to do if that fails too.
void CsvRun::finish_early() noexcept {
    try {
        store::Engine::Write tx(engine_);
        record_act();
        tx.commit();
    } catch (...) { // the first error is the one to tell
    }
}

void CsvRun::record_act() {
    nlohmann::json evidence =
        base::object_of("rows", report_.rows, "created", report_.created, "updated",
                        report_.updated, "unchanged", report_.unchanged, "skipped", report_.skipped,
                        "rejected", report_.rejected, "consents", report_.consents);
    engine_.record_act(EventKind::imported, evidence.dump());
}

void CsvRun::report_progress() {
    if (options_.progress && !options_.progress(reader_.bytes(), total_bytes_)) {
        report_.cancelled = true;
    }
}

/// In a write transaction. False: the file has no more rows.
bool CsvRun::run_batch() {
    begin_batch();
    bool more = true;
    for (std::size_t count = 0; more && count < options_.batch; ++count) {
        Row row;
        try {
            more = reader_.next(row);
        } catch (const Error& error) {
            if (error.code() != Errc::invalid || reader_.failed()) {
                throw;
            }
            ++report_.rows;
            reject(malformed(error));
            continue;
        }
        if (more) {
            read_row(row);
        }
    }
    end_batch();
    return more;
}

void CsvRun::read_row(Row row) {
    ++report_.rows;
    if (row.size() == width_) {
        write(row);
        return;
    }
    reject({{},
            "row",
            {row.size() > width_ ? "more cells than the header has columns"
                                 : "fewer cells than the header has columns",
             {}},
            Errc::invalid});
}

void CsvRun::reject(const RowFault& fault, std::optional<std::size_t> column) {
    ++report_.rejected;
    note(fault, column);
}

void CsvRun::note(const RowFault& fault, std::optional<std::size_t> column) {
    if (!column) {
        column = column_of(fault.field);
    }
    rejects_->add(reader_.line(), column ? *column + 1 : 0, fault.field, fault.kind,
                  fault.why.text());
    auto known = report_.reasons.find(fault.why.reason);
    if (known == report_.reasons.end() && report_.reasons.size() >= max_reasons) {
        ++report_.reasons["other reasons"];
    } else {
        ++report_.reasons[fault.why.reason];
    }
}

} // namespace habeas::subjects
