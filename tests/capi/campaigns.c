/* Campaigns, what they ask of the host, and points. */
#include "test.h"

static const char welcome[] =
    "{\"code\":\"welcome\",\"labels\":{\"en\":\"Welcome\"},\"sources\":{\"manual\":true},"
    "\"failures\":{\"attempts\":5,\"pause_at\":10},\"events\":["
    "{\"id\":\"hello\",\"action\":\"send_message\",\"template\":\"news\",\"then\":["
    "{\"id\":\"read\",\"decision\":\"opened\",\"key\":\"news\",\"no_after\":\"P3D\","
    "\"yes\":[{\"id\":\"keen\",\"action\":\"add_tag\",\"tag\":\"keen\"}],"
    "\"no\":[{\"id\":\"again\",\"action\":\"send_message\",\"template\":\"news\","
    "\"when\":{\"after\":\"P1D\"}}]}]}]}";

static void publish(habeas_store* store, const char* code, const char* campaign) {
    int32_t version = 0;
    CHECK_OK(habeas_campaign_define(store, document_in("campaign", campaign), NUL, &version));
    CHECK(version == 1);
    CHECK_OK(habeas_campaign_publish(store, code, NUL));
}

static void a_campaign_runs_and_tells_how_it_goes(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    const int64_t start = test_time;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const int64_t bob = sample_subject(store, "bob@example.org");
    sample_consent(store, ada);
    publish(store, "welcome", welcome);
    CHECK_OK(habeas_campaign_enrol(store, "welcome", NUL, ada)); /* what is due is done at once */
    CHECK_OK(habeas_campaign_enrol(store, "welcome", NUL, bob));
    CHECK_OK(habeas_campaign_run(store,
                                 document_in("campaign_run_options",
                                             "{\"now\":\"2026-06-01T10:00:00Z\",\"limit\":100,"
                                             "\"campaign\":\"welcome\",\"batch\":10}"),
                                 NUL, NULL, NULL, &text));
    take("campaign_run_report", &text, "\"paused\":[],\"more\":false");
    CHECK_OK(habeas_campaign_record_signal(store, ada, HABEAS_SIGNAL_OPENED, "news", NUL, 0));
    CHECK_OK(habeas_tag_of(store, ada, &text));
    take("tag_list", &text, "keen");
    CHECK_OK(habeas_campaign_simulate(store, test_time, test_time + (int64_t)10 * 86400000,
                                      "welcome", NUL, 0, &text));
    take("simulation", &text, "\"event\":\"again\"");
    CHECK_OK(habeas_campaign_counts(store, "welcome", NUL, &text));
    take("event_counts", &text, "\"event\":\"keen\",\"outcome\":\"done\",\"count\":1");
    CHECK_OK(habeas_campaign_show(store, "welcome", NUL, &text));
    CHECK(strstr(text.data, "hello") != NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_campaign_show_svg(store, "welcome", NUL, &text));
    CHECK(strstr(text.data, "<svg") != NULL);
    habeas_string_free(&text);
    CHECK_OK(habeas_campaign_find(store, "welcome", NUL, &text));
    take("campaign_info", &text, "\"state\":\"published\"");
    CHECK_OK(habeas_definitions_export(store, &text));
    take("definitions", &text, "\"templates\"");
    CHECK_OK(habeas_campaign_remove_member(store, "welcome", NUL, bob));
    CHECK_OK(habeas_campaign_pause(store, "welcome", NUL, "holidays", NUL));
    CHECK_OK(habeas_campaign_list(store, &text));
    take("campaign_list", &text, "\"pause_reason\":\"holidays\"");
    CHECK_OK(habeas_campaign_publish(store, "welcome", NUL));
    CHECK_OK(habeas_campaign_adopt(store, "welcome", NUL));
    CHECK_OK(habeas_campaign_retire(store, "welcome", NUL));
    CHECK_STATUS(habeas_campaign_publish(store, "welcome", NUL), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_campaign_adopt(store, "welcome", NUL), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_campaign_pause(store, "welcome", NUL, NULL, 0), HABEAS_E_INVALID);
    CHECK(test_time == start);
    habeas_store_close(store);
}

static void wrong_calls_of_campaigns_are_refused(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    int32_t version = 9;
    const int64_t ada = sample_subject(store, "ada@example.org");
    publish(store, "welcome", welcome);
    CHECK_ERROR(habeas_campaign_define(store, "{\"code\":\"x\",\"events\":[]}", NUL, &version),
                HABEAS_E_INVALID, "/sources");
    CHECK(version == 0);
    CHECK_ERROR(habeas_campaign_define(store,
                                       "{\"code\":\"x\",\"sources\":{\"manual\":true},\"events\":"
                                       "[{\"id\":\"a\",\"action\":\"send_message\","
                                       "\"template\":\"none\"}]}",
                                       NUL, &version),
                HABEAS_E_NOT_FOUND, "/events/0/template");
    CHECK_STATUS(habeas_campaign_publish(store, "none", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_adopt(store, "none", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_pause(store, "none", NUL, NULL, 0), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_retire(store, "none", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_find(store, "none", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_enrol(store, "none", NUL, ada), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_enrol(store, "welcome", NUL, 999), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_campaign_remove_member(store, "none", NUL, ada), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_counts(store, "none", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_show(store, "none", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_campaign_show_svg(store, "none", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_campaign_run(store, "{\"batch\":0}", NUL, NULL, NULL, &text),
                HABEAS_E_INVALID, "/batch");
    CHECK_ERROR(habeas_campaign_record_signal(store, ada, 3, "news", NUL, 0), HABEAS_E_INVALID,
                "kind");
    CHECK_STATUS(habeas_campaign_record_signal(store, 999, 0, "news", NUL, 0),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(habeas_campaign_record_signal(store, ada, 0, "news", NUL, test_time + 3600000),
                HABEAS_E_INVALID, "at");
    CHECK_ERROR(habeas_campaign_simulate(store, INT64_MIN, INT64_MAX, NULL, 0, 0, &text),
                HABEAS_E_INVALID, "from");
    CHECK_ERROR(habeas_campaign_simulate(store, test_time, test_time - 1, NULL, 0, 0, &text),
                HABEAS_E_INVALID, "to");
    CHECK_STATUS(
        habeas_campaign_simulate(store, test_time, test_time + 1000, "none", NUL, 0, &text),
        HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_transaction_begin(store));
    CHECK_ERROR(habeas_campaign_run(store, NULL, 0, NULL, NULL, &text), HABEAS_E_INVALID,
                "transaction");
    CHECK_OK(habeas_transaction_rollback(store));
    habeas_store_close(store);
}

/* A host that does what it is asked, or not. */
static struct {
    int calls, freed;
    int32_t returns;
    char key[100];
    habeas_store* store;
} host;

static int32_t do_it(void* user, const habeas_host_call* call) {
    int64_t count = 7;
    CHECK(user == &host && call->struct_size == sizeof *call && call->subject == 1);
    CHECK(strcmp(call->name.data, "crm") == 0 && strcmp(call->campaign.data, "ask") == 0);
    CHECK(strcmp(call->event.data, "tell") == 0 && strcmp(call->data.data, "{\"list\":7}") == 0);
    CHECK_ERROR(habeas_subject_count(host.store, &count), HABEAS_E_CONCURRENT, "handle");
    if (host.calls++ == 0) {
        snprintf(host.key, sizeof host.key, "%s", call->key.data);
    }
    CHECK(strcmp(call->key.data, host.key) == 0 && call->key.size == strlen(host.key));
    return host.returns;
}

static void freed(void* user) {
    CHECK(user == &host);
    ++host.freed;
}

static int32_t stop_at_once(void* user, uint64_t done, uint64_t total) {
    (void)done;
    (void)total;
    return *(int32_t*)user;
}

static void a_campaign_asks_the_host_until_it_is_done(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    int32_t stop = -800;
    const int64_t start = test_time;
    const int64_t ada = sample_subject(store, "ada@example.org");
    memset(&host, 0, sizeof host);
    host.store = store;
    publish(store, "ask",
            "{\"code\":\"ask\",\"sources\":{\"manual\":true},\"events\":[{\"id\":\"tell\","
            "\"action\":\"call_host\",\"name\":\"crm\",\"data\":{\"list\":7},\"then\":["
            "{\"id\":\"mark\",\"action\":\"add_tag\",\"tag\":\"told\"}]}]}");
    CHECK_OK(habeas_campaign_enrol(store, "ask", NUL, ada)); /* there is no host yet */
    CHECK_OK(habeas_campaign_host_set(store, do_it, &host, freed));
    host.returns = -5;
    test_time += 3600000;
    CHECK_ERROR(habeas_campaign_run(store, NULL, 0, stop_at_once, &stop, &text), -800, "callback");
    CHECK(text.data == NULL && host.calls == 0);
    CHECK_OK(habeas_campaign_run(store, NULL, 0, NULL, NULL, &text)); /* it does not stop the run */
    take("campaign_run_report", &text, "\"failed\":1,\"host_calls\":0");
    CHECK(host.calls == 1);
    host.returns = 0;
    test_time += 3600000;
    CHECK_OK(habeas_campaign_run(store, NULL, 0, NULL, NULL, &text));
    take("campaign_run_report", &text, "\"failed\":0,\"host_calls\":1");
    CHECK(host.calls == 2);
    CHECK_OK(habeas_tag_of(store, ada, &text));
    take("tag_list", &text, "told");
    CHECK_OK(habeas_campaign_host_set(store, do_it, &host, freed));
    CHECK(host.freed == 1); /* the former one */
    CHECK_OK(habeas_campaign_host_set(store, NULL, NULL, NULL));
    CHECK(host.freed == 2);
    CHECK_OK(habeas_campaign_host_set(store, do_it, &host, freed));
    habeas_store_close(store);
    CHECK(host.freed == 3);
    CHECK_ERROR(habeas_campaign_host_set(store, do_it, &host, freed), HABEAS_E_HANDLE, "handle");
    CHECK(host.freed == 4); /* also where the call failed */
    test_time = start;
}

/* What follows a commit is done in the call that committed. */
static void a_ticked_box_erases_at_once_whom_the_host_vouches_for(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    int32_t version = 0;
    int64_t ada;
    CHECK_OK(habeas_segment_define(store,
                                   "{\"code\":\"leaving\",\"live\":true,\"filter\":{\"field\":"
                                   "\"vip\",\"op\":\"=\",\"value\":true},\"vouched\":\"the shop\"}",
                                   NUL));
    CHECK_OK(habeas_form_define(store,
                                "{\"code\":\"forget_me\",\"primary_purpose\":\"orders\","
                                "\"fields\":[{\"name\":\"mail\",\"type\":\"email\","
                                "\"label\":\"E-mail\",\"maps_to\":\"email\"},{\"name\":\"forget\","
                                "\"type\":\"checkbox\",\"label\":\"Delete all about me\","
                                "\"maps_to\":\"vip\"}],\"actions\":[{\"type\":\"message\","
                                "\"text\":\"We deal with it.\"}]}",
                                NUL, &version));
    CHECK_OK(habeas_form_publish(store, "forget_me", NUL, "a test", NUL));
    publish(store, "forget",
            "{\"code\":\"forget\",\"sources\":{\"segments\":[\"leaving\"]},\"events\":["
            "{\"id\":\"gone\",\"action\":\"delete_subject\",\"confirm_template\":\"confirm\"}]}");
    ada = sample_subject(store, "ada@example.org");
    CHECK_OK(habeas_form_submit(store, "forget_me", NUL,
                                "{\"mail\":\"ada@example.org\",\"forget\":\"yes\"}", NUL,
                                "{\"subject\":1}", NUL, &text));
    take("submission_result", &text, "We deal with it.");
    CHECK_STATUS(habeas_subject_get(store, ada, &text), HABEAS_E_ERASED);
    CHECK_OK(habeas_erasure_receipt(store, ada, &text));
    take("erasure_receipt", &text, NULL);
    CHECK_OK(habeas_request_list(store, NULL, 0, &text));
    take("request_list", &text, "\"origin\":\"campaign:forget\"");
    habeas_store_close(store);
}

static void points_are_kept_of_whom_it_is_allowed(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    habeas_event event;
    int64_t number = 0, total = 9;
    int32_t kept = 9;
    const int64_t ada = sample_subject(store, "ada@example.org");
    CHECK_OK(habeas_points_define(
        store,
        document_in("points_definition",
                    "{\"purpose\":\"scoring\",\"rules\":[{\"code\":\"clicked\",\"on\":\"clicked\","
                    "\"key\":\"news\",\"points\":5,\"limit\":1}]}"),
        NUL));
    CHECK_OK(habeas_points_definition(store, &text));
    take("points_definition", &text, "\"purpose\":\"scoring\"");
    CHECK_OK(habeas_points_add(store, ada, 3, "by hand", NUL, &kept));
    CHECK(kept == 0);
    CHECK_OK(habeas_event_init(&event, sizeof event));
    event.kind = HABEAS_EVENT_GRANTED;
    event.subject = ada;
    event.purpose = (habeas_text){"scoring", NUL};
    event.channel = HABEAS_CHANNEL_EMAIL;
    event.method = (habeas_text){"paper", NUL};
    event.document = (habeas_text){"scan", NUL};
    CHECK_OK(habeas_consent_record(store, &event, &number));
    CHECK_OK(habeas_points_add(store, ada, 3, "by hand", NUL, &kept));
    CHECK(kept == 1);
    CHECK_OK(habeas_campaign_record_signal(store, ada, HABEAS_SIGNAL_CLICKED, "news", NUL, 0));
    CHECK_OK(habeas_points_total(store, ada, &total));
    CHECK(total == 8);
    CHECK_OK(habeas_points_history(store, ada, &text));
    take("points_history", &text, "\"points\":5,\"reason\":\"rule clicked\"");

    CHECK_ERROR(habeas_points_define(store, "{\"rules\":[{\"code\":\"x\",\"on\":\"luck\"}]}", NUL),
                HABEAS_E_INVALID, "/rules/0/on");
    CHECK_ERROR(habeas_points_define(store, "\xff", NUL), HABEAS_E_INVALID, "definition");
    CHECK_STATUS(habeas_points_add(store, 999, 1, "x", NUL, &kept), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK(kept == 0);
    CHECK_STATUS(habeas_points_total(store, 999, &total), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK(total == 0);
    CHECK_STATUS(habeas_points_history(store, 999, &text), HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(habeas_points_definition(store, NULL), HABEAS_E_INVALID, "definition");
    habeas_store_close(store);
}

void campaign_phases(void) {
    phase("a campaign runs and tells how it goes", a_campaign_runs_and_tells_how_it_goes);
    phase("wrong calls of campaigns are refused", wrong_calls_of_campaigns_are_refused);
    phase("a campaign asks the host until it is done", a_campaign_asks_the_host_until_it_is_done);
    phase("a ticked box erases at once whom the host vouches for",
          a_ticked_box_erases_at_once_whom_the_host_vouches_for);
    phase("points are kept of whom it is allowed", points_are_kept_of_whom_it_is_allowed);
}
