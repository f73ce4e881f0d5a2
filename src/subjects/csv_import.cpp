#include "subjects/csv_import.hpp"

#include "base/text.hpp"
#include "subjects/csv_mapping.hpp"

#include <algorithm>

namespace habeas::subjects {
namespace {

constexpr std::size_t max_consent_bytes = 255;

class ContactImport : public CsvRun {
  public:
    ContactImport(store::Engine& engine, CsvInput input, const ImportOptions& options,
                  ConsentSink* sink)
        : CsvRun(engine, std::move(input), options), sink_(sink),
          source_(options.source.empty() ? "import:" + name() : options.source) {
        Refusal why;
        if (!check_text(source_, false, max_source_bytes, why)) {
            throw refusal_error("source", why);
        }
    }

  private:
    void map(Row header) override {
        fields_ = field_set(engine(), FieldOwner::subject);
        mapping_ = map_columns(header, options(), *fields_);
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
        report().unmapped = mapping_.unmapped;
    }

    /// The ids of a batch, so that a rolled-back one does not give them out again.
    void before_batch(std::uint64_t rows) override {
        engine().reserve_ids(store::IdKind::subject, static_cast<std::int64_t>(rows));
    }

    void begin_batch() override {
        prepare_writer();
        if (!mapping_.consents.empty()) {
            sink_->begin_batch();
        }
    }

    /// Another process may have changed the fields between two batches.
    void prepare_writer() {
        if (writer_ && !writer_->stale()) {
            writer_->begin();
            return;
        }
        writer_.reset();
        fields_ = field_set(engine(), FieldOwner::subject);
        for (MappedColumn& column : mapping_.columns) {
            column.format.list_separator = options().list_separator;
        }
        writer_.emplace(engine(), fields_, give_slots(mapping_.columns, *fields_),
                        RowWriter::Options{options().on_match, options().blank, false});
        writer_->begin();
    }

    void end_batch() override {
        if (!mapping_.consents.empty()) {
            sink_->end_batch();
        }
    }

    void drop_statements() override { writer_.reset(); }

    void write(Row row) override {
        if (!fill(row)) {
            return;
        }
        ConsentRow consent{consents_, time_, text_version_, line()};
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
            report().consents += sink_->record(writer_->id(), consent);
        }
    }

    void count(RowOutcome outcome) {
        switch (outcome) {
        case RowOutcome::created:
            ++report().created;
            return;
        case RowOutcome::updated:
            ++report().updated;
            return;
        case RowOutcome::unchanged:
            ++report().unchanged;
            return;
        case RowOutcome::skipped:
            ++report().skipped;
            return;
        case RowOutcome::rejected:
            ++report().rejected;
            return;
        }
    }

    /// False: the row was rejected.
    bool fill(Row row) {
        writer_->clear();
        consents_.clear();
        row_source_ = {};
        time_ = {};
        text_version_ = {};
        std::string_view country = options().default_country;
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

    [[nodiscard]] std::optional<std::size_t> column_of(std::string_view field) const override {
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

    ConsentSink* sink_;
    std::string source_;
    std::shared_ptr<const FieldSet> fields_;
    Mapping mapping_;
    std::optional<RowWriter> writer_;
    // Of the current row; views into the reader's buffer.
    std::vector<ConsentCell> consents_;
    std::string_view row_source_, time_, text_version_;
};

} // namespace

ImportReport import_contacts(store::Engine& engine, CsvInput input, const ImportOptions& options,
                             ConsentSink* sink) {
    return ContactImport(engine, std::move(input), options, sink).run();
}

} // namespace habeas::subjects
