// What was or will be sent to the person, and what was told of them. Not its `secret`: tokens.
#include "exports/bundle_list.hpp"
#include "outbox/module.hpp"

namespace habeas::outbox {

using exports::BundleList;
using Kind = exports::BundleColumn::Kind;

std::span<const BundleList> bundle_lists() {
    static const std::vector<BundleList> lists{
        {"outbox",
         "messages",
         {{"message", Kind::number},
          {"state"},
          {"kind"},
          {"channel"},
          {"purpose"},
          {"template"},
          {"queued_at", Kind::time},
          {"sent_at", Kind::time},
          {"subject_line"},
          {"reason"},
          {"attachments"},
          {"text", Kind::long_text},
          {"html", Kind::long_text},
          {"data", Kind::long_json}},
         "SELECT o.id, o.state, o.kind, o.channel, p.code, t.code, o.queued_at, CASE o.state WHEN "
         "'sent' THEN o.finished_at END, coalesce(nullif(o.subject_line, ''), c.subject_line), "
         "o.reason, (SELECT group_concat(a.name, ', ') FROM outbox_attachment a WHERE a.message_id "
         "= o.id), c.text, c.html, c.data FROM outbox o LEFT JOIN purpose p ON p.id = o.purpose_id "
         "LEFT JOIN message_template t ON t.id = o.template_id LEFT JOIN outbox_content c ON "
         "c.message_id = o.id WHERE o.subject_id = ?1 ORDER BY o.id",
         false},
    };
    return lists;
}

} // namespace habeas::outbox
