// Pages for people, which the host serves.
#include "habeas/preferences.hpp"

#include "convert.hpp"
#include "write.hpp"

using namespace habeas::capi;
using habeas::Preferences;

namespace {

habeas::PageRequest request_in(const char* data, std::size_t size) {
    const Json document = parse_document(data, size, "request");
    ObjectReader in(document, "");
    habeas::PageRequest out;
    in.read("path", out.path);
    in.read("language", out.language);
    in.read("ip", out.ip);
    in.read("user_agent", out.user_agent);
    in.finish();
    return out;
}

Json page_json(const habeas::Page& page) {
    Json headers = Json::object();
    for (const auto& [name, value] : page.headers) {
        headers[name] = value;
    }
    return {{"status", page.status}, {"headers", headers}, {"html", page.html}};
}

} // namespace

extern "C" {

habeas_status habeas_preferences_link(habeas_store* store, int64_t subject, int64_t valid_for_s,
                                      habeas_string* link) {
    return guard([&] {
        expect(link, "link");
        const Preferences preferences(StoreUse(store).store());
        const habeas::SubjectId whose = subject_in(subject);
        give_string(link, valid_for_s == 0
                              ? preferences.link(whose)
                              : preferences.link(whose, std::chrono::seconds(valid_for_s)));
    });
}

habeas_status habeas_page_get(habeas_store* store, const char* request, size_t request_size,
                              habeas_string* page) {
    return guard([&] {
        expect(page, "page");
        const habeas::PageRequest wanted = request_in(request, request_size);
        give_json(page, page_json(Preferences(StoreUse(store).store()).get(wanted)));
    });
}

habeas_status habeas_page_post(habeas_store* store, const char* request, size_t request_size,
                               const char* body, size_t body_size, habeas_string* page) {
    return guard([&] {
        expect(page, "page");
        const habeas::PageRequest wanted = request_in(request, request_size);
        const std::string_view sent = bytes_in(body, body_size, "body");
        write_and_give(store, page, [&](habeas::Store& in) {
            return page_json(Preferences(in).post(wanted, sent));
        });
    });
}
}
