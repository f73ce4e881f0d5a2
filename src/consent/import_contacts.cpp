// Contacts from CSV with the columns that are declared as consent. A contact alone is no consent.
#include "consent/event_writer.hpp"
#include "consent/evidence.hpp"
#include "subjects/csv_import.hpp"
#include "subjects/numbers.hpp"

#include <algorithm>

namespace habeas {
namespace consent {
namespace {

constexpr const char no_words[] =
    "no consent: write granted, refused, withdrawn, requested, expired, yes (granted) or no "
    "(refused)";

std::optional<EventKind> cell_act(std::string_view text) {
    if (auto answer = subjects::yes_or_no(text)) {
        return *answer ? EventKind::granted : EventKind::refused;
    }
    return consent_act(text);
}

class ConsentColumns : public subjects::ConsentSink {
  public:
    ConsentColumns(store::Engine& engine, const ImportOptions& options)
        : engine_(engine), writer_(engine), options_(options) {}

    void begin(const std::vector<std::string>& targets) override {
        Evidence fixed = evidence(0);
        try {
            check_evidence(fixed);
        } catch (const Error& error) {
            throw Error(error.code(), "consent_document: " + event_fault(error).reason,
                        "consent_document");
        }
        store::Engine::Read snapshot(engine_);
        auto purposes = catalogue(engine_);
        for (const std::string& target : targets) {
            targets_.push_back(parse(*purposes, target));
        }
    }

    void begin_batch() override { writer_.begin(); }
    void end_batch() override { writer_.finish(); }

    std::optional<subjects::ConsentFault> check(const subjects::ConsentRow& row) override {
        events_.clear();
        for (const subjects::ConsentCell& cell : row.cells) {
            if (!cell_act(cell.text)) {
                return fault(cell.target, no_words);
            }
        }
        if (row.time.empty()) {
            subjects::ConsentFault why = fault(
                row.cells.front().target, options_.consent_time_column.empty()
                                              ? "consent not recorded: no column gives its time"
                                              : "consent not recorded: its time is blank");
            why.rejects_row = false;
            return why;
        }
        std::int64_t at = 0;
        subjects::Refusal why;
        if (!subjects::parse_datetime(row.time, subjects::Format::Dates::iso, at, why)) {
            return fault("consent_time", why.reason);
        }
        auto text = text_number(row.text_version);
        if (!text) {
            return fault("consent_text", "no number of a text version");
        }
        for (const subjects::ConsentCell& cell : row.cells) {
            if (auto refused = prepare(cell, from_ms(at), *text)) {
                return refused;
            }
        }
        return std::nullopt;
    }

    std::uint64_t record(SubjectId subject, const subjects::ConsentRow& /*row*/) override {
        std::uint64_t added = 0;
        for (PreparedEvent& event : events_) { // of the row that was checked last: this one
            added += writer_.add(subject, event) ? 1 : 0;
        }
        return added;
    }

  private:
    struct Target {
        std::string purpose;
        Channel channel = Channel::any;
    };

    static subjects::ConsentFault fault(std::string_view target, std::string reason) {
        return {std::string(target), std::move(reason), true};
    }

    /// "consent.<purpose>.<channel>"
    static Target parse(const Catalogue& purposes, const std::string& target) {
        std::string_view rest(target);
        rest.remove_prefix(std::min(rest.size(), std::string_view("consent.").size()));
        std::size_t dot = rest.find('.');
        auto over =
            dot == std::string_view::npos ? std::nullopt : habeas::channel(rest.substr(dot + 1));
        if (!over) {
            throw Error(Errc::invalid,
                        "a column is mapped to " + target +
                            "; write consent.<purpose>.<channel> with email, sms, phone, post, "
                            "push, web, internal or any",
                        target);
        }
        const PurposeHistory* purpose = purposes.find(rest.substr(0, dot));
        if (purpose == nullptr || purpose->versions.empty()) {
            throw Error(Errc::not_found,
                        "a column is mapped to " + target +
                            ", but no such purpose is declared; define it first",
                        target);
        }
        const auto& channels = present_definition(*purpose)->channels;
        if (*over != Channel::any &&
            std::find(channels.begin(), channels.end(), *over) == channels.end()) {
            throw Error(Errc::invalid,
                        "a column is mapped to " + target +
                            ", but the purpose does not name this channel",
                        target);
        }
        return {purpose->code, *over};
    }

    [[nodiscard]] Evidence evidence(std::int32_t text) const {
        Evidence out;
        out.method = "import";
        out.text_version = text;
        out.document = options_.consent_document;
        return out;
    }

    std::optional<subjects::ConsentFault> prepare(const subjects::ConsentCell& cell, Time at,
                                                  std::int32_t text) {
        const Target& target = targets_.at(cell.slot);
        ConsentEvent event;
        event.kind = *cell_act(cell.text);
        event.purpose = target.purpose;
        event.channel = target.channel;
        event.effective_at = at;
        event.evidence = evidence(text);
        try {
            events_.push_back(writer_.prepare(event));
        } catch (const Error& error) {
            if (error.code() != Errc::invalid && error.code() != Errc::not_found) {
                throw;
            }
            EventFault why = event_fault(error);
            return fault(why.field == "at"             ? "consent_time"
                         : why.field == "text_version" ? "consent_text"
                                                       : cell.target,
                         why.reason);
        }
        return std::nullopt;
    }

    store::Engine& engine_;
    EventWriter writer_;
    const ImportOptions& options_;
    std::vector<Target> targets_;
    std::vector<PreparedEvent> events_;
};

ImportReport import_with_consents(store::Engine& engine, subjects::CsvInput input,
                                  const ImportOptions& options) {
    ConsentColumns sink(engine, options);
    return subjects::import_contacts(engine, std::move(input), options, &sink);
}

} // namespace
} // namespace consent

ImportReport Import::contacts(const std::string& path, const ImportOptions& options) {
    return consent::import_with_consents(*engine_, subjects::open_csv(path), options);
}

ImportReport Import::contacts_text(std::string_view csv, const ImportOptions& options) {
    return consent::import_with_consents(*engine_, {base::read_memory(csv), csv.size(), "text"},
                                         options);
}

} // namespace habeas
