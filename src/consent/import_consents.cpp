// A file of consent events, each with its evidence. Whoever is not known already gets none.
#include "base/contact.hpp"
#include "base/text.hpp"
#include "consent/consent_columns.hpp"
#include "consent/event_writer.hpp"
#include "subjects/csv_run.hpp"
#include "subjects/identifiers.hpp"
#include "subjects/numbers.hpp"

#include <algorithm>
#include <array>

namespace habeas {
namespace consent {
namespace {

class ConsentImport : public subjects::CsvRun {
  public:
    ConsentImport(store::Engine& engine, subjects::CsvInput input, const ImportOptions& options)
        : CsvRun(engine, std::move(input), options), writer_(engine),
          country_(options.default_country.empty() ? subjects::default_country(engine)
                                                   : options.default_country) {}

  private:
    void map(Row header) override {
        columns_ = map_consent_columns(header, options(), report().unmapped);
    }

    void begin_batch() override {
        writer_.begin();
        keys_.emplace(engine());
    }
    void end_batch() override { writer_.finish(); }

    void write(Row row) override {
        event_ = ConsentEvent{};
        event_.evidence.document = options().consent_document;
        for (const ConsentColumn& column : columns_) {
            std::string_view text = base::trim(row[column.index].text);
            subjects::Refusal why;
            bool good = subjects::check_text(text, false, subjects::max_text_bytes, why) &&
                        (column.identifies() || read(column, text, why));
            if (!good) {
                refuse(column, std::move(why));
                return;
            }
        }
        std::optional<PreparedEvent> prepared = prepare();
        if (!prepared) {
            return;
        }
        std::optional<SubjectId> subject = find_subject(row);
        if (!subject) {
            return;
        }
        if (writer_.add(*subject, *prepared)) {
            ++report().consents;
        } else {
            ++report().unchanged;
        }
    }

    /// False: refused, see `why`.
    bool read(const ConsentColumn& column, std::string_view text, subjects::Refusal& why) {
        switch (column.what) {
        case ConsentColumn::What::purpose:
            return read_purpose(text, why);
        case ConsentColumn::What::channel:
            return read_channel(text, why);
        case ConsentColumn::What::action:
            return read_action(text, why);
        case ConsentColumn::What::at:
            return read_time(column, text, why);
        case ConsentColumn::What::text_version:
            return read_text_version(text, why);
        case ConsentColumn::What::language:
            return read_language(text, why);
        case ConsentColumn::What::flag:
            return read_flag(event_.evidence.*column.flag, text, why);
        case ConsentColumn::What::text:
            if (!text.empty()) { // a blank leaves consent_document
                event_.evidence.*column.text = text;
            }
            return true;
        default:
            return true;
        }
    }

    static bool refused(subjects::Refusal& why, const char* reason) {
        why.reason = reason;
        return false;
    }

    bool read_purpose(std::string_view text, subjects::Refusal& why) {
        const PurposeHistory* purpose = writer_.purposes().find(text);
        if (purpose == nullptr || purpose->versions.empty()) {
            return refused(why, text.empty() ? "blank; name the purpose"
                                             : "no such purpose is declared");
        }
        event_.purpose = text;
        return true;
    }

    bool read_channel(std::string_view text, subjects::Refusal& why) {
        auto found = habeas::channel(text);
        event_.channel = found.value_or(Channel::any);
        return found || refused(why, "no channel; write email, sms, phone, post, push, web, "
                                     "internal or any");
    }

    bool read_action(std::string_view text, subjects::Refusal& why) {
        auto found = consent_act(text);
        event_.kind = found.value_or(EventKind::granted);
        return found ||
               refused(why, "no action; write requested, granted, refused, withdrawn or expired");
    }

    bool read_time(const ConsentColumn& column, std::string_view text, subjects::Refusal& why) {
        if (text.empty()) {
            return refused(why, "blank; no consent without its time");
        }
        std::int64_t at = 0;
        if (!subjects::parse_datetime(text, column.dates, at, why)) {
            return false;
        }
        event_.effective_at = from_ms(at);
        return true;
    }

    bool read_text_version(std::string_view text, subjects::Refusal& why) {
        auto number = text_number(text);
        event_.evidence.text_version = number.value_or(0);
        return number || refused(why, "no number of a text version");
    }

    bool read_language(std::string_view text, subjects::Refusal& why) {
        try {
            if (!text.empty()) {
                event_.evidence.language = base::normalise_language(text);
            }
            return true;
        } catch (const Error& error) {
            subjects::refusal_from(error, why);
            return false;
        }
    }

    static bool read_flag(bool& flag, std::string_view text, subjects::Refusal& why) {
        auto answer = subjects::yes_or_no(text);
        flag = answer.value_or(false);
        return answer || text.empty() ||
               refused(why, "not yes or no; write 1, true, yes or 0, false, no");
    }

    /// Nothing: the row was rejected.
    std::optional<PreparedEvent> prepare() {
        try {
            return writer_.prepare(event_);
        } catch (const Error& error) {
            if (error.code() != Errc::invalid && error.code() != Errc::not_found) {
                throw;
            }
            EventFault why = event_fault(error);
            auto column = std::find_if(columns_.begin(), columns_.end(),
                                       [&](const auto& each) { return each.name == why.field; });
            reject({why.field,
                    std::string(column == columns_.end() ? "consent" : column->kind()),
                    {why.reason, {}},
                    error.code()});
            return std::nullopt;
        }
    }

    /// Every identifier that the row names must be of one subject: a consent is nobody else's.
    /// Nothing: the row was rejected.
    std::optional<SubjectId> find_subject(Row row) {
        std::optional<SubjectId> subject;
        subjects::Format format;
        format.default_country = country_;
        for (const ConsentColumn& column : columns_) {
            if (!column.identifies() || base::trim(row[column.index].text).empty()) {
                continue;
            }
            subjects::Refusal why;
            if (!subjects::normalise_into(column.identifier, column.system, row[column.index].text,
                                          format, identifier_, why)) {
                refuse(column, std::move(why));
                return std::nullopt;
            }
            auto found = subjects::find(engine(), *keys_, identifier_);
            if (!found || (subject && *subject != *found)) {
                refuse(column, {found ? "identifiers of different subjects"
                                      : "nobody in this store has it; import the contact first",
                                {}});
                return std::nullopt;
            }
            subject = found;
        }
        if (!subject) {
            reject({{}, "row", {"no identifier: the columns that say who are blank", {}}, {}});
        }
        return subject;
    }

    void refuse(const ConsentColumn& column, subjects::Refusal why) {
        reject({column.name, std::string(column.kind()), std::move(why), Errc::invalid},
               column.index);
    }

    [[nodiscard]] std::optional<std::size_t> column_of(std::string_view field) const override {
        auto column = std::find_if(columns_.begin(), columns_.end(),
                                   [&](const auto& each) { return each.name == field; });
        return column == columns_.end() ? std::nullopt : std::optional(column->index);
    }

    EventWriter writer_;
    std::string country_;
    std::vector<ConsentColumn> columns_;
    std::optional<subjects::IdentifierKeys> keys_;
    // Of the current row.
    ConsentEvent event_;
    subjects::NormalIdentifier identifier_;
};

} // namespace
} // namespace consent

ImportReport Import::consents(const std::string& path, const ImportOptions& options) {
    return consent::ConsentImport(*engine_, subjects::open_csv(path), options).run();
}

ImportReport Import::consents_text(std::string_view csv, const ImportOptions& options) {
    return consent::ConsentImport(*engine_, {base::read_memory(csv), csv.size(), "text"}, options)
        .run();
}

} // namespace habeas
