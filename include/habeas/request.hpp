// Requests of data subjects (GDPR arts. 12, 15 to 22): received, checked, answered, provable.
#pragma once

#include "habeas/consent.hpp"

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
    fulfilled,
    refused, ///< with a ground (art. 12(4), (5), 17(3))
    expired  ///< nobody confirmed it in time
};
std::string_view request_kind_name(RequestKind kind) noexcept;
std::optional<RequestKind> request_kind(std::string_view name) noexcept;
std::string_view request_state_name(RequestState state) noexcept;

struct Request {
    RequestId id{};
    SubjectId subject{}; ///< after an erasure the number alone
    RequestKind kind = RequestKind::access;
    RequestState state = RequestState::received;
    std::string origin;     ///< where it came from: "form:forget", "api"
    std::string vouched_by; ///< who answers for the identity, and how; empty: the token
    std::string ground;     ///< of a refusal
    Time received_at{};
    std::optional<Time> verified_at, closed_at, token_expires_at;
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
    bool open_only = false; ///< received, identity_asked, verified
};

/// Nothing personal happens for a request before it is verified: typing somebody else's address
/// into a form must not erase them.
class Requests {
  public:
    explicit Requests(Store& store) : engine_(&store.engine()) {}
    explicit Requests(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// The same kind by the same subject while one is open gives the open one.
    RequestId open(RequestKind kind, SubjectId subject, const std::string& origin);
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
    /// Does what was asked where habeas can (erasure), and closes the request. Errc::denied unless
    /// verified.
    void fulfil(RequestId id, const std::string& note = {});
    void refuse(RequestId id, const std::string& ground);

    /// Errc::not_found.
    [[nodiscard]] Request get(RequestId id) const;
    [[nodiscard]] std::vector<Request> list(const RequestQuery& query = {}) const;
    [[nodiscard]] std::vector<RequestStep> steps(RequestId id) const;

  private:
    store::Engine* engine_;
};

} // namespace habeas
