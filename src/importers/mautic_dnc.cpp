// What a row of Mautic's do-not-contact says.
#include "importers/mautic.hpp"

#include "base/text.hpp"

namespace habeas::importers {

Dnc read_dnc(std::string_view reason, std::string_view channel, std::string_view comments,
             std::optional<std::int64_t> at) {
    Dnc out;
    if (reason == "0") {
        out.skipped = "contactable: no opt-out";
        return out;
    }
    const bool bounced = reason == "2" || reason == "bounced";
    if (bounced && base::trim(comments).starts_with("SOFT")) {
        out.skipped = "soft bounce: no opt-out (a full mailbox is none)";
        return out;
    }
    OptOut no;
    no.kind = bounced ? OptOut::Kind::bounce : OptOut::Kind::objection;
    no.channel = channel.empty() || channel == "email" ? Channel::email
                 : channel == "sms"                    ? Channel::sms
                 : channel == "notification"           ? Channel::push
                                                       : Channel::any;
    no.at = at;
    out.opt_out = no;
    return out;
}

} // namespace habeas::importers
