#include "subjects/csv_import.hpp"

#include "base/text.hpp"
#include "subjects/csv_mapping.hpp"
#include "subjects/rejects.hpp"
#include "subjects/row_writer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace habeas::subjects {
namespace {

constexpr std::size_t max_source_bytes = 255;
constexpr std::size_t max_consent_bytes = 255;
/// Reasons that carry something variable must not fill the memory.
constexpr std::size_t max_reasons = 200;

class ContactImport {
  public:
    ContactImport(store::Engine& engine, CsvInput input, const ImportOptions& options,
                  ConsentSink* sink)
        : engine_(engine), total_bytes_(input.bytes), options_(options), sink_(sink),
          reader_(std::move(input.read), csv_options(options)),
          source_(options.source.empty() ? "import:" + input.name : options.source) {
        Refusal why;
        if (!check_text(source_, false, max_source_bytes, why)) {
            throw refusal_error("source", why);
        }
        if (options.batch == 0) {
            throw Error(Errc::invalid, "a batch has at least one row", "batch");
        }
    }

    ImportReport run() {
        read_header();
        rejects_.emplace(engine_, options_.rejects_file);
        if (options_.dry_run) {
            run_dry();
        } else {
            run_batches();
        }
        rejects_->flush();
        return std::move(report_);
    }

  private:
    static base::CsvOptions csv_options(const ImportOptions& options) {
        base::CsvOptions out;
        out.delimiter = options.delimiter;
        out.windows1252 = options.windows1252;
        return out;
    }

    void read_header() {
        std::span<const base::CsvCell> header;
        if (!reader_.next(header)) {
            throw Error(Errc::invalid,
                        "line 1: the file is empty; its first line names the columns", "header");
        }
        fields_ = field_set(engine_, FieldOwner::subject);
        mapping_ = map_columns(header, options_, *fields_);
        if (!mapping_.consents.empty()) {
            if (sink_ == nullptr) {
                throw Error(Errc::unsupported, "consent columns cannot be imported here",
                            mapping_.consents.front());
            }
            sink_->begin(mapping_.consents);
        }
        bool identifies = std::any_of(
            mapping_.columns.begin(), mapping_.columns.end(), [](const MappedColumn& column) {
                return column.kind == MappedColumn::Kind::external ||
                       (column.kind == MappedColumn::Kind::field &&
                        (column.target == "email" || column.target == "phone"));
            });
        if (!identifies) {
            throw Error(Errc::invalid,
                        "no column gives an identifier: map one to email, phone or "
                        "external:<system>",
                        "columns");
        }
        report_.unmapped = mapping_.unmapped;
    }

    void run_dry() {
        {
            store::Engine::Write tx(engine_);
            while (!report_.cancelled && run_batch()) {
                report_progress();
            }
            writer_.reset(); // its statements go before the rollback
        }
        if (!engine_.db().in_transaction()) {
            // What spilled into the WAL was never committed, but its bytes are there.
            engine_.db().truncate_wal(std::chrono::milliseconds(0));
        }
    }

    void run_batches() {
        try {
            for (bool more = true; more && !report_.cancelled;) {
                reserve_ids();
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

    /// The ids of a batch, so that a rolled-back one does not give them out again.
    void reserve_ids() {
        // The shortest row that identifies anybody has some ten bytes.
        std::uint64_t left = total_bytes_ > reader_.bytes() ? total_bytes_ - reader_.bytes() : 0;
        std::uint64_t rows = total_bytes_ == 0 ? options_.batch : left / 10 + 1;
        engine_.reserve_ids(
            store::IdKind::subject,
            static_cast<std::int64_t>(std::min<std::uint64_t>(rows, options_.batch)));
    }

    /// The ledger has the act also of an import that ended early. Nothing to do if that fails too.
    void finish_early() noexcept {
        try {
            store::Engine::Write tx(engine_);
            record_act();
            tx.commit();
        } catch (...) { // the first error is the one to tell
        }
    }

    void record_act() {
        nlohmann::json evidence{{"rows", report_.rows},        {"created", report_.created},
                                {"updated", report_.updated},  {"unchanged", report_.unchanged},
                                {"skipped", report_.skipped},  {"rejected", report_.rejected},
                                {"consents", report_.consents}};
        engine_.record_act(EventKind::imported, evidence.dump());
    }

    void report_progress() {
        if (options_.progress && !options_.progress(reader_.bytes(), total_bytes_)) {
            report_.cancelled = true;
        }
    }

    /// In a write transaction. False: the file has no more rows.
    bool run_batch() {
        prepare_writer();
        for (std::size_t count = 0; count < options_.batch; ++count) {
            std::span<const base::CsvCell> row;
            try {
                if (!reader_.next(row)) {
                    return false;
                }
            } catch (const Error& error) {
                if (error.code() != Errc::invalid || reader_.failed()) {
                    throw;
                }
                ++report_.rows;
                reject(malformed(error));
                continue;
            }
            ++report_.rows;
            write_row(row);
        }
        return true;
    }

    /// "CSV line 5, column 7: reason": the place is no part of the reason.
    static RowFault malformed(const Error& error) {
        std::string_view reason = error.what();
        std::size_t place = reason.find(error.where() + ": ");
        if (place != std::string_view::npos) {
            reason.remove_prefix(place + error.where().size() + 2);
        }
        return {{}, "row", {std::string(reason), error.where()}, Errc::invalid};
    }

    /// Another process may have changed the fields between two batches.
    void prepare_writer() {
        if (writer_ && !writer_->stale()) {
            writer_->begin();
            return;
        }
        writer_.reset();
        fields_ = field_set(engine_, FieldOwner::subject);
        std::vector<const FieldInfo*> columns;
        for (MappedColumn& column : mapping_.columns) {
            if (column.kind != MappedColumn::Kind::field) {
                continue;
            }
            const FieldInfo* info = &require_field(*fields_, column.target);
            auto known = std::find(columns.begin(), columns.end(), info);
            column.slot = static_cast<std::size_t>(known - columns.begin());
            if (known == columns.end()) {
                columns.push_back(info);
            }
            column.format.list_separator = options_.list_separator;
        }
        writer_.emplace(engine_, fields_, std::move(columns),
                        RowWriter::Options{options_.on_match, options_.blank, false});
        writer_->begin();
    }

    void write_row(std::span<const base::CsvCell> row) {
        if (row.size() != mapping_.width) {
            reject({{},
                    "row",
                    {row.size() > mapping_.width ? "more cells than the header has columns"
                                                 : "fewer cells than the header has columns",
                     {}},
                    Errc::invalid});
            return;
        }
        if (!fill(row)) {
            return;
        }
        ConsentRow consent{consents_, time_, text_version_, reader_.line()};
        bool consenting = !consents_.empty();
        if (consenting) {
            if (auto fault = sink_->check(consent)) {
                RowFault why{fault->target, "consent", {fault->reason, {}}, Errc::invalid};
                if (fault->rejects_row) {
                    reject(why);
                    return;
                }
                note(why);
                consenting = false;
            }
        }
        RowOutcome outcome = writer_->upsert(row_source_.empty() ? source_ : row_source_);
        count(outcome);
        if (outcome == RowOutcome::rejected) {
            note(writer_->fault());
        } else if (consenting && outcome != RowOutcome::skipped) {
            report_.consents += sink_->record(writer_->id(), consent);
        }
    }

    void count(RowOutcome outcome) {
        switch (outcome) {
        case RowOutcome::created:
            ++report_.created;
            return;
        case RowOutcome::updated:
            ++report_.updated;
            return;
        case RowOutcome::unchanged:
            ++report_.unchanged;
            return;
        case RowOutcome::skipped:
            ++report_.skipped;
            return;
        case RowOutcome::rejected:
            ++report_.rejected;
            return;
        }
    }

    /// False: the row was rejected.
    bool fill(std::span<const base::CsvCell> row) {
        writer_->clear();
        consents_.clear();
        row_source_ = {};
        time_ = {};
        text_version_ = {};
        std::string_view country = options_.default_country;
        for (const MappedColumn& column : mapping_.columns) {
            std::string_view text = row[column.index].text;
            switch (column.kind) {
            case MappedColumn::Kind::field: {
                if (column.fallback && writer_->has_value(column.slot)) {
                    break;
                }
                Format format = column.format;
                format.default_country = country;
                if (!writer_->set_text(column.slot, text, format)) {
                    reject(writer_->fault(), column.index);
                    return false;
                }
                if (column.target == "country" && writer_->has_value(column.slot)) {
                    country = writer_->country();
                }
                break;
            }
            case MappedColumn::Kind::external:
                if (!base::trim(text).empty() &&
                    !writer_->add_identifier(IdentifierKind::external, column.target, text, {})) {
                    reject(writer_->fault(), column.index);
                    return false;
                }
                break;
            default:
                if (!fill_other(column, base::trim(text))) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Columns that are neither field nor identifier.
    bool fill_other(const MappedColumn& column, std::string_view text) {
        bool source = column.kind == MappedColumn::Kind::source;
        RowFault why{source ? "source" : column.target, source ? "text" : "consent", {}, {}};
        if (!check_text(text, false, source ? max_source_bytes : max_consent_bytes, why.why)) {
            reject(why, column.index);
            return false;
        }
        switch (column.kind) {
        case MappedColumn::Kind::source:
            row_source_ = text;
            break;
        case MappedColumn::Kind::consent_time:
            time_ = text;
            break;
        case MappedColumn::Kind::consent_text:
            text_version_ = text;
            break;
        default:
            if (!text.empty()) {
                consents_.push_back({column.slot, column.target, text});
            }
        }
        return true;
    }

    void reject(const RowFault& fault, std::optional<std::size_t> index = {}) {
        ++report_.rejected;
        note(fault, index);
    }

    /// Into the rejects file and the reasons of the report.
    void note(const RowFault& fault, std::optional<std::size_t> index = {}) {
        if (!index) {
            index = column_of(fault.field);
        }
        rejects_->add(reader_.line(), index ? *index + 1 : 0, fault.field, fault.kind,
                      fault.why.text());
        auto known = report_.reasons.find(fault.why.reason);
        if (known == report_.reasons.end() && report_.reasons.size() >= max_reasons) {
            ++report_.reasons["other reasons"];
        } else {
            ++report_.reasons[fault.why.reason];
        }
    }

    [[nodiscard]] std::optional<std::size_t> column_of(std::string_view field) const {
        static constexpr std::string_view external = "external:";
        for (const MappedColumn& column : mapping_.columns) {
            bool same =
                column.kind == MappedColumn::Kind::external
                    ? field.starts_with(external) && field.substr(external.size()) == column.target
                    : !column.target.empty() && column.target == field;
            if (same) {
                return column.index;
            }
        }
        return std::nullopt;
    }

    store::Engine& engine_;
    std::uint64_t total_bytes_;
    const ImportOptions& options_;
    ConsentSink* sink_;
    base::CsvReader reader_;
    std::string source_;
    std::shared_ptr<const FieldSet> fields_;
    Mapping mapping_;
    std::optional<RejectFile> rejects_;
    std::optional<RowWriter> writer_;
    ImportReport report_;
    bool committed_ = false;
    // Of the current row; views into the reader's buffer.
    std::vector<ConsentCell> consents_;
    std::string_view row_source_, time_, text_version_;
};

} // namespace

ImportReport import_contacts(store::Engine& engine, CsvInput input, const ImportOptions& options,
                             ConsentSink* sink) {
    return ContactImport(engine, std::move(input), options, sink).run();
}

CsvInput open_csv(const std::string& path) {
    std::error_code ignored;
    auto bytes = std::filesystem::file_size(path, ignored);
    return {base::read_file(path), ignored ? 0 : static_cast<std::uint64_t>(bytes),
            std::filesystem::path(path).filename().string()};
}

} // namespace habeas::subjects
