// Double opt-in: what was asked for counts once the owner of the address confirms it.
#pragma once

#include "habeas/consent.hpp"
#include "habeas/outbox.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class OptinId : std::int64_t {}; ///< never used twice

enum class OptinState : std::uint8_t {
    waiting,   ///< for the click
    confirmed, ///< what was asked for is granted
    expired,   ///< nobody confirmed in time
    cancelled
};
std::string_view optin_state_name(OptinState state) noexcept;
std::optional<OptinState> optin_state(std::string_view name) noexcept;

/// Who confirms, as far as it is evidence: the address is truncated before it is kept.
struct OptinContext {
    std::string ip, user_agent;
};

struct OptinInput {
    SubjectId subject{};
    /// What is asked: kind, subject and effective_at are filled in. Each names its purpose, its
    /// channel, the text version and the language that were shown.
    std::vector<ConsentEvent> consents;
    std::string language;         ///< of the mail and the page; empty: that of the first consent
    std::string message_template; ///< of a purpose of kind confirmation; empty: no mail, see resend
    std::string data;             ///< for the template: JSON object or empty
};

struct Optin {
    OptinId id{};
    SubjectId subject{};
    OptinState state = OptinState::waiting;
    std::string language, message_template;
    std::vector<ConsentEvent> consents; ///< the events of kind requested, as they were recorded
    std::vector<EventId> granted;       ///< once confirmed: the events that answer them, in order
    int mails = 0;                      ///< queued so far
    /// Why there was no mail: "already_asked" (the address has one that nobody confirmed),
    /// "no_address", "no_template", or the reason code of the decision that refused it.
    std::string withheld;
    MessageId message{}; ///< the last mail; 0: none
    Time requested_at{}, expires_at{};
    std::optional<Time> last_mail_at, closed_at;
    bool operator==(const Optin&) const = default;
};

struct OptinFilter {
    std::optional<OptinState> state;
    std::optional<SubjectId> subject;
    std::size_t limit = 100;
    OptinId after{}; ///< in order of id, after this one
};

/// Forms use it by themselves; a host that asks by its own pages uses `ask`.
class Optins {
  public:
    explicit Optins(Store& store) : engine_(&store.engine()) {}
    explicit Optins(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// Records what is asked (events of kind requested) and queues the mail with data.token and
    /// data.confirm_url. **An address that did not confirm gets no second mail** because somebody
    /// types it in again: not before the time of the setting "optin_quiet" (P30D) is over. The
    /// request stands all the same, and its mail goes when the address confirms another one.
    /// Errc::invalid, not_found, subject_unknown, erased.
    Optin ask(const OptinInput& input);
    /// Would this token count now, or has it counted? For the page that shows the button.
    [[nodiscard]] std::optional<Optin> look_up(std::string_view token) const;
    /// For a POST, never a GET: mail scanners open links. Grants what was asked, with the request
    /// and the mail as evidence, and takes the address off the suppression list where it stood
    /// there (the person's own later act). The same token again changes nothing and gives the same
    /// answer. Nothing: wrong, expired, cancelled, tried too often, or the address is no longer the
    /// person's.
    std::optional<Optin> confirm(std::string_view token, const OptinContext& context = {});
    /// The host vouches for the confirmation (a click that reached it otherwise): `by` says who and
    /// how. Errc::conflict unless it waits.
    Optin vouch(OptinId id, const std::string& by);
    /// Another mail with a new token; the former one no longer counts. At most twice, not within
    /// five minutes of the last, and never after the end. Errc::conflict, denied.
    Optin resend(OptinId id);
    /// The token no longer counts. Errc::conflict unless it waits.
    void cancel(OptinId id);

    [[nodiscard]] Optin get(OptinId id) const; ///< Errc::not_found
    [[nodiscard]] std::vector<Optin> list(const OptinFilter& filter = {}) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas
