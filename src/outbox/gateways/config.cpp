// Gateways by a document.
#include "consent/json_reader.hpp"
#include "habeas/gateway.hpp"

#include <nlohmann/json.hpp>

namespace habeas {
namespace outbox {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

void read_ms(JsonReader& in, const char* name, std::chrono::milliseconds& out) {
    std::int64_t ms = out.count();
    in.read(name, ms);
    if (ms < 1 || ms > 3'600'000) {
        refuse_at(in.at(name), "write milliseconds, at most an hour");
    }
    out = std::chrono::milliseconds(ms);
}

void read_times(JsonReader& in, GatewayTimes& out) {
    read_ms(in, "connect_timeout_ms", out.connect);
    read_ms(in, "timeout_ms", out.message);
}

std::optional<Tls> tls_of(const std::string& name) {
    return name == "starttls"   ? std::optional(Tls::starttls)
           : name == "implicit" ? std::optional(Tls::implicit)
           : name == "none"     ? std::optional(Tls::none)
                                : std::nullopt;
}

SmtpSettings read_smtp(JsonReader& in) {
    SmtpSettings out;
    in.read("id", out.id);
    in.read("host", out.host);
    std::int64_t port = 0;
    in.read("port", port);
    if (port < 0 || port > 65535) {
        refuse_at(in.at("port"), "write a port, 1 to 65535");
    }
    out.port = static_cast<std::uint16_t>(port);
    in.read_name("tls", out.tls, tls_of);
    in.read("ca_file", out.ca_file);
    in.read("hello", out.hello);
    in.read("envelope_sender", out.envelope_sender);
    in.read("processor", out.processor);
    std::int64_t batch = static_cast<std::int64_t>(out.batch_size);
    in.read("batch_size", batch);
    if (batch < 1 || batch > 1000) {
        refuse_at(in.at("batch_size"), "write 1 to 1000");
    }
    out.batch_size = static_cast<std::size_t>(batch);
    read_times(in, out.times);
    if (out.host.empty()) {
        refuse_at(in.at("host"), "write the name or address of the server");
    }
    return out;
}

MailjetSettings read_mailjet(JsonReader& in) {
    MailjetSettings out;
    in.read("base_url", out.base_url);
    in.read("ca_file", out.ca_file);
    in.read("sandbox", out.sandbox);
    in.read("processor", out.processor);
    read_times(in, out.times);
    return out;
}

/// The errors of the settings name a member: as a JSON pointer.
template <class Do>
auto at_member(Do action) {
    try {
        return action();
    } catch (const Error& error) {
        const std::string& where = error.where();
        throw Error(error.code(), error.what(),
                    where.empty() || where.front() == '/' ? where : "/" + where);
    }
}

} // namespace
} // namespace outbox

GatewayConfig GatewayConfig::from_json(const std::string& text) {
    using namespace outbox;
    const json document = consent::read_document(text, "the gateway");
    const std::string root;
    JsonReader in(document, root);
    GatewayConfig out;
    std::string kind;
    in.read("kind", kind);
    if (kind == "smtp") {
        out.kind_ = Kind::smtp;
        out.smtp_ = read_smtp(in);
    } else if (kind == "mailjet") {
        out.kind_ = Kind::mailjet;
        out.mailjet_ = read_mailjet(in);
    } else if (kind == "directory") {
        in.read("folder", out.folder_);
        if (out.folder_.empty()) {
            refuse_at("/folder", "write the folder for the .eml files");
        }
    } else {
        refuse_at("/kind", "write smtp, mailjet or directory");
    }
    if (in.find("password") || in.find("secret") || in.find("user")) {
        refuse_at(root, "a gateway's document holds no credentials; give them beside it");
    }
    in.finish();
    return out;
}

std::string GatewayConfig::kind() const {
    return kind_ == Kind::smtp ? "smtp" : kind_ == Kind::mailjet ? "mailjet" : "directory";
}

std::unique_ptr<Gateway> GatewayConfig::make(Store& store, Credentials credentials) const {
    return outbox::at_member([&]() -> std::unique_ptr<Gateway> {
        switch (kind_) {
        case Kind::smtp:
            return std::make_unique<SmtpGateway>(smtp_, std::move(credentials));
        case Kind::mailjet:
            return std::make_unique<MailjetGateway>(mailjet_, std::move(credentials));
        case Kind::directory:
            break;
        }
        return std::make_unique<DirectoryGateway>(store, folder_);
    });
}

void GatewayConfig::check(Credentials credentials) const {
    outbox::at_member([&] {
        if (kind_ == Kind::smtp) {
            SmtpGateway(smtp_, std::move(credentials)).check();
        } else if (kind_ == Kind::mailjet) {
            MailjetGateway(mailjet_, std::move(credentials)).check();
        }
    });
}

} // namespace habeas
