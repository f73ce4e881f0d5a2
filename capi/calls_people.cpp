// Methods about people: subjects, organisations, segments, tags, imports, migrations; and cursors
// over them.
#include "calls.hpp"

#include <charconv>

namespace habeas::capi {
namespace {

/// A handle is a number already (handles.hpp), and recognised whatever comes back; as text, since
/// JSON keeps 53 bits.
habeas_cursor* cursor_at(Call& call) {
    const std::string text = text_at(member(call, "cursor"), "/cursor");
    std::uintptr_t value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value, 16);
    if (read.ec != std::errc{} || read.ptr != end) {
        refuse_at("/cursor", "no cursor of this store");
    }
    return reinterpret_cast<habeas_cursor*>(value); // NOLINT(performance-no-int-to-ptr)
}

std::string cursor_next(Call& call) {
    habeas_cursor* cursor = cursor_at(call);
    std::size_t limit = 100;
    bool numbers = false;
    call.in.read_number("limit", limit, 1, 100'000);
    call.in.read("numbers", numbers);
    call.in.finish();
    std::string rows;
    habeas_status status = HABEAS_ROW;
    for (std::size_t n = 0; n < limit && status == HABEAS_ROW; ++n) {
        std::int64_t subject = 0;
        GivenString document;
        status = habeas_cursor_next(cursor, &subject, numbers ? nullptr : document.out());
        if (status == HABEAS_ROW) {
            rows += rows.empty() ? "" : ",";
            rows += numbers ? std::to_string(subject) : std::string(document.view());
        } else if (status != HABEAS_DONE) {
            check(status);
        }
    }
    return R"({"rows":[)" + rows + R"(],"done":)" + (status == HABEAS_DONE ? "true" : "false") +
           "}";
}

std::string cursor_close(Call& call) {
    habeas_cursor* cursor = cursor_at(call);
    call.in.finish();
    habeas_cursor_close(cursor);
    return "null";
}

} // namespace

std::string CursorOut::Held::result() const {
    char text[20];
    const auto end = std::to_chars(std::begin(text), std::end(text),
                                   reinterpret_cast<std::uintptr_t>(value), 16);
    return json_text({text, end.ptr});
}

Methods people_methods() {
    return {
        bind("subject.create", habeas_subject_create, document("input"), NumberOut<std::int64_t>{}),
        bind("subject.get", habeas_subject_get, id("subject"), DocumentOut{}),
        bind("subject.find", habeas_subject_find, text("kind"), text("value"), FoundOut{}),
        bind("subject.update", habeas_subject_update, id("subject"), document("input"), blank(),
             maybe<std::int64_t>("version")),
        bind("subject.upsert", habeas_subject_upsert, document("rows"),
             WordIn{"on_match", {"update", "skip", "fail"}}, blank(), DocumentOut{}),
        bind("subject.add_identifier", habeas_subject_add_identifier, id("subject"), text("kind"),
             text("value")),
        bind("subject.remove_identifier", habeas_subject_remove_identifier, id("subject"),
             text("kind"), text("value")),
        bind("subject.merge", habeas_subject_merge, id("keep"), id("gone")),
        bind("subject.count", habeas_subject_count, NumberOut<std::int64_t>{}),
        bind("subject.page", habeas_subject_page, maybe<std::size_t>("limit", 100),
             maybe_time("changed_since"), maybe_text("after"), DocumentOut{}),
        bind("subject.list", habeas_subject_list, maybe_time("changed_since"),
             maybe<std::size_t>("page_size"), CursorOut{}),
        {"cursor.next",
         {{"cursor", "text", true}, {"limit", "number", false}, {"numbers", "flag", false}},
         cursor_next},
        {"cursor.close", {{"cursor", "text", true}}, cursor_close},

        bind("organisation.create", habeas_organisation_create, document("input"),
             NumberOut<std::int64_t>{}),
        bind("organisation.update", habeas_organisation_update, id("organisation"),
             document("input"), blank(), maybe<std::int64_t>("version")),
        bind("organisation.get", habeas_organisation_get, id("organisation"), DocumentOut{}),
        bind("organisation.find", habeas_organisation_find, text("external"), FoundOut{}),
        bind("organisation.remove", habeas_organisation_remove, id("organisation")),
        bind("organisation.link", habeas_organisation_link, id("organisation"), id("subject"),
             maybe_text("role"), flag("primary")),
        bind("organisation.unlink", habeas_organisation_unlink, id("organisation"), id("subject")),
        bind("organisation.of", habeas_organisation_of, id("subject"), DocumentOut{}),
        bind("organisation.members", habeas_organisation_members, id("organisation"),
             DocumentOut{}),

        bind("segment.define", habeas_segment_define, document("segment")),
        bind("segment.remove", habeas_segment_remove, text("code")),
        bind("segment.list", habeas_segment_list, DocumentOut{}),
        bind("segment.find", habeas_segment_find, text("code"), DocumentOut{}),
        bind("segment.refresh", habeas_segment_refresh, text("code"), flag("full"), DocumentOut{}),
        bind("segment.refresh_all", habeas_segment_refresh_all, flag("full"), DocumentOut{}),
        bind("segment.add", habeas_segment_add, text("code"), id("subject")),
        bind("segment.remove_member", habeas_segment_remove_member, text("code"), id("subject")),
        bind("segment.reset", habeas_segment_reset, text("code"), id("subject")),
        bind("segment.contains", habeas_segment_contains, text("code"), id("subject"), FlagOut{}),
        bind("segment.members", habeas_segment_members, text("code"), CursorOut{}),
        bind("segment.match", habeas_segment_match, document("filter"), CursorOut{}),
        bind("segment.count", habeas_segment_count, document("filter"), NumberOut<std::int64_t>{}),
        bind("segment.explain", habeas_segment_explain, text("code"),
             maybe<std::int64_t>("subject"), DocumentOut{}),
        bind_free("segment.from_glue_list", habeas_segment_from_glue_list, document("list"),
                  DocumentOut{}),
        bind("tag.add", habeas_tag_add, id("subject"), text("tag")),
        bind("tag.remove", habeas_tag_remove, id("subject"), text("tag")),
        bind("tag.of", habeas_tag_of, id("subject"), DocumentOut{}),
        bind("tag.list", habeas_tag_list, DocumentOut{}),

        bind("import.contacts", habeas_import_contacts, text("path"), maybe_document("options"),
             progress(), DocumentOut{}),
        bind("import.contacts_text", habeas_import_contacts_text, text("csv"),
             maybe_document("options"), progress(), DocumentOut{}),
        bind("import.consents", habeas_import_consents, text("path"), maybe_document("options"),
             progress(), DocumentOut{}),
        bind("import.consents_text", habeas_import_consents_text, text("csv"),
             maybe_document("options"), progress(), DocumentOut{}),
        bind("migration.preview", habeas_migration_preview, text("platform"), document("options"),
             progress(), DocumentOut{}),
        bind("migration.run", habeas_migration_run, text("platform"), document("options"),
             progress(), DocumentOut{}),
    };
}

} // namespace habeas::capi
