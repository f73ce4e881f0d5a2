// Opt-outs of another platform: on the suppression list and in the ledger before anybody is
// written, and known to the run, so that no consent of the same input stands against them.
#pragma once

#include "consent/event_writer.hpp"
#include "consent/suppression.hpp"
#include "importers/run.hpp"
#include "subjects/identifiers.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace habeas::importers {

struct OptOut {
    enum class Kind : std::uint8_t { objection, bounce, complaint } kind = Kind::objection;
    Channel channel = Channel::email;
    std::string purpose;            ///< empty: all marketing
    std::optional<std::int64_t> at; ///< ms; empty, or ahead of the clock: now
    bool operator==(const OptOut&) const = default;
};

/// What the input says of one address.
struct SaidNo {
    std::set<Channel> channels;     ///< no marketing over these
    std::set<std::string> purposes; ///< nothing for these
    std::vector<OptOut> each;       ///< as they were said, bounces too
    [[nodiscard]] bool any() const { return !channels.empty() || !purposes.empty(); }
    [[nodiscard]] bool to(const std::string& purpose, Channel channel) const {
        return purposes.contains(purpose) || channels.contains(channel) ||
               channels.contains(Channel::any) || (channel == Channel::any && !channels.empty());
    }
};

/// A row of opt-outs that cannot be read, or does not say whom it means, would leave somebody
/// mailable: the run is refused.
void refuse_opt_out(Run& run, const TableSource& source, const TableRow& row,
                    std::string_view fault);

class OptOuts {
  public:
    explicit OptOuts(Run& run);

    /// Opt-outs that follow are of this source.
    void read_from(const TableSource& source);
    /// A table that has nothing else, before anybody is written; `row` counts what it is given in
    /// the part of the table's name. A row that cannot be read refuses the run.
    void read_table(TableSource& source, const std::string& table,
                    const std::vector<std::string>& columns,
                    const std::function<void(MigrationPart&, const TableRow&)>& row);
    void begin_batch();
    void end_batch();
    /// In a batch. Every identifier is listed. True: something new was written. False: all of it is
    /// known already, or the person ended it since.
    bool add(std::span<const subjects::NormalIdentifier> identifiers, const OptOut& opt_out,
             const std::string& reference);

    /// What the input said so far of any of these.
    [[nodiscard]] SaidNo said(std::span<const subjects::NormalIdentifier> identifiers);
    /// Was somebody with one of these erased here, and wants nothing any more?
    [[nodiscard]] bool erased(std::span<const subjects::NormalIdentifier> identifiers);

    /// False: refused, see `why`. `country`: of a phone number in national form, a code or an
    /// English name; else the run's.
    [[nodiscard]] bool normalise(IdentifierKind kind, std::string_view system,
                                 std::string_view typed, std::string_view country,
                                 subjects::NormalIdentifier& out, subjects::Refusal& why) const;

  private:
    bool add_event(SubjectId subject, const OptOut& opt_out, std::int64_t at,
                   const std::string& reference);
    /// When it has effect there.
    [[nodiscard]] std::optional<std::int64_t>
    in_ledger(SubjectId subject, const ConsentEvent& event, const std::string& reference);
    [[nodiscard]] bool reopened_since(SubjectId subject, std::int64_t at);
    const std::vector<store::HashRef>& hashes(const subjects::NormalIdentifier& identifier);

    Run& run_;
    consent::EventWriter writer_;
    std::optional<subjects::IdentifierKeys> keys_;
    std::string country_;
    std::optional<std::int64_t> read_at_; ///< when an earlier run read the same source
    std::vector<store::HashRef> hashes_;
    std::map<base::Hash128, SaidNo> said_;
};

} // namespace habeas::importers
