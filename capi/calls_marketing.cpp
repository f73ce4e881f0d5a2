// Methods about forms, sign-ups, pages, campaigns and points.
#include "calls.hpp"

namespace habeas::capi {

Methods marketing_methods() {
    return {
        bind("form.define", habeas_form_define, document("form"), NumberOut<std::int32_t>{}),
        bind("form.publish", habeas_form_publish, text("code"), maybe_text("override_reason")),
        bind("form.retire", habeas_form_retire, text("code")),
        bind("form.list", habeas_form_list, DocumentOut{}),
        bind("form.find", habeas_form_find, text("code"), maybe<std::int32_t>("version"),
             DocumentOut{}),
        bind("form.lint", habeas_form_lint, document("form"), DocumentOut{}),
        bind_free("form.lint_definition", habeas_form_lint_definition, document("form"),
                  DocumentOut{}),
        bind("form.render", habeas_form_render, text("code"), maybe_document("options"),
             flag("draft"), DocumentOut{}),
        bind("form.submit", habeas_form_submit, text("code"), document("values"),
             maybe_document("context"), DocumentOut{}),
        bind("form.confirm", habeas_form_confirm, text("token"), FoundOut{}),
        bind("form.submission", habeas_form_submission, id("submission"), DocumentOut{}),
        bind("form.submissions", habeas_form_submissions, maybe_text("code"),
             maybe<std::int64_t>("subject"), maybe<std::size_t>("limit", 100),
             maybe<std::int64_t>("after"), DocumentOut{}),

        bind("optin.ask", habeas_optin_ask, document("input"), DocumentOut{}),
        bind("optin.look_up", habeas_optin_look_up, text("token"), FoundOut{}),
        bind("optin.confirm", habeas_optin_confirm, text("token"), maybe_document("context"),
             FoundOut{}),
        bind("optin.vouch", habeas_optin_vouch, id("optin"), text("by")),
        bind("optin.resend", habeas_optin_resend, id("optin"), DocumentOut{}),
        bind("optin.cancel", habeas_optin_cancel, id("optin")),
        bind("optin.get", habeas_optin_get, id("optin"), DocumentOut{}),
        bind("optin.list", habeas_optin_list, maybe_document("filter"), DocumentOut{}),
        bind("preferences.link", habeas_preferences_link, id("subject"),
             maybe<std::int64_t>("valid_for_s"), TextOut{}),
        bind("page.get", habeas_page_get, document("request"), DocumentOut{}),
        bind("page.post", habeas_page_post, document("request"), text("body"), DocumentOut{}),

        bind("campaign.define", habeas_campaign_define, document("campaign"),
             NumberOut<std::int32_t>{}),
        bind("campaign.adopt", habeas_campaign_adopt, text("code")),
        bind("campaign.publish", habeas_campaign_publish, text("code")),
        bind("campaign.pause", habeas_campaign_pause, text("code"), maybe_text("reason")),
        bind("campaign.retire", habeas_campaign_retire, text("code")),
        bind("campaign.list", habeas_campaign_list, DocumentOut{}),
        bind("campaign.find", habeas_campaign_find, text("code"), DocumentOut{}),
        bind("campaign.enrol", habeas_campaign_enrol, text("code"), id("subject")),
        bind("campaign.remove_member", habeas_campaign_remove_member, text("code"), id("subject")),
        bind("campaign.run", habeas_campaign_run, maybe_document("options"), progress(),
             DocumentOut{}),
        bind("campaign.record_signal", habeas_campaign_record_signal, id("subject"),
             ListWordIn{"kind", HABEAS_LIST_SIGNAL}, text("key"), maybe_time("at")),
        bind("campaign.simulate", habeas_campaign_simulate, time("from"), time("to"),
             maybe_text("code"), maybe<std::size_t>("limit"), DocumentOut{}),
        bind("campaign.counts", habeas_campaign_counts, text("code"), DocumentOut{}),
        bind("campaign.show", habeas_campaign_show, text("code"), TextOut{}),
        bind("campaign.show_svg", habeas_campaign_show_svg, text("code"), TextOut{}),

        bind("points.define", habeas_points_define, document("definition")),
        bind("points.definition", habeas_points_definition, DocumentOut{}),
        bind("points.add", habeas_points_add, id("subject"), number_of<std::int32_t>("points"),
             maybe_text("reason"), FlagOut{}),
        bind("points.total", habeas_points_total, id("subject"), NumberOut<std::int64_t>{}),
        bind("points.history", habeas_points_history, id("subject"), DocumentOut{}),
    };
}

} // namespace habeas::capi
