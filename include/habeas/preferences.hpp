// Pages for people, rendered here and served by the host: preference centre, unsubscribe,
// confirmation of a sign-up and of a request.
#pragma once

#include "habeas/optin.hpp"
#include "habeas/request.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace habeas {

/// What a browser asks for.
struct PageRequest {
    /// "/unsubscribe/<token>", "/preferences/<token>", "/confirm/<token>" or "/request/<token>";
    /// a query and the path of the setting base_url in front are left out of account.
    std::string path;
    /// The header Accept-Language, or a language. Counts where the person's is not known.
    std::string language;
    std::string ip, user_agent; ///< evidence; the address is truncated before it is kept
};

struct Page {
    int status = 200;
    /// Content-Type, Content-Security-Policy and such: all of them belong to the answer.
    std::vector<std::pair<std::string, std::string>> headers;
    std::string html; ///< a whole page: no script, one style, nothing from elsewhere
};

/// Words of the pages by language, beside those that habeas has (English, German, French).
struct PageText {
    std::string key; ///< see PageTexts::keys
    std::string language;
    std::string text;
    bool operator==(const PageText&) const = default;
};

/// Also in the document of definitions, as "page_texts".
class PageTexts {
  public:
    explicit PageTexts(Store& store) : engine_(&store.engine()) {}
    explicit PageTexts(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use
    /// An empty text takes one's own away again. Errc::invalid, not_found (key).
    void set(const PageText& text);
    [[nodiscard]] std::vector<PageText> list() const; ///< one's own, by key and language
    /// What the pages say in that language, by key: one's own before habeas's.
    [[nodiscard]] std::map<std::string, std::string> words(const std::string& language) const;
    static std::vector<std::string> keys(); ///< what may be replaced

  private:
    store::Engine* engine_;
};

class Preferences {
  public:
    explicit Preferences(Store& store) : engine_(&store.engine()) {}
    explicit Preferences(store::Engine& engine) : engine_(&engine) {} ///< habeas's own use

    /// The address of this person's preference centre; without the setting base_url its path. Who
    /// has it can change what the person agreed to: it goes to the person's own address, or to
    /// somebody whom the host has identified. Errc::invalid, subject_unknown, erased.
    [[nodiscard]] std::string
    link(SubjectId subject, std::chrono::seconds valid_for = std::chrono::hours(24 * 7)) const;

    /// Shows and changes nothing (mail scanners open links).
    [[nodiscard]] Page get(const PageRequest& request) const;
    /// `body`: application/x-www-form-urlencoded, at most 64 KiB. Also takes the one-click
    /// unsubscribe of mail programs (RFC 8058). One transaction.
    Page post(const PageRequest& request, std::string_view body);

  private:
    store::Engine* engine_;
};

} // namespace habeas
