// One visit to a page: whom the link is about, and in which language we speak.
#pragma once

#include "outbox/links.hpp"
#include "outbox/settings.hpp"
#include "preferences/answer.hpp"
#include "preferences/page.hpp"

#include <memory>
#include <optional>
#include <string>

namespace habeas::preferences {

struct Visit {
    store::Engine& engine;
    const PageRequest& request;
    Place place;
    std::shared_ptr<const outbox::Settings> settings;
    std::optional<outbox::Link> link; ///< of /unsubscribe and /preferences
    std::optional<SubjectId> subject; ///< nobody: erased since, or unknown
    std::string language;             ///< of the words
    const Sent* sent = nullptr;       ///< of a POST

    [[nodiscard]] std::string action() const { return sent ? value_of(*sent, "action") : ""; }
    /// What is kept of who clicked; the address is truncated.
    [[nodiscard]] Evidence evidence() const;
};

/// The language of the person, where the pages speak it; else what the browser wants; else English.
std::string choose_language(store::Engine& engine, const std::string& persons,
                            const std::string& wanted);

// Each gives the page for a GET; for a POST (visit.sent) it acts first.
Page unsubscribe_page(Visit& visit);
Page centre_page(Visit& visit);
Page confirm_page(Visit& visit);
Page request_page(Visit& visit);

/// All advertising stops: an objection (art. 21(2)), and each consent to marketing withdrawn.
void stop_all(const Visit& visit);
/// A withdrawal, unless that is what was said last.
void stop_one(const Visit& visit, const std::string& purpose, Channel channel,
              const std::string& how);

} // namespace habeas::preferences
