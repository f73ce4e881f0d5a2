// What a text of a template refers to, and whether it may.
#pragma once

#include "habeas/outbox.hpp"
#include "store/engine.hpp"

#include <set>
#include <string>
#include <string_view>

namespace habeas::outbox {

struct TemplateUse {
    std::set<std::string> fields; ///< of the subject
    std::set<std::string> data;   ///< names of the host's own, outside of sections over them
    bool unsubscribe = false, preferences = false;
};

/// Walks the tags of one text. Errc::invalid names `where` and the byte. `internal`: about a
/// subject perhaps, but nobody who could unsubscribe.
void scan_template(store::Engine& engine, std::string_view text, const std::string& where,
                   bool internal, TemplateUse& use);

/// The whole definition: names, kind and purpose, languages, sizes, every text. Gives its normal
/// form (default language filled, mailboxes read).
MessageTemplate check_template(store::Engine& engine, const MessageTemplate& given);

} // namespace habeas::outbox
