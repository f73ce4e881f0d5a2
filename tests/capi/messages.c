/* Templates, the queue of messages, and gateways. */
#define _POSIX_C_SOURCE 200809L
#include "test.h"

#include <dirent.h>
#include <stdlib.h>

static void templates_are_declared_and_previewed(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    int32_t version = 0;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const char* again = "{\"code\":\"order\",\"purpose\":\"orders\",\"languages\":{\"en\":"
                        "{\"subject\":\"Order\",\"text\":\"Number {{data.number}}\"}}}";
    CHECK_OK(habeas_template_define(store, again, NUL, &version));
    CHECK(version == 2);
    CHECK_OK(habeas_template_define(store, again, NUL, &version));
    CHECK(version == 2);
    CHECK_OK(habeas_template_find(store, "order", NUL, &text));
    take("template_info", &text, "\"version\":2");
    CHECK_OK(habeas_template_preview(store, "order", NUL, ada, "{\"number\":7}", NUL, &text));
    take("rendered_message", &text, "Number 7");
    CHECK_OK(habeas_template_check(store, "order", NUL, NULL, 0, &text));
    take("template_report", &text, "\"data.number\"");
    CHECK_OK(habeas_template_check(
        store, "order", NUL,
        document_in("template_check_options", "{\"subjects\":[1],\"data\":{},\"limit\":5}"), NUL,
        &text));
    take("template_report", &text, "\"recipients\":1");
    CHECK_STATUS(habeas_template_check(store, "nothing", NUL, NULL, 0, &text), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_template_check(store, "order", NUL, "{\"subjects\":[\"a\"]}", NUL, &text),
                HABEAS_E_INVALID, "/subjects/0");
    CHECK_OK(habeas_template_retire(store, "confirm", NUL));
    CHECK_OK(habeas_template_list(store, &text));
    CHECK(strstr(text.data, "\"code\":\"confirm\"") == NULL);
    take("template_list", &text, "\"code\":\"news\"");
    CHECK_OK(habeas_definitions_export(store, &text));
    take("definitions", &text, "\"templates\"");

    CHECK_STATUS(habeas_template_find(store, "nothing", NUL, &text), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_template_retire(store, "nothing", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_template_preview(store, "nothing", NUL, ada, NULL, 0, &text),
                 HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_template_preview(store, "order", NUL, 999, NULL, 0, &text),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(
        habeas_template_define(store, "{\"code\":\"x\",\"kind\":\"letter\"}", NUL, &version),
        HABEAS_E_INVALID, "/kind");
    CHECK(version == 0);
    CHECK_STATUS(habeas_template_define(store,
                                        "{\"code\":\"x\",\"purpose\":\"orders\",\"languages\":"
                                        "{\"en\":{\"subject\":\"S\",\"text\":\"{{nobody}}\"}}}",
                                        NUL, &version),
                 HABEAS_E_INVALID);
    CHECK_ERROR(habeas_template_define(store, "\xff", NUL, &version), HABEAS_E_INVALID, "message");
    habeas_store_close(store);
}

static void queue(habeas_store* store, const char* message, const char* expected) {
    habeas_string text;
    CHECK_OK(habeas_message_queue(store, document_in("message", message), NUL, NULL, 0, &text));
    take("queue_result", &text, expected);
}

static void nothing_is_queued_that_nobody_agreed_to(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    int64_t found = 9;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const char* news = "{\"subject\":1,\"key\":\"news-1\",\"message_template\":\"news\","
                       "\"data\":{\"story\":\"S\"},\"priority\":3,"
                       "\"not_before\":\"2026-06-01T10:00:00Z\"}";
    queue(store, news,
          "\"state\":\"refused\",\"again\":false,\"decision\":{\"allowed\":false,"
          "\"reason\":\"NO_CONSENT\"");
    queue(store, news, "\"again\":true,\"decision\":null");
    sample_consent(store, ada);
    queue(store, "{\"subject\":1,\"key\":\"news-2\",\"message_template\":\"news\"}",
          "\"state\":\"queued\"");
    queue(store,
          "{\"subject\":1,\"key\":\"order-1\",\"purpose\":\"orders\",\"channel\":\"email\","
          "\"subject_line\":\"Order 1\",\"text\":\"Thank you.\",\"html\":\"<p>Thank you.</p>\"}",
          "\"reason\":\"OK_CONTRACT\"");
    CHECK_OK(habeas_message_notify(
        store,
        document_in("notice", "{\"to\":\"Desk <desk@shop.example>\",\"key\":\"n1\",\"about\":1,"
                              "\"message_template\":\"notice\",\"data\":{\"what\":\"look\"}}"),
        NUL, NULL, 0, &text));
    take("queue_result", &text, "\"decision\":null");
    CHECK_OK(habeas_message_find(store, "order-1", NUL, &found));
    CHECK(found == 3);
    CHECK_OK(habeas_message_get(store, found, &text));
    take("message_info", &text, "\"key\":\"order-1\"");
    CHECK_OK(habeas_message_stop(store, found, "not wanted", NUL));
    CHECK_OK(habeas_message_list(
        store,
        document_in("message_filter",
                    "{\"state\":\"stopped\",\"subject\":1,\"limit\":10,\"after\":0}"),
        NUL, &text));
    take("message_list", &text, "\"reason\":\"not wanted\"");
    CHECK_OK(habeas_message_list(store, NULL, 0, &text));
    take("message_list", &text, "\"kind\":\"internal\"");
    CHECK_OK(habeas_message_find(store, "unheard", NUL, &found));
    CHECK(found == 0);

    CHECK_ERROR(habeas_message_queue(store, "{\"subject\":1,\"key\":\"k\",\"data\":[]}", NUL, NULL,
                                     0, &text),
                HABEAS_E_INVALID, "/data");
    CHECK_ERROR(habeas_message_queue(store, "{\"subject\":1,\"key\":\"k\",\"channel\":\"owl\"}",
                                     NUL, NULL, 0, &text),
                HABEAS_E_INVALID, "/channel");
    CHECK_ERROR(habeas_message_queue(store, "{\"subject\":1,\"key\":\"k\",\"not_before\":\"x\"}",
                                     NUL, NULL, 0, &text),
                HABEAS_E_INVALID, "/not_before");
    CHECK_ERROR(habeas_message_queue(store,
                                     "{\"subject\":1,\"key\":\"k\",\"message_template\":\"no\"}",
                                     NUL, NULL, 0, &text),
                HABEAS_E_NOT_FOUND, "message_template");
    CHECK_STATUS(habeas_message_queue(
                     store, "{\"subject\":999,\"key\":\"k\",\"message_template\":\"order\"}", NUL,
                     NULL, 0, &text),
                 HABEAS_E_SUBJECT_UNKNOWN);
    CHECK_ERROR(habeas_message_queue(store, "{\"subject\":1}", NUL, NULL, 1, &text),
                HABEAS_E_INVALID, "attachments");
    CHECK_ERROR(habeas_message_notify(store, "{\"subject\":1}", NUL, NULL, 0, &text),
                HABEAS_E_INVALID, "/subject");
    CHECK_STATUS(habeas_message_get(store, 999, &text), HABEAS_E_NOT_FOUND);
    CHECK_ERROR(habeas_message_list(store, "{\"limit\":0}", NUL, &text), HABEAS_E_INVALID,
                "/limit");
    CHECK_ERROR(habeas_message_list(store, "{\"state\":\"lost\"}", NUL, &text), HABEAS_E_INVALID,
                "/state");
    CHECK_STATUS(habeas_message_stop(store, 999, "x", NUL), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_message_stop(store, 3, "x", NUL), HABEAS_E_CONFLICT);
    CHECK_STATUS(habeas_message_retry(store, 999), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_message_retry(store, 2), HABEAS_E_CONFLICT);
    CHECK_STATUS(habeas_message_confirm_sent(store, 999), HABEAS_E_NOT_FOUND);
    CHECK_STATUS(habeas_message_confirm_sent(store, 2), HABEAS_E_CONFLICT);
    CHECK_ERROR(habeas_message_find_token(store, "guessed", NUL, &text), HABEAS_E_NOT_FOUND,
                "token");
    habeas_store_close(store);
}

static void a_folder_gets_one_file_a_message(void) {
    habeas_store* store = NULL;
    habeas_string text;
    habeas_attachment attachments[2];
    struct dirent* entry;
    int files = 0;
    DIR* folder;
    CHECK_OK(habeas_store_create(scratch("mail.habeas"), NUL, NULL, &store));
    CHECK_OK(habeas_setting_set(store, "sender", NUL, "shop@shop.example", NUL));
    write_file(scratch("terms.txt"), "All of them.");
    CHECK_OK(habeas_attachment_init(&attachments[0], sizeof attachments[0]));
    CHECK_OK(habeas_attachment_init(&attachments[1], sizeof attachments[1]));
    attachments[0].name = (habeas_text){"terms.txt", NUL};
    attachments[0].path = (habeas_text){scratch("terms.txt"), NUL};
    attachments[1].name = (habeas_text){"bytes.bin", NUL};
    attachments[1].type = (habeas_text){"application/x-bytes", NUL};
    attachments[1].content = (habeas_text){"a\0\xff", 3};
    CHECK_OK(habeas_message_notify(store,
                                   "{\"to\":\"desk@shop.example\",\"key\":\"n\",\"text\":\"Hi\","
                                   "\"subject_line\":\"Note\"}",
                                   NUL, attachments, 2, &text));
    habeas_string_free(&text);
    CHECK_OK(habeas_outbox_send_to_folder(store, scratch("mail"), NUL, NULL, 0, NULL, NULL, &text));
    take("send_report", &text, "\"sent\":1");
    folder = opendir(scratch("mail"));
    if (CHECK(folder != NULL)) {
        while ((entry = readdir(folder)) != NULL) {
            if (strstr(entry->d_name, ".eml") != NULL) {
                char path[300];
                char* mail;
                snprintf(path, sizeof path, "mail/%.200s", entry->d_name);
                mail = read_file(scratch(path), NULL);
                CHECK(mail != NULL && strstr(mail, "terms.txt") != NULL &&
                      strstr(mail, "YQD/") != NULL);
                free(mail);
                ++files;
            }
        }
        closedir(folder);
    }
    CHECK(files == 1);
    attachments[1].struct_size = 8;
    CHECK_ERROR(habeas_message_notify(store, "{\"to\":\"a@b.example\",\"key\":\"m\"}", NUL,
                                      attachments, 2, &text),
                HABEAS_E_INVALID, "attachments");
    CHECK_ERROR(habeas_attachment_init(NULL, 8), HABEAS_E_INVALID, "attachment");
    CHECK_STATUS(habeas_outbox_send_to_folder(store, scratch("mail.habeas"), NUL, NULL, 0, NULL,
                                              NULL, &text),
                 HABEAS_E_INVALID);
    CHECK_ERROR(habeas_outbox_send_to_folder(store, "", 0, NULL, 0, NULL, NULL, &text),
                HABEAS_E_INVALID, "folder");
    habeas_store_close(store);
}

/* A gateway that answers as told and remembers what it was given. */
static struct {
    int32_t returns, outcome, fate, knows;
    int calls, messages, asked;
    char token[200], reference[80];
    habeas_store* store;
} post;

static void look_for_token(const char* document) {
    const char* at = strstr(document, "https://shop.example/u");
    const char* end = at == NULL ? NULL : strpbrk(at, ">\"\\ ");
    if (CHECK(end != NULL)) {
        while (end > at && end[-1] != '/') {
            --end;
        }
        snprintf(post.token, sizeof post.token, "%.*s", (int)strcspn(end, ">\"\\ "), end);
    }
}

static int32_t send_all(void* user, const habeas_outgoing* messages, size_t count,
                        habeas_gateway_result* results) {
    size_t at;
    int64_t subjects = 7;
    CHECK(user == &post);
    CHECK_ERROR(habeas_subject_count(post.store, &subjects), HABEAS_E_CONCURRENT, "handle");
    ++post.calls;
    for (at = 0; at < count; ++at) {
        const habeas_outgoing* each = &messages[at];
        habeas_string document = {(char*)each->document.data, each->document.size};
        CHECK(each->struct_size == sizeof *each && each->channel == HABEAS_CHANNEL_EMAIL);
        CHECK(each->message > 0 && each->reference.size > 8);
        CHECK(strcmp(each->recipient.data, "ada@example.org") == 0);
        CHECK(strstr(each->mime.data, "\r\n") != NULL);
        document_out("outgoing_message", &document);
        if (strstr(each->document.data, "\"kind\":\"marketing\"") != NULL) {
            look_for_token(each->document.data);
            CHECK(each->attachment_count == 0);
        } else {
            CHECK(each->attachment_count == 1 && each->attachments[0].content.size == 3 &&
                  memcmp(each->attachments[0].content.data, "a\0b", 3) == 0);
        }
        CHECK(results[at].outcome == HABEAS_GATEWAY_UNCERTAIN && results[at].reason[0] == '\0');
        results[at].outcome = post.outcome;
        results[at].retry_after_ms = 1000;
        snprintf(results[at].reference, sizeof results[at].reference, "theirs-%d", post.messages);
        snprintf(results[at].reason, sizeof results[at].reason, "mailbox_full");
        ++post.messages;
    }
    return post.returns;
}

static int32_t tell(void* user, const char* reference, size_t size, habeas_gateway_result* result,
                    int32_t* known) {
    CHECK(user == &post && strlen(reference) == size);
    ++post.asked;
    result->outcome = post.fate;
    *known = post.knows;
    return post.returns;
}

static habeas_gateway host_gateway(habeas_store* store) {
    habeas_gateway gateway;
    memset(&post, 0, sizeof post);
    post.store = store;
    CHECK_OK(habeas_gateway_init(&gateway, sizeof gateway));
    gateway.id = (habeas_text){"host", NUL};
    gateway.compose = 1;
    gateway.send = send_all;
    gateway.resolve = tell;
    gateway.user = &post;
    return gateway;
}

static void a_host_sends_by_itself(void) {
    habeas_store* store = sample_shop();
    habeas_gateway gateway = host_gateway(store);
    habeas_attachment attachment;
    habeas_string text;
    char options[200];
    const int32_t channels[] = {HABEAS_CHANNEL_EMAIL, HABEAS_CHANNEL_SMS};
    const int64_t start = test_time;
    const int64_t ada = sample_subject(store, "ada@example.org");
    sample_consent(store, ada);
    CHECK_OK(habeas_attachment_init(&attachment, sizeof attachment));
    attachment.name = (habeas_text){"a.bin", NUL};
    attachment.content = (habeas_text){"a\0b", 3};
    queue(store, "{\"subject\":1,\"key\":\"news\",\"message_template\":\"news\"}", "queued");
    CHECK_OK(habeas_message_queue(
        store, "{\"subject\":1,\"key\":\"order\",\"message_template\":\"order\"}", NUL, &attachment,
        1, &text));
    habeas_string_free(&text);
    gateway.channels = channels;
    gateway.channel_count = 2;
    gateway.batch_size = 1;
    post.outcome = HABEAS_GATEWAY_TRANSIENT;
    CHECK_OK(habeas_time_format(test_time, &text));
    snprintf(options, sizeof options,
             "{\"limit\":10,\"max_attempts\":3,\"lease_ms\":60000,\"first_backoff_ms\":1000,"
             "\"longest_backoff_ms\":2000,\"now\":\"%s\"}",
             text.data);
    habeas_string_free(&text);
    CHECK_OK(habeas_outbox_send(store, &gateway, document_in("send_options", options), NUL, NULL,
                                NULL, &text));
    take("send_report", &text, "\"retried\":2");
    CHECK(post.calls == 2);
    test_time += 60000;
    post.outcome = HABEAS_GATEWAY_SENT;
    CHECK_OK(habeas_outbox_send(store, &gateway, NULL, 0, NULL, NULL, &text));
    take("send_report", &text, "\"sent\":2");
    CHECK_OK(habeas_message_get(store, 1, &text));
    take("message_info", &text, "\"gateway\":\"host\",\"gateway_reference\":\"theirs-");
    CHECK_OK(habeas_message_find_token(store, post.token, NUL, &text));
    take("token_info", &text, "\"purpose\":\"newsletter\"");
    test_time = start;
    habeas_store_close(store);
}

static int32_t stop_at_once(void* user, uint64_t done, uint64_t total) {
    (void)done;
    (void)total;
    return *(int32_t*)user;
}

static void what_a_gateway_does_not_answer_is_uncertain(void) {
    habeas_store* store = sample_shop();
    habeas_gateway gateway = host_gateway(store);
    habeas_string text;
    int32_t stop = -700;
    const int64_t start = test_time;
    const int64_t ada = sample_subject(store, "ada@example.org");
    sample_consent(store, ada);
    queue(store, "{\"subject\":1,\"key\":\"news\",\"message_template\":\"news\"}", "queued");
    queue(store, "{\"subject\":1,\"key\":\"more\",\"message_template\":\"news\"}", "queued");
    gateway.batch_size = 1;
    post.returns = -500;
    CHECK_ERROR(habeas_outbox_send(store, &gateway, NULL, 0, NULL, NULL, &text), -500, "callback");
    CHECK(text.data == NULL && post.calls == 1); /* and no further one */
    CHECK_OK(habeas_message_list(store, "{\"state\":\"uncertain\"}", NUL, &text));
    take("message_list", &text, "\"message\":1");
    /* The other one is sent; what became of the first is asked, and the host does not say. */
    test_time += 3600000;
    CHECK_ERROR(habeas_outbox_send(store, &gateway, NULL, 0, NULL, NULL, &text), -500, "callback");
    CHECK(post.asked == 1 && post.calls == 1);
    post.returns = 0;
    post.knows = 1;
    post.fate = HABEAS_GATEWAY_PERMANENT;
    post.outcome = 77; /* no outcome is uncertain */
    test_time += 3600000;
    CHECK_OK(habeas_outbox_send(store, &gateway, NULL, 0, NULL, NULL, &text));
    take("send_report", &text, "\"uncertain\":1,\"stopped\":0,\"deferred\":0,\"resolved\":1");
    CHECK_OK(habeas_message_confirm_sent(store, 2));
    CHECK_OK(habeas_message_retry(store, 1));
    CHECK_ERROR(habeas_outbox_send(store, &gateway, NULL, 0, stop_at_once, &stop, &text), -700,
                "callback");
    CHECK(text.data == NULL);
    test_time = start;

    CHECK_ERROR(habeas_outbox_send(store, NULL, NULL, 0, NULL, NULL, &text), HABEAS_E_INVALID,
                "gateway");
    CHECK_ERROR(habeas_outbox_send(store, &gateway, "{\"lease_ms\":0}", NUL, NULL, NULL, &text),
                HABEAS_E_INVALID, "/lease_ms");
    gateway.send = NULL;
    CHECK_ERROR(habeas_outbox_send(store, &gateway, NULL, 0, NULL, NULL, &text), HABEAS_E_INVALID,
                "send");
    gateway = host_gateway(store);
    gateway.id = (habeas_text){"", 0};
    CHECK_ERROR(habeas_outbox_send(store, &gateway, NULL, 0, NULL, NULL, &text), HABEAS_E_INVALID,
                "gateway");
    gateway.channel_count = 1;
    CHECK_ERROR(habeas_outbox_send(store, &gateway, NULL, 0, NULL, NULL, &text), HABEAS_E_INVALID,
                "channels");
    CHECK_ERROR(habeas_gateway_init(&gateway, 4), HABEAS_E_INVALID, "gateway");
    habeas_store_close(store);
}

static void gateways_come_along(void) {
    habeas_store* store = sample_shop();
    habeas_credentials credentials;
    habeas_string text;
    char gateway[600];
    const char* nobody = "{\"kind\":\"smtp\",\"host\":\"127.0.0.1\",\"port\":9,\"tls\":\"none\"}";
    CHECK_OK(habeas_credentials_init(&credentials, sizeof credentials));
    sample_consent(store, sample_subject(store, "ada@example.org"));
    queue(store, "{\"subject\":1,\"key\":\"a\",\"message_template\":\"news\"}", "queued");
    CHECK_ERROR(habeas_outbox_send_by(store, "{\"kind\":\"pigeon\"}", NUL, &credentials, NULL, 0,
                                      NULL, NULL, &text),
                HABEAS_E_INVALID, "/kind");
    CHECK_ERROR(habeas_gateway_check("{\"kind\":\"smtp\"}", NUL, NULL), HABEAS_E_INVALID, "/host");
    if (habeas_has("mail", NUL)) {
        CHECK_STATUS(habeas_gateway_check(document_in("gateway", nobody), NUL, NULL), HABEAS_E_IO);
        CHECK_OK(habeas_outbox_send_by(store, nobody, NUL, NULL, NULL, 0, NULL, NULL, &text));
        take("send_report", &text, "\"retried\":1");
    } else {
        CHECK_STATUS(habeas_gateway_check(nobody, NUL, NULL), HABEAS_E_UNSUPPORTED);
    }
    test_time += 3600 * 1000;
    snprintf(gateway, sizeof gateway, "{\"kind\":\"directory\",\"folder\":\"%s\"}", scratch("by"));
    CHECK_OK(habeas_gateway_check(gateway, NUL, &credentials));
    CHECK_OK(habeas_outbox_send_by(store, document_in("gateway", gateway), NUL, &credentials, NULL,
                                   0, NULL, NULL, &text));
    take("send_report", &text, "\"sent\":1");
    CHECK_ERROR(habeas_credentials_init(&credentials, 4), HABEAS_E_INVALID, "credentials");
    habeas_store_close(store);
}

static void gateways_tell_what_became_of_messages(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    int32_t right = 9;
    const int64_t ada = sample_subject(store, "ada@example.org");
    const char* events = "[{\"event\":\"spam\",\"time\":1000,\"email\":\"ada@example.org\"},"
                         "{\"event\":\"news\",\"time\":1000}]";
    sample_consent(store, ada);
    CHECK_OK(habeas_event_ingest(store, "mailjet", NUL, events, NUL, &text));
    take("ingest_report", &text, "\"recorded\":2");
    CHECK_OK(habeas_event_ingest(store, "mailjet", NUL, events, NUL, &text));
    take("ingest_report", &text, "\"repeated\":2");
    CHECK_OK(habeas_event_list(store, NULL, 0, &text));
    take("delivery_list", &text, "\"kind\":\"complained\"");
    CHECK_OK(habeas_event_list(
        store, document_in("delivery_filter", "{\"kind\":\"unknown\",\"limit\":5,\"after\":1}"),
        NUL, &text));
    take("delivery_list", &text, "\"reason\":\"news\"");
    CHECK_OK(habeas_event_secret(store, &text));
    CHECK_OK(habeas_event_secret_check(store, text.data, text.size, &right));
    CHECK(right == 1);
    CHECK_OK(habeas_event_secret_check(store, "guessed", NUL, &right));
    CHECK(right == 0);
    habeas_string_free(&text);
    CHECK_ERROR(habeas_event_ingest(store, "mailjet", NUL, "[{}]", NUL, &text), HABEAS_E_INVALID,
                "/0/event");
    CHECK_ERROR(habeas_event_ingest(store, "pigeon", NUL, "[]", NUL, &text), HABEAS_E_INVALID,
                "gateway");
    CHECK_ERROR(habeas_event_list(store, "{\"kind\":\"flown\"}", NUL, &text), HABEAS_E_INVALID,
                "/kind");
    CHECK_STATUS(habeas_event_list(store, "{\"subject\":999}", NUL, &text),
                 HABEAS_E_SUBJECT_UNKNOWN);
    habeas_store_close(store);
}

static void mails_tell_what_became_of_messages(void) {
    habeas_store* store = sample_shop();
    habeas_string text;
    const char* away = "To: bounce@shop.example\r\nSubject: \xfc\r\n\r\nI am away.\r\n";
    const char* forged =
        "To: bounce+1-0123456789abcdef01234567@shop.example\n"
        "Date: Mon, 01 Jun 2026 10:00:00 +0000\n"
        "Content-Type: multipart/report; boundary=b\n\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ada@example.org\nAction: failed\nStatus: 5.1.1\n\n--b--\n";
    CHECK_OK(habeas_setting_set(store, "bounce_address", NUL, "bounce@shop.example", NUL));
    CHECK_OK(habeas_bounce_ingest(store, away, strlen(away), NULL, 0, &text));
    take("ingest_report", &text, "\"unread\":1");
    CHECK_OK(
        habeas_bounce_ingest(store, forged, strlen(forged), "bounce@shop.example", NUL, &text));
    take("ingest_report", &text, "\"unmatched\":1");
    CHECK_ERROR(habeas_bounce_ingest(store, NULL, 3, NULL, 0, &text), HABEAS_E_INVALID, "mail");
    CHECK_STATUS(habeas_bounce_ingest_maildir(store, scratch("no_maildir"), NUL, NULL, NULL, &text),
                 HABEAS_E_NOT_FOUND);
    habeas_store_close(store);
}

void message_phases(void) {
    phase("templates are declared and previewed", templates_are_declared_and_previewed);
    phase("nothing is queued that nobody agreed to", nothing_is_queued_that_nobody_agreed_to);
    phase("a folder gets one file a message", a_folder_gets_one_file_a_message);
    phase("a host sends by itself", a_host_sends_by_itself);
    phase("what a gateway does not answer is uncertain",
          what_a_gateway_does_not_answer_is_uncertain);
    phase("gateways come along", gateways_come_along);
    phase("gateways tell what became of messages", gateways_tell_what_became_of_messages);
    phase("mails tell what became of messages", mails_tell_what_became_of_messages);
}
