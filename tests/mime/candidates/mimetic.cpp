// mimetic 0.9.8: structure, codecs and fields are the library's; it has no encoder for header
// texts.
#include "candidate.hpp"

#include <mimetic/mimetic.h>

#include <sstream>

namespace {

void set_text(mimetic::MimeEntity& part, const char* type, const std::string& text) {
    part.header().contentType(
        mimetic::ContentType(std::string("text/") + type + "; charset=utf-8"));
    part.header().contentTransferEncoding("quoted-printable");
    mimetic::QP::Encoder codec;
    std::ostringstream encoded;
    std::ostream_iterator<char> out(encoded);
    mimetic::encode(text.begin(), text.end(), codec, out);
    part.body().assign(encoded.str());
}

} // namespace

std::string compose(const Message& in) {
    using namespace mimetic;
    MimeEntity* body = nullptr;
    if (!in.html.empty() && !in.text.empty()) {
        body = new MultipartAlternative;
        for (const auto& [type, text] :
             {std::pair("plain", &in.text), std::pair("html", &in.html)}) {
            auto* part = new MimeEntity;
            set_text(*part, type, *text);
            body->body().parts().push_back(part);
        }
    } else {
        body = new MimeEntity;
        in.html.empty() ? set_text(*body, "plain", in.text) : set_text(*body, "html", in.html);
    }
    MimeEntity* root = body;
    if (!in.attachments.empty()) {
        root = new MultipartMixed;
        root->body().parts().push_back(body);
        for (const auto& each : in.attachments) {
            auto* part = new MimeEntity;
            ContentDisposition disposition("attachment");
            disposition.param("filename", each.name);
            part->header().contentType(ContentType(each.type));
            part->header().contentDisposition(disposition);
            part->header().contentTransferEncoding("base64");
            Base64::Encoder codec;
            std::ostringstream encoded;
            std::ostream_iterator<char> out(encoded);
            encode(each.content.begin(), each.content.end(), codec, out);
            part->body().assign(encoded.str());
            root->body().parts().push_back(part);
        }
    }
    root->header().from(
        MailboxList(in.from_name.empty() ? in.from : "\"" + in.from_name + "\" <" + in.from + ">"));
    root->header().to(
        AddressList(in.to_name.empty() ? in.to : "\"" + in.to_name + "\" <" + in.to + ">"));
    root->header().subject(in.subject);
    root->header().messageid(MessageId("<abc@shop.example>"));
    root->header().mimeVersion(MimeVersion("1.0"));
    root->header().push_back(Field("Date", "Mon, 01 Jun 2026 10:00:00 +0000"));
    for (const auto& [name, value] : in.headers) {
        root->header().push_back(Field(name, value));
    }
    std::ostringstream out;
    out << *root;
    return out.str();
}
