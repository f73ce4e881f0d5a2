/* Forms, from the definition to what people sent. */
#include "test.h"

static const char signup[] =
    "{\"code\":\"signup\",\"language\":\"en\",\"primary_purpose\":\"newsletter\","
    "\"privacy_url\":\"https://shop.example/privacy\",\"limit\":{\"count\":3,\"minutes\":60},"
    "\"fields\":[{\"name\":\"mail\",\"type\":\"email\",\"label\":{\"en\":\"E-mail\"},"
    "\"maps_to\":\"email\",\"required\":true},"
    "{\"name\":\"topics\",\"type\":\"checkbox_group\",\"label\":\"Topics\","
    "\"options\":[\"a\",{\"value\":\"b\",\"label\":\"B\"}]},"
    "{\"type\":\"checkbox\",\"purpose\":\"newsletter\",\"channels\":[\"email\"]}],"
    "\"actions\":[{\"type\":\"message\",\"text\":{\"en\":\"Thank you\"}},"
    "{\"type\":\"open_request\",\"target\":\"access\",\"template\":\"confirm\"},"
    "{\"type\":\"add_tag\",\"target\":\"signed_up\"}]}";

static void publish(habeas_store* store, const char* code, const char* form, const char* reason) {
    int32_t version = 0;
    CHECK_OK(habeas_form_define(store, document_in("form", form), NUL, &version));
    CHECK(version == 1);
    CHECK_OK(habeas_form_publish(store, code, NUL, reason, NUL));
}

static void a_form_is_linted_published_and_rendered(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    int32_t version = 9;
    const char* ticked =
        "{\"code\":\"ticked\",\"primary_purpose\":\"newsletter\",\"fields\":[{\"name\":\"mail\","
        "\"type\":\"email\",\"label\":\"E-mail\",\"maps_to\":\"email\"},{\"type\":\"checkbox\","
        "\"purpose\":\"newsletter\",\"default\":true}]}";
    CHECK_OK(habeas_form_lint_definition(document_in("form", ticked), NUL, &text));
    take("lint_findings", &text, "\"severity\":\"error\"");
    CHECK_OK(habeas_form_lint(store, ticked, NUL, &text));
    take("lint_findings", &text, "/fields/1/default");
    CHECK_OK(habeas_form_define(store, ticked, NUL, &version));
    CHECK_STATUS(habeas_form_publish(store, "ticked", NUL, NULL, 0), HABEAS_E_DENIED);
    CHECK_STATUS(habeas_form_render(store, "ticked", NUL, NULL, 0, 0, &text), HABEAS_E_NOT_FOUND);
    CHECK_OK(habeas_form_render(store, "ticked", NUL, NULL, 0, 1, &text));
    take("rendered_form", &text, "<form");
    CHECK_OK(habeas_form_publish(store, "ticked", NUL, "a test", NUL));
    CHECK_OK(habeas_form_find(store, "ticked", NUL, 1, &text));
    take("form_info", &text, "\"overridden\":\"a test\"");
    publish(store, "signup", signup, "a test");
    CHECK_OK(habeas_form_list(store, &text));
    take("form_list", &text, "\"submissions\":0");
    CHECK_OK(habeas_definitions_export(store, &text));
    take("definitions", &text, "\"templates\"");
    CHECK_OK(habeas_form_render(
        store, "signup", NUL,
        document_in("render_options",
                    "{\"language\":\"en\",\"action\":\"/send\",\"csrf_name\":\"t\","
                    "\"csrf_value\":\"<&\",\"classes\":{\"form\":\"wide\"},\"id_prefix\":\"x\","
                    "\"values\":{\"mail\":\"a<b\",\"topics\":[\"a\",\"b\"]},"
                    "\"errors\":{\"mail\":\"No address.\"}}"),
        NUL, 0, &text));
    CHECK(strstr(text.data, "a&lt;b") != NULL && strstr(text.data, "\"a<b\"") == NULL);
    take("rendered_form", &text, "No address.");
    CHECK_OK(habeas_form_retire(store, "ticked", NUL));
    CHECK_STATUS(habeas_form_publish(store, "ticked", NUL, "a test", NUL), HABEAS_E_NOT_FOUND);

    CHECK_ERROR(habeas_form_define(store, "{\"code\":\"x\",\"fields\":[{\"typ\":\"text\"}]}", NUL,
                                   &version),
                HABEAS_E_INVALID, "/fields/0/typ");
    CHECK(version == 0);
    CHECK_ERROR(habeas_form_define(store, NULL, 9, &version), HABEAS_E_INVALID, "form");
    CHECK_ERROR(habeas_form_lint(store, "{\"fields\":1}", NUL, &text), HABEAS_E_INVALID, "/fields");
    CHECK_STATUS(habeas_form_lint_definition("{", NUL, &text), HABEAS_E_INVALID);
    CHECK_STATUS(habeas_form_find(store, "nothing", NUL, 0, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_form_find(store, "signup", NUL, 2, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_form_retire(store, "nothing", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_form_publish(store, "nothing", NUL, NULL, 0), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(
        habeas_form_render(store, "signup", NUL, "{\"action\":\"javascript:x\"}", NUL, 0, &text),
        HABEAS_E_INVALID, "action");
    CHECK_ERROR(
        habeas_form_render(store, "signup", NUL, "{\"values\":{\"mail\":1}}", NUL, 0, &text),
        HABEAS_E_INVALID, "/values/mail");
    CHECK_ERROR(habeas_form_render(store, "signup", NUL, NULL, 0, 2, &text), HABEAS_E_INVALID,
                "draft");
    habeas_store_close(store);
}

static void what_people_send_is_taken_or_told_what_is_wrong(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    int32_t state = 0;
    int at;
    publish(store, "signup", signup, "a test");
    CHECK_OK(habeas_form_submit(
        store, "signup", NUL,
        document_in(
            "form_values",
            "{\"mail\":\"ada@example.org\",\"topics\":[\"a\",\"b\"],\"newsletter\":\"yes\"}"),
        NUL,
        document_in("submission_context",
                    "{\"ip\":\"192.0.2.7\",\"user_agent\":\"Test\",\"language\":\"en\","
                    "\"page\":\"/\"}"),
        NUL, &text));
    take("submission_result", &text,
         "\"outcome\":\"accepted\",\"submission\":1,\"subject\":1,"
         "\"errors\":{},\"message\":\"Thank you\",\"redirect\":\"\","
         "\"requests\":[1],\"messages\":[1]");
    CHECK_OK(habeas_consent_state(store, 1, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &state));
    CHECK(state == HABEAS_STATE_GRANTED);
    CHECK_OK(habeas_form_submit(store, "signup", NUL, "{\"mail\":\"nonsense\"}", NUL,
                                "{\"ip\":\"192.0.2.7\",\"subject\":1}", NUL, &text));
    take("submission_result", &text, "\"outcome\":\"invalid\",\"submission\":null");
    for (at = 0; at < 2; ++at) {
        CHECK_OK(habeas_form_submit(store, "signup", NUL, "{\"mail\":\"ada@example.org\"}", NUL,
                                    "{\"ip\":\"192.0.2.7\"}", NUL, &text));
        take("submission_result", &text, at == 0 ? "accepted" : "rate_limited");
    }
    CHECK_OK(habeas_form_submission(store, 1, &text));
    take("submission", &text, "\"topics\":\"a|b\"");
    CHECK_OK(habeas_form_submissions(store, "signup", NUL, 1, 10, 1, &text));
    take("submission_list", &text, "\"submission\":2");
    CHECK_OK(habeas_form_submissions(store, NULL, 0, 0, 1, 0, &text));
    take("submission_list", &text, "\"submission\":1");

    CHECK_STATUS(habeas_form_submit(store, "nothing", NUL, "{}", NUL, NULL, 0, &text),
                 HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_form_submit(store, "signup", NUL, "{\"mail\":[1]}", NUL, NULL, 0, &text),
                HABEAS_E_INVALID, "/mail/0");
    CHECK_ERROR(habeas_form_submit(store, "signup", NUL, "[]", NUL, NULL, 0, &text),
                HABEAS_E_INVALID, "");
    CHECK_ERROR(habeas_form_submit(store, "signup", NUL, "{}", NUL, "{\"cookie\":1}", NUL, &text),
                HABEAS_E_INVALID, "/cookie");
    CHECK_STATUS(habeas_form_submit(store, "signup", NUL, "{\"mail\":\"a@example.org\"}", NUL,
                                    "{\"subject\":999}", NUL, &text),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_STATUS(habeas_form_submission(store, 999, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_form_submissions(store, "signup", NUL, 999, 10, 0, &text),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(habeas_form_submissions(store, "signup", NUL, 0, 0, 0, &text), HABEAS_E_INVALID,
                "limit");
    habeas_store_close(store);
}

/* The token of the last message, as a person would find it in the mail. */
static int32_t keep_token(void* user, const habeas_outgoing* messages, size_t count,
                          habeas_gateway_result* results) {
    const char* at = strstr(messages[count - 1].document.data, "token=");
    if (CHECK(at != NULL)) {
        snprintf(user, 200, "%.*s", (int)strcspn(at + 6, "\"\\ "), at + 6);
    }
    results[count - 1].outcome = HABEAS_GATEWAY_SENT;
    return 0;
}

static void see_and_press_the_button(habeas_store* store, const char* token) {
    habeas_string text;
    char request[400] = "";
    snprintf(request, sizeof request, "{\"path\":\"/confirm/%s\"}", token);
    CHECK_OK(habeas_page_get(store, request, NUL, &text));
    take("page", &text, "<button name=\\\"action\\\" value=\\\"confirm\\\">");
    CHECK_OK(habeas_page_post(store, request, NUL, "action=confirm", NUL, &text));
    take("page", &text, "\"status\":200");
}

static void a_host_asks_by_itself(habeas_store* store) {
    habeas_string text;
    const int64_t grace = sample_subject(store, "grace@example.org");
    char input[400] = "";
    snprintf(input, sizeof input,
             "{\"subject\":%d,\"message_template\":\"please\",\"language\":\"en\",\"consents\":"
             "[{\"purpose\":\"newsletter\",\"channel\":\"email\",\"method\":\"form\"}]}",
             (int)grace);
    CHECK_OK(habeas_optin_ask(store, document_in("optin_input", input), NUL, &text));
    take("optin", &text, "\"mails\":1");
    CHECK_OK(habeas_optin_ask(store, input, NUL, &text));
    take("optin", &text, "\"withheld\":\"already_asked\"");
    CHECK_STATUS(habeas_optin_resend(store, 2, &text), HABEAS_E_DENIED);
    CHECK_OK(habeas_optin_cancel(store, 3));
    CHECK_ERROR(habeas_optin_vouch(store, 2, "", NUL), HABEAS_E_INVALID, "by");
    CHECK_OK(habeas_optin_vouch(store, 2, "Ina at the counter", NUL));
    CHECK_ERROR(habeas_optin_ask(store, "{\"subject\":1,\"consents\":[]}", NUL, &text),
                HABEAS_E_INVALID, "consents");
}

static void consent_is_confirmed_by_mail(void) {
    habeas_store* store = sample_shop();
    habeas_gateway gateway;
    habeas_string text;
    char token[200] = "";
    int64_t optin = 9, submission = 9;
    int32_t state = 0, version = 0;
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"confirming\",\"basis\":\"legitimate_interests\","
                                   "\"balancing_test\":true,\"kind\":\"confirmation\","
                                   "\"channels\":[\"email\"]}",
                                   NUL));
    CHECK_OK(habeas_purpose_define(store,
                                   "{\"code\":\"newsletter\",\"basis\":\"consent\","
                                   "\"kind\":\"marketing\",\"channels\":[\"email\"],"
                                   "\"double_opt_in\":true}",
                                   NUL));
    CHECK_OK(habeas_template_define(store,
                                    "{\"code\":\"please\",\"purpose\":\"confirming\",\"languages\":"
                                    "{\"en\":{\"subject\":\"Please\",\"text\":"
                                    "\"token={{data.token}}\"}}}",
                                    NUL, &version));
    publish(store, "optin",
            "{\"code\":\"optin\",\"primary_purpose\":\"newsletter\","
            "\"confirm_template\":\"please\",\"privacy_url\":\"https://shop.example/privacy\","
            "\"fields\":[{\"name\":\"mail\",\"type\":\"email\",\"label\":\"E-mail\","
            "\"maps_to\":\"email\",\"required\":true},{\"type\":\"checkbox\","
            "\"purpose\":\"newsletter\"}]}",
            "a test");
    CHECK_OK(habeas_form_submit(store, "optin", NUL,
                                "{\"mail\":\"ada@example.org\",\"newsletter\":\"yes\"}", NUL, NULL,
                                0, &text));
    take("submission_result", &text, "\"messages\":[1]");
    CHECK_OK(habeas_gateway_init(&gateway, sizeof gateway));
    gateway.id = (habeas_text){"host", NUL};
    gateway.send = keep_token;
    gateway.user = token;
    CHECK_OK(habeas_outbox_send(store, &gateway, NULL, 0, NULL, NULL, &text));
    take("send_report", &text, "\"sent\":1");
    CHECK_OK(habeas_optin_list(store, document_in("optin_filter", "{\"state\":\"waiting\"}"), NUL,
                               &text));
    take("optin_list", &text, "\"mails\":1");
    CHECK_OK(habeas_optin_confirm(store, "guessed", NUL, NULL, 0, &optin));
    CHECK(optin == 0);
    CHECK_OK(habeas_optin_look_up(store, token, NUL, &optin));
    CHECK(optin == 1);
    see_and_press_the_button(store, token);
    CHECK_OK(habeas_consent_state(store, 1, "newsletter", NUL, HABEAS_CHANNEL_EMAIL, &state));
    CHECK(state == HABEAS_STATE_GRANTED);
    CHECK_OK(habeas_optin_confirm(
        store, token, NUL,
        document_in("optin_context", "{\"ip\":\"192.0.2.9\",\"user_agent\":\"x\"}"), NUL, &optin));
    CHECK(optin == 1); /* again: the same answer, and nothing new */
    CHECK_OK(habeas_optin_get(store, 1, &text));
    take("optin", &text, "\"state\":\"confirmed\"");
    CHECK_ERROR(habeas_optin_confirm(store, token, NUL, NULL, 0, NULL), HABEAS_E_INVALID, "optin");
    CHECK_OK(habeas_form_confirm(store, token, NUL, &submission));
    CHECK(submission == 0); /* it was used */
    CHECK_OK(habeas_form_confirm(store, "guessed", NUL, &submission));
    CHECK(submission == 0);
    CHECK_STATUS(habeas_optin_cancel(store, 1), HABEAS_E_CONFLICT);
    CHECK_STATUS(habeas_optin_resend(store, 1, &text), HABEAS_E_CONFLICT);
    CHECK_STATUS(habeas_optin_get(store, 7, &text), HABEAS_E_NOT_FOUND);
    a_host_asks_by_itself(store);
    habeas_store_close(store);
}

static void preferences_are_a_page(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    char request[400] = "";
    const int64_t ada = sample_subject(store, "ada@example.org");
    CHECK_ERROR(habeas_preferences_link(store, ada, -1, &text), HABEAS_E_INVALID, "valid_for");
    CHECK_OK(habeas_preferences_link(store, ada, 3600, &text));
    habeas_string_free(&text);
    CHECK_OK(habeas_preferences_link(store, ada, 0, &text));
    CHECK(text.size < 300 && strstr(text.data, "/preferences/") != NULL);
    snprintf(request, sizeof request, "{\"path\":\"%s\",\"language\":\"de\"}",
             strstr(text.data, "/preferences/"));
    habeas_string_free(&text);
    CHECK_OK(habeas_page_get(store, document_in("page_request", request), NUL, &text));
    take("page", &text, "\"status\":200");
    CHECK_OK(habeas_page_post(store, request, NUL, "action=data", NUL, &text));
    take("page", &text, "role=\\\"status\\\"");
    CHECK_OK(habeas_page_post(store, request, NUL, "action=dance", NUL, &text));
    take("page", &text, "\"status\":400");
    CHECK_OK(habeas_page_get(store, "{\"path\":\"/preferences/guessed\"}", NUL, &text));
    take("page", &text, "\"status\":404");
    CHECK_ERROR(habeas_page_get(store, "{\"road\":\"\"}", NUL, &text), HABEAS_E_INVALID, "/road");
    habeas_store_close(store);
}

void form_phases(void) {
    phase("a form is linted, published and rendered", a_form_is_linted_published_and_rendered);
    phase("what people send is taken, or told what is wrong",
          what_people_send_is_taken_or_told_what_is_wrong);
    phase("consent is confirmed by mail", consent_is_confirmed_by_mail);
    phase("preferences are a page", preferences_are_a_page);
}
