// covers: src/requests/token.cpp
// Laws of tokens, given as lines ("@" stands for the token that was sent, "#" for its number):
// looking one up changes nothing; only the token itself confirms, once, and not after five wrong.
#include "fuzz.hpp"

#include "habeas/habeas.hpp"
#include "requests/token.hpp"

#include <algorithm>
#include <string>

using namespace habeas;

namespace {

std::string put_in(std::string_view line, const std::string& token) {
    const std::string number = token.substr(0, token.find('-'));
    std::string out;
    for (const char each : line) {
        out += each == '@' ? token : each == '#' ? number : std::string(1, each);
    }
    return out;
}

std::string without_zeros(const std::string& text) {
    const std::size_t at = text.find_first_not_of('0');
    return at == std::string::npos ? text : text.substr(at);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Store store = Store::in_memory();
    static const SubjectId subject = [] {
        SubjectInput somebody;
        somebody.fields = {{"email", "a@example.org"}};
        return Subjects(store).create(somebody);
    }();
    Requests desk(store);
    const RequestId id = desk.open(RequestKind::access, subject, "letter");
    const std::string token = desk.ask_identity(id);
    std::string_view rest = fuzz::view(data, size);
    bool verified = false;
    int wrong = 0; // in the form of a token of this request
    for (int lines = 0; !rest.empty() && lines < 20; ++lines) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string text = put_in(rest.substr(0, end), token);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const bool right = without_zeros(text) == token;
        const auto found = desk.look_up(text);
        fuzz::require(!found || (right && !verified), "only the token itself is known");
        fuzz::require(!found || wrong < 5, "not after five wrong ones");
        fuzz::require(desk.get(id).state ==
                          (verified ? RequestState::verified : RequestState::identity_asked),
                      "looking up changes nothing");
        const auto confirmed = desk.confirm(text);
        fuzz::require(confirmed.has_value() == found.has_value(), "what is known confirms");
        fuzz::require(!confirmed || (*confirmed == id && !verified), "once, and its own request");
        verified = verified || confirmed;
        const auto parts = requests::split_token(text);
        wrong += !right && parts && parts->number == static_cast<std::int64_t>(id) ? 1 : 0;
    }
    fuzz::require((desk.get(id).state == RequestState::verified) == verified,
                  "nothing else verifies");
    desk.withdraw(id);
    return 0;
}
