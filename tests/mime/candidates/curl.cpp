// libcurl's MIME: it gives the message only to a transfer, so this one goes by SMTP to the sink
// that compare.sh starts (CURL_SINK=port). Header texts and dates are left to the caller.
#include "candidate.hpp"

#include <curl/curl.h>

#include <cstdlib>

std::string compose(const Message& in) {
    CURL* curl = curl_easy_init();
    curl_mime* mixed = curl_mime_init(curl);
    curl_mimepart* first = curl_mime_addpart(mixed);
    auto fill = [](curl_mimepart* part, const std::string& text, const char* type) {
        curl_mime_data(part, text.data(), text.size());
        curl_mime_type(part, type);
        curl_mime_encoder(part, "quoted-printable");
    };
    if (!in.html.empty() && !in.text.empty()) {
        curl_mime* both = curl_mime_init(curl);
        fill(curl_mime_addpart(both), in.text, "text/plain; charset=utf-8");
        fill(curl_mime_addpart(both), in.html, "text/html; charset=utf-8");
        curl_mime_subparts(first, both);
        curl_mime_type(first, "multipart/alternative");
    } else {
        in.html.empty() ? fill(first, in.text, "text/plain; charset=utf-8")
                        : fill(first, in.html, "text/html; charset=utf-8");
    }
    for (const Attachment& each : in.attachments) {
        curl_mimepart* part = curl_mime_addpart(mixed);
        curl_mime_data(part, each.content.data(), each.content.size());
        curl_mime_type(part, each.type.c_str());
        curl_mime_filename(part, each.name.c_str());
        curl_mime_encoder(part, "base64");
    }
    curl_slist* headers = nullptr;
    auto add = [&](const std::string& line) { headers = curl_slist_append(headers, line.c_str()); };
    add("Date: Mon, 01 Jun 2026 10:00:00 +0000");
    add("Message-ID: <abc@shop.example>");
    add("From: \"" + in.from_name + "\" <" + in.from + ">");
    add("To: " + (in.to_name.empty() ? in.to : "\"" + in.to_name + "\" <" + in.to + ">"));
    add("Subject: " + in.subject);
    for (const auto& [name, value] : in.headers) {
        add(name + ": " + value);
    }
    curl_slist* to = curl_slist_append(nullptr, in.to.c_str());
    curl_easy_setopt(curl, CURLOPT_URL,
                     ("smtp://127.0.0.1:" + std::string(std::getenv("CURL_SINK")) + "/x").c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, in.from.c_str());
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, mixed);
    const CURLcode code = curl_easy_perform(curl);
    std::string out = code == CURLE_OK ? "" : curl_easy_strerror(code); // the sink wrote the file
    curl_mime_free(mixed);
    curl_easy_cleanup(curl);
    return out;
}
