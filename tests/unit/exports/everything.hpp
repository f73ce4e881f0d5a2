// The person of Sample with a row, and a value of its own, in every table that keeps data of
// people.
#pragma once

#include "sample.hpp"
#include "store/engine.hpp"

#include <map>

namespace habeas::test {

struct Everything : Sample {
    /// By table: a value that the bundle must hold.
    std::map<std::string, std::string> planted;

    Everything() {
        define_more();
        planted = {{"subject", "O'Mark-Two"},        {"identifier", "K-mark-five"},
                   {"subject_choice", "garden"},     {"membership", "owner-mark-eight"},
                   {"event", "submission-mark-ten"}, {"ready", "CONSENT_WITHDRAWN"}};
        store::Engine& engine = store().engine();
        store::Engine::Write tx(engine);
        requests();
        segments();
        messages();
        deliveries();
        points();
        forms();
        campaigns();
        holders();
        breaches();
        plant("INSERT INTO retention_state(subject_id, activity) VALUES(?1, ?2)");
        planted["retention_state"] = "/modules/retention/activity";
        tx.commit();
    }

  private:
    static std::int64_t id_of(SubjectId subject) { return static_cast<std::int64_t>(subject); }
    /// Runs SQL with the subject as ?1 and a time as ?2.
    void plant(const char* sql) {
        auto row = store().engine().db().prepare_text(sql);
        row.bind(1, id_of(zoe)).bind(2, std::int64_t{1780000000000});
        row.run();
    }
    void plant(const std::string& table, const std::string& canary, const char* sql) {
        planted[table] = mark(canary);
        plant(sql);
    }

    void define_more() {
        Segment regulars;
        regulars.code = "regulars";
        regulars.labels = {{"de", "Stammkunden mark-label"}, {"en", "Regulars"}};
        regulars.filter = R"({"field": "vip", "op": "=", "value": true})";
        Segments(store()).define(regulars);
        marks.emplace_back("Stammkunden mark-label");
        Points(store()).define(R"({"purpose": "profiling", "rules": [{"code": "opened", "on":
            "opened", "key": "mark-rule-key", "points": 5, "limit": 0}]})");
        Campaigns(store()).define(R"({"code": "welcome", "sources": {"manual": true}, "events": [
            {"id": "asked", "condition": {"field": "vip", "op": "=", "value": true},
             "yes": [], "no": []}]})");
    }
    void requests() {
        plant("request", "origin-mark-request",
              "INSERT INTO request(id, subject_id, kind, state, origin, vouched_by, ground, "
              "received_at, attempts) VALUES(77, ?1, 'rectification', 'in_progress', "
              "'origin-mark-request', 'voucher-mark', '', ?2, 0)");
        plant(
            "request_step", "note-mark-step",
            "INSERT INTO request_step(request_id, number, at, state, actor_id, note) "
            "SELECT 77, 1, ?2, 'in_progress', min(id), 'note-mark-step' FROM actor WHERE ?1 = ?1");
    }
    void segments() {
        planted["segment_member"] = "regulars";
        plant("INSERT OR IGNORE INTO segment_member(segment_id, subject_id, since) "
              "SELECT id, ?1, ?2 FROM segment WHERE code = 'regulars'");
        plant("segment", "by_hand_mark",
              "INSERT INTO segment(id, code, labels, filter, live, vouched, generation, position, "
              "boundary) SELECT 88, 'by_hand_mark', '{}', '', 0, '', 0, 0, 0 WHERE ?1 <> ?2");
        planted["segment_manual"] = "by_hand_mark";
        plant("INSERT INTO segment_manual(segment_id, subject_id, included, at) VALUES(88, ?1, 1, "
              "?2)");
        plant("tag", "Tag-Mark",
              "INSERT INTO tag(id, name, key) SELECT 99, 'Tag-Mark', 'tag-mark' "
              "WHERE ?1 <> ?2");
        planted["subject_tag"] = "Tag-Mark";
        plant("INSERT INTO subject_tag(subject_id, tag_id) SELECT ?1, 99 WHERE ?2 = ?2");
    }
    void messages() {
        plant(
            "outbox", "subject-line-mark",
            "INSERT INTO outbox(id, key, reference, kind, subject_id, purpose_id, channel, "
            "template_id, template_version, state, reason, priority, queued_at, due_at, attempts, "
            "repeated, settled, gateway, gateway_reference, finished_at, subject_line) "
            "SELECT 55, 'k', x'00', 'transactional', ?1, min(id), 'email', 0, 0, 'sent', '', 0, "
            "?2, ?2, 1, 0, 0, 'eml', '', ?2, 'subject-line-mark' FROM purpose");
        plant("outbox_content", "text-mark-content",
              "INSERT INTO outbox_content(message_id, subject_id, data, secret, language, "
              "subject_line, text, html) SELECT 55, ?1, '{\"name\":\"data-mark-content\"}', "
              "'token-never-shown', '', '', "
              "'text-mark-content', '<p>html-mark-content</p>' WHERE ?2 = ?2");
        marks.emplace_back("data-mark-content");
        marks.emplace_back("html-mark-content");
        other_marks.emplace_back("token-never-shown");
        plant(
            "outbox_attachment", "bill-mark.pdf",
            "INSERT INTO outbox_attachment(message_id, position, subject_id, name, type, content) "
            "SELECT 55, 1, ?1, 'bill-mark.pdf', 'application/pdf', x'25' WHERE ?2 = ?2");
    }
    void deliveries() {
        plant("delivery_event", "reason-mark-delivery",
              "INSERT INTO delivery_event(identity, kind, message_id, subject_id, gateway, at, "
              "recorded_at, reason) VALUES(x'01', 'delivered', 55, ?1, 'mailjet', ?2, ?2, "
              "'reason-mark-delivery')");
    }
    void points() {
        plant("points_entry", "reason-mark-points",
              "INSERT INTO points_entry(subject_id, at, points, rule_id, reason) VALUES(?1, ?2, 7, "
              "0, 'reason-mark-points')");
        planted["points_total"] = "/modules/points/total";
        plant("INSERT INTO points_total(subject_id, total) SELECT ?1, 7 WHERE ?2 = ?2");
        marks.emplace_back("mark-rule-key");
    }
    void forms() {
        plant("form", "contact_mark",
              "INSERT INTO form(id, code, version, published) "
              "SELECT 66, 'contact_mark', 1, 1 WHERE ?1 <> ?2");
        plant("form_submission", "answer-mark-submission",
              "INSERT INTO form_submission(id, subject_id, form_id, version, language, at, page, "
              "ip, user_agent, identified, data) VALUES(44, ?1, 66, 1, 'de', ?2, 'page-mark', "
              "'192.0.2.0', 'agent-mark-form', 1, '{\"wish\":\"answer-mark-submission\"}')");
        marks.insert(marks.end(), {"page-mark", "agent-mark-form", "192.0.2.0"});
        plant("optin", "confirmation-mark",
              "INSERT INTO optin(id, subject_id, state, language, template, data, requested, "
              "granted, requested_at, expires_at, address_kind, address_key, address_hash, "
              "attempts, mails, message_id, withheld) VALUES(77, ?1, 'waiting', 'de', '', "
              "'{\"form\":\"confirmation-mark\"}', '[]', '[]', ?2, ?2, 0, 'k', x'00', 0, 0, 0, "
              "'')");
    }
    void holders() {
        plant("holder_task", "holder-mark-task",
              "INSERT INTO holder_task(id, subject_id, holder, operation, about, state, key, "
              "cursor, page, attempts, reason, opened_at, ended_at, answer) VALUES(22, ?1, "
              "'holder-mark-task', 'export', '', 'done', 'k', '', 1, 0, '', ?2, ?2, '{}')");
        plant("holder_export", "page-mark-export",
              "INSERT INTO holder_export(subject_id, task_id, page, at, data) VALUES(?1, 22, 0, "
              "?2, '\"page-mark-export\"')");
        plant("holder_hold", "17(3)(mark)",
              "INSERT INTO holder_hold(subject_id, ground, placed_at, actor_id) SELECT ?1, "
              "'17(3)(mark)', ?2, min(id) FROM actor");
    }
    void breaches() {
        plant("breach", "title-mark-breach",
              "INSERT INTO breach(id, code, state, facts, aware_at, recorded_at) SELECT 11, "
              "'mark_breach', 'recorded', '{\"code\":\"mark_breach\",\"title\":"
              "\"title-mark-breach\"}', ?2, ?2 WHERE ?1 <> ?2");
        planted["breach_subject"] = "mark_breach";
        plant("INSERT INTO breach_subject(breach_id, subject_id, told_at) VALUES(11, ?1, ?2)");
    }
    void campaigns() {
        planted["campaign_member"] = "welcome";
        plant("INSERT INTO campaign_member(id, campaign_id, subject_id, rotation, version, "
              "reference, origin, state, entered_at) SELECT 33, id, ?1, 1, version, 1, 'manual', "
              "'active', ?2 FROM campaign WHERE code = 'welcome'");
        plant("campaign_step", "asked",
              "INSERT INTO campaign_step(member_id, event, round, subject_id, campaign_id, state, "
              "waits_for, reached_at, attempts, outcome, finished_at) SELECT 33, 'asked', 1, ?1, "
              "id, 'done', '', ?2, 1, 'yes', ?2 FROM campaign WHERE code = 'welcome'");
        plant("campaign_signal", "signal-mark-key",
              "INSERT INTO campaign_signal(subject_id, kind, key, at) VALUES(?1, 'opened', "
              "'signal-mark-key', ?2)");
    }
};

} // namespace habeas::test
