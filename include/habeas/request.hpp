// Requests of data subjects (GDPR arts. 12, 15 to 22): received, checked, answered, provable.
#pragma once

#include "habeas/consent.hpp"
#include "habeas/deadline.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace habeas {

enum class RequestId : std::int64_t {};

enum class RequestKind : std::uint8_t {
    access,             ///< art. 15
    portability,        ///< art. 20
    rectification,      ///< art. 16
    erasure,            ///< art. 17
    restriction,        ///< art. 18
    objection,          ///< art. 21
    withdrawal,         ///< art. 7(3)
    automated_decisions ///< art. 22
};
enum class RequestState : std::uint8_t {
    received,       ///< nothing personal is done for it yet
    identity_asked, ///< a token is on its way
    verified,       ///< by the token, or the host vouched
    in_progress,
    extended, ///< the person was told within the first month why it takes longer (art. 12(3))
    // Closed:
    fulfilled,
    partly_fulfilled, ///< with a ground for the rest
    refused,          ///< with a ground (art. 12(4), (5), 17(3))
    withdrawn,        ///< by the person
    expired           ///< nobody confirmed it in time
};
std::string_view request_kind_name(RequestKind kind) noexcept;
std::optional<RequestKind> request_kind(std::string_view name) noexcept;
std::string_view request_state_name(RequestState state) noexcept;

struct Request {
    RequestId id{};
    SubjectId subject{}; ///< after an erasure the number alone; 0: nobody known
    /// Of somebody unknown, while it is open: where the token and the answer go.
    std::optional<Identifier> contact;
    RequestKind kind = RequestKind::access;
    RequestState state = RequestState::received;
    std::string origin;     ///< where it came from: "form:forget", "api"
    std::string vouched_by; ///< who answers for the identity, and how; empty: the token
    std::string ground;     ///< of a refusal, in whole or in part
    std::int32_t extension_months = 0;
    Time received_at{};
    std::optional<Time> asked_at; ///< for the identity, the first time
    std::optional<Time> verified_at, extended_at, closed_at, token_expires_at;
    std::optional<Time> lifting_announced_at, lifted_at; ///< of a restriction
    bool operator==(const Request&) const = default;
};
/// One step of a request's journal, which outlives an erasure.
struct RequestStep {
    Time at{};
    RequestState state{};
    Actor actor;
    std::string note;
};

struct RequestQuery {
    std::optional<SubjectId> subject;
    std::optional<RequestKind> kind;
    bool open_only = false;
    bool by_urgency = false; ///< open ones first, by their cautious date; else by number
};

/// When an answer is due (art. 12(3)), on the controller's calendar.
struct RequestDeadline {
    AnswerDeadline answer;
    std::optional<IdentityPause> pause; ///< where the identity was asked for
    Date warn{};                        ///< the earliest of the readings
    Time end{};                         ///< the first moment after `answer.answer.due`
    /// It is open and `end` is past, or it was closed after that.
    bool late = false;
};

struct RectifyOptions {
    std::string language;      ///< of the labels; empty: the subject's, then English
    Blank blank = Blank::keep; ///< what an empty value of the input does
    std::string note;          ///< kept in the journal, in front of the names
    bool preview = false;      ///< nothing is changed and nothing closed
};

/// Nothing personal happens for a request before it is verified: typing somebody else's address
/// into a form must not erase them.
class Requests {
  public:
    explicit Requests(Store& store) : engine_(&store.engine()) {}
    explicit Requests(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// The same kind by the same subject while one is open gives the open one.
    RequestId open(RequestKind kind, SubjectId subject, const std::string& origin);
    /// Of who has this address or number. Nobody: the request is open all the same, for its answer
    /// ("nothing held"); who objects is suppressed once verified. Errc::invalid for an external id.
    RequestId open_for(RequestKind kind, const Identifier& who, const std::string& origin);
    /// Makes the token that goes to the person's own address, and nowhere else; a former one no
    /// longer counts. Only its keyed hash is kept. Errc::invalid where the request is closed.
    [[nodiscard]] std::string
    ask_identity(RequestId id, std::chrono::seconds valid_for = std::chrono::hours(24 * 7));
    /// For a POST, never a GET: mail scanners open links. The token counts once. Nothing: wrong,
    /// used, expired, or tried too often (5 times); which of these it was is nobody's business.
    std::optional<RequestId> confirm(std::string_view token);
    /// Would this token count now? For the page that shows the button; changes nothing.
    [[nodiscard]] std::optional<Request> look_up(std::string_view token) const;
    /// The host answers for the identity: `by` says who and how ("signed in at the shop").
    void vouch(RequestId id, const std::string& by);
    /// Somebody works on it. Errc::denied unless verified.
    void begin(RequestId id, const std::string& note = {});
    /// One or two months more, for complexity and number alone. The person must have been told
    /// `reason` by now. Errc::denied unless verified, and once the first month is over: then a
    /// notice does not count.
    void extend(RequestId id, std::int32_t months, const std::string& reason);
    /// Does what was asked where habeas can (erasure), and closes the request. Errc::denied unless
    /// verified.
    void fulfil(RequestId id, const std::string& note = {});
    /// Art. 16: changes the data as the person asked, closes the request, and gives the person's
    /// document as JSON (<rectification>): each changed detail before and after, and who got data
    /// of the person and has to be told (art. 19). The journal keeps the names of the details;
    /// their values are in the document alone. Errc::denied unless verified; Errc::invalid for a
    /// request of another kind, or where nothing differs.
    [[nodiscard]] std::string rectify(RequestId id, const SubjectInput& input,
                                      const RectifyOptions& options = {});
    /// What was done stands in `note`, why the rest was not in `ground`.
    void fulfil_partly(RequestId id, const std::string& ground, const std::string& note = {});
    void refuse(RequestId id, const std::string& ground);
    /// The person was told that a restriction will be lifted (art. 18(3)); `how` says so.
    void announce_lifting(RequestId id, const std::string& how);
    /// Errc::denied before that.
    void lift_restriction(RequestId id, const std::string& note = {});
    /// The person no longer asks for it. An erasure that was asked for is cancelled.
    void withdraw(RequestId id, const std::string& note = {});

    /// Errc::not_found.
    [[nodiscard]] Request get(RequestId id) const;
    [[nodiscard]] std::vector<Request> list(const RequestQuery& query = {}) const;
    [[nodiscard]] std::vector<RequestStep> steps(RequestId id) const;
    /// How deadlines are counted here: by the country of the setting "controller", else by
    /// "default_country", and in "time_zone". A country without holidays here: only weekends count.
    [[nodiscard]] Deadlines deadlines() const;
    [[nodiscard]] RequestDeadline deadline(const Request& request) const {
        return deadline(request, deadlines());
    }
    [[nodiscard]] RequestDeadline deadline(const Request& request, const Deadlines& by) const;

    /// Holidays by a file of one's own (the format of HolidayCalendar::from_json; empty: those of
    /// habeas) and the sets that count, such as {"DE", "DE-BY"}; none: that of the country.
    /// Errc::not_found for a set that is not there.
    void set_calendar(const std::string& rules, const std::vector<std::string>& sets);
    /// Open ones whose cautious date comes within so many days, or is past.
    [[nodiscard]] std::vector<Request> due_within(int days) const;
    using Reminder = std::function<void(const Request&, const RequestDeadline&)>;
    /// Tells of those, each once, and once more when it is late; returns how many. `tell` is called
    /// outside of transactions; where it throws, that one is told again.
    std::size_t remind(int days, const Reminder& tell);

  private:
    store::Engine* engine_;
};

} // namespace habeas
