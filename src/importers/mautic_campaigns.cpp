// Campaigns of Mautic: what each of their events would be here. None is declared: the messages that
// they send, and what people did in them, stay behind.
#include "importers/mautic.hpp"

#include <algorithm>
#include <array>

namespace habeas::importers {
namespace {

struct EventLike {
    std::string_view mautic;
    std::string_view here; ///< what to declare; empty: nothing is like it
};
constexpr std::array<EventLike, 24> likes{{
    {"lead.changelist", "actions add_segment, remove_segment"},
    {"lead.changetags", "actions add_tag, remove_tag"},
    {"lead.changepoints", "action points"},
    {"lead.updatelead", "action set_field"},
    {"lead.deletecontact",
     "action delete_subject (asks the person, unless the segment is vouched for)"},
    {"lead.adddnc", "action suppress"},
    {"lead.removednc", ""}, // only the person's own act
    {"email.send", "action send_message with a template, which asks the decision"},
    {"email.send.to.user", "action notify"},
    {"campaign.addremovelead", "a segment as source of the other campaign"},
    {"campaign.jump_to_event", "action jump"},
    {"campaign.sendwebhook", "action call_host"},
    {"plugin.leadpush", "action call_host"},
    {"email.open", "decision opened"},
    {"email.click", "decision clicked"},
    {"form.submit", "decision submitted"},
    {"lead.field_value", "a condition on the field"},
    {"lead.segments", "a condition on segment"},
    {"lead.tags", "a condition on tag"},
    {"lead.dnc", "a condition on suppressed"},
    {"lead.points", "a condition on points"},
    {"lead.campaigns", "a condition on campaign"},
    {"form.field_value", "a condition on the field that the form fills"},
    {"lead.addtocompany", ""},
}};

std::string note_of(const std::string& type) {
    const auto* found = std::find_if(likes.begin(), likes.end(),
                                     [&](const EventLike& each) { return each.mautic == type; });
    const bool like = found != likes.end() && !found->here.empty();
    return type + ": " + (like ? std::string(found->here) : "nothing here is like it");
}

} // namespace

void report_campaigns(Run& run, TableSource& source, const std::string& prefix) {
    const std::string table = prefix + "campaigns";
    const std::string events = prefix + "campaign_events";
    if (source.columns(table).empty() || run.cancelled()) {
        return;
    }
    std::map<std::string, std::vector<std::string>> notes; // by the campaign's number
    if (!source.columns(events).empty()) {
        MigrationPart& part = run.part(events);
        for (const SmallRow& row : read_small(source, events, {"campaign_id", "type"})) {
            ++part.rows;
            Run::skip(part, "events of campaigns are told, not taken over");
            auto& of = notes[row[0].value_or("")];
            const std::string note = note_of(row[1].value_or(""));
            if (std::find(of.begin(), of.end(), note) == of.end()) {
                of.push_back(note);
            }
        }
    }
    MigrationPart& part = run.part(table);
    for (const SmallRow& row : read_small(source, table, {"id", "name"})) {
        ++part.rows;
        Run::skip(part, "campaigns are told, not taken over");
        run.report().items.push_back(
            {"campaign", row[1].value_or(""), "", "left", notes[row[0].value_or("")]});
    }
}

} // namespace habeas::importers
