// Composes the messages of messages.py with compose_mime: compose MESSAGES.json FOLDER.
#include "habeas/outbox.hpp"
#include "mime/candidates/candidate.hpp"

std::string compose(const Message& in) {
    habeas::OutgoingMessage out;
    out.reference = "7-0123456789abcdef0123456789abcdef";
    out.sender = {in.from_name, in.from};
    out.recipient = {in.to_name, in.to};
    out.subject_line = in.subject;
    out.text = in.text;
    out.html = in.html;
    out.headers = in.headers;
    for (const Attachment& each : in.attachments) {
        out.attachments.push_back({each.name, each.type, each.content, {}});
    }
    out.date = habeas::parse_time("2026-06-01T10:00:00Z");
    return habeas::compose_mime(out);
}
