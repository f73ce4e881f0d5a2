// SMTP and Mailjet in a build without HABEAS_WITH_MAIL: there, and refused.
#include "habeas/gateway.hpp"

namespace habeas {
namespace {

[[noreturn]] void refuse() {
    throw Error(Errc::unsupported, "this build has no mail; build it with HABEAS_WITH_MAIL",
                "gateway");
}

} // namespace

struct SmtpGateway::Impl {};

SmtpGateway::SmtpGateway(SmtpSettings, Credentials) {
    refuse();
}
SmtpGateway::~SmtpGateway() = default;
std::string SmtpGateway::id() const {
    return {};
}
std::string SmtpGateway::processor() const {
    return {};
}
std::size_t SmtpGateway::batch_size() const {
    return 1;
}
std::vector<GatewayResult> SmtpGateway::send(std::span<const OutgoingMessage>) {
    return {};
}
void SmtpGateway::check() {}

struct MailjetGateway::Impl {};

MailjetGateway::MailjetGateway(MailjetSettings, Credentials) {
    refuse();
}
MailjetGateway::~MailjetGateway() = default;
std::string MailjetGateway::processor() const {
    return {};
}
std::vector<GatewayResult> MailjetGateway::send(std::span<const OutgoingMessage>) {
    return {};
}
std::optional<GatewayResult> MailjetGateway::resolve(const std::string&) {
    return std::nullopt;
}
void MailjetGateway::check() {}

} // namespace habeas
