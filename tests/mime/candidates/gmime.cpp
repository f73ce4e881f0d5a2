// GMime 3.2, as its documentation says: everything encoded by the library.
#include "candidate.hpp"

#include <gmime/gmime.h>

namespace {

GMimeObject* text_part(const char* subtype, const std::string& text) {
    GMimeTextPart* part = g_mime_text_part_new_with_subtype(subtype);
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, text.c_str());
    GMimeStream* stream = g_mime_data_wrapper_get_stream(g_mime_part_get_content(GMIME_PART(part)));
    g_mime_stream_reset(stream);
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

GMimeObject* attachment(const Attachment& each) {
    const auto slash = each.type.find('/');
    GMimePart* part = g_mime_part_new_with_type(each.type.substr(0, slash).c_str(),
                                                each.type.substr(slash + 1).c_str());
    GMimeStream* stream =
        g_mime_stream_mem_new_with_buffer(each.content.data(), each.content.size());
    GMimeDataWrapper* content =
        g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, GMIME_CONTENT_ENCODING_BASE64);
    g_mime_part_set_filename(part, each.name.c_str());
    g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
    return GMIME_OBJECT(part);
}

} // namespace

std::string compose(const Message& in) {
    static const bool once = [] {
        g_mime_init();
        return true;
    }();
    (void)once;
    GMimeMessage* message = g_mime_message_new(TRUE);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, in.from_name.c_str(),
                               in.from.c_str());
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO,
                               in.to_name.empty() ? nullptr : in.to_name.c_str(), in.to.c_str());
    g_mime_message_set_subject(message, in.subject.c_str(), "utf-8");
    g_mime_message_set_date(message, g_date_time_new_from_unix_utc(1780308000));
    g_mime_message_set_message_id(message, "abc@shop.example");
    for (const auto& [name, value] : in.headers) {
        g_mime_object_append_header(GMIME_OBJECT(message), name.c_str(), value.c_str(), "utf-8");
    }
    GMimeObject* body = nullptr;
    if (!in.html.empty() && !in.text.empty()) {
        GMimeMultipart* both = g_mime_multipart_new_with_subtype("alternative");
        g_mime_multipart_add(both, text_part("plain", in.text));
        g_mime_multipart_add(both, text_part("html", in.html));
        body = GMIME_OBJECT(both);
    } else {
        body = in.html.empty() ? text_part("plain", in.text) : text_part("html", in.html);
    }
    if (!in.attachments.empty()) {
        GMimeMultipart* mixed = g_mime_multipart_new_with_subtype("mixed");
        g_mime_multipart_add(mixed, body);
        for (const Attachment& each : in.attachments) {
            g_mime_multipart_add(mixed, attachment(each));
        }
        body = GMIME_OBJECT(mixed);
    }
    g_mime_message_set_mime_part(message, body);
    GMimeFormatOptions* format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    char* text = g_mime_object_to_string(GMIME_OBJECT(message), format);
    std::string out = text;
    g_free(text);
    return out;
}
