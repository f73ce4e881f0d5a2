// covers: src/preferences/answer.cpp
// Laws of the pages, given as a path ("@p" stands for the person's preference centre, "@u" for a
// link to unsubscribe) and, after the first line, a body: a GET changes nothing; a POST by no link
// of ours changes nothing; nothing of what was sent becomes an element of the page.
#include "fuzz.hpp"

#include "outbox/links.hpp"
#include "shop.hpp"
#include "store/engine.hpp"

#include <algorithm>
#include <string>

using namespace habeas;

namespace {

struct Linked : fuzz::Shop {
    std::string centre, unsubscribe;
    Linked() {
        centre = Preferences(store).link(subject);
        outbox::Link link;
        link.use = outbox::Use::unsubscribe;
        link.channel = Channel::email;
        link.subject = static_cast<std::int64_t>(subject);
        link.message = link.purpose = 1;
        link.expires_at = store.engine().now_ms() + std::int64_t{366} * 24 * 3600 * 1000;
        unsubscribe = "/unsubscribe/" +
                      outbox::make_token(store.engine().keys().subkey(store::Subkey::token), link);
    }
    [[nodiscard]] std::size_t said() { return Consent(store).history(subject).size(); }
};

std::string put_in(std::string_view line, const std::string& name, const std::string& value) {
    std::string out(line);
    if (const std::size_t at = out.find(name); at != std::string::npos) {
        out.replace(at, name.size(), value);
    }
    return out;
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t out = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++out;
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Linked shop;
    Transaction back = shop.store.transaction(); // rolled back at the end: no input sees another
    const std::string_view text = fuzz::view(data, size);
    const std::size_t end = std::min(text.find('\n'), text.size());
    PageRequest request;
    request.path = put_in(put_in(text.substr(0, end), "@p", shop.centre), "@u", shop.unsubscribe);
    request.language = std::string(text.substr(0, end));
    const std::string body(text.substr(std::min(end + 1, text.size())));
    Preferences pages(shop.store);

    const std::size_t before = shop.said();
    const Page shown = pages.get(request);
    fuzz::require(shop.said() == before, "a GET changes nothing");
    const Page done = pages.post(request, body);
    const bool ours = request.path.find(shop.centre) != std::string::npos ||
                      request.path.find(shop.unsubscribe) != std::string::npos;
    fuzz::require(ours || shop.said() == before, "without a link of ours nothing changes");
    for (const Page& page : {shown, done}) {
        fuzz::require(page.status >= 200 && page.status < 500, "an answer, whatever was sent");
        fuzz::require(count(page.html, "<html") == 1 && count(page.html, "<script") == 0 &&
                          count(page.html, "<style") == 1,
                      "nothing that was sent is an element");
    }
    return 0;
}
