#include "retention/act.hpp"

#include "base/json_members.hpp"
#include "consent/ledger.hpp"
#include "consent/ready.hpp"
#include "erasure/execute.hpp"
#include "habeas/erasure.hpp"
#include "retention/anonymise.hpp"
#include "subjects/forget.hpp"
#include "subjects/row_roles.hpp"

#include <fmt/format.h>

namespace habeas::retention {
namespace {

using nlohmann::json;
using About = RetentionAbout;
using Sequences = std::vector<std::int64_t>;

void run(store::Engine& engine, const char* sql, std::int64_t id) {
    engine.db().prepare(sql).bind(1, id).run();
}

/// GDPR art. 5(1)(e). Only whoever said no stays on the list: the others may come back.
void erase_subjects(store::Engine& engine, std::span<const Due> due) {
    for (const bool no : {false, true}) {
        std::vector<SubjectId> some;
        for (const Due& each : due) {
            if (each.no == no) {
                some.push_back(SubjectId{each.subject});
            }
        }
        if (!some.empty()) {
            ErasureOptions options;
            options.ground = "5(1)(e)";
            options.suppress = no;
            Erasure(engine).execute(some, options);
        }
    }
}

/// Entries that say when the person was last active go: the moment stays.
void keep_activity(store::Engine& engine, std::int64_t subject) {
    engine.db()
        .prepare_text(fmt::format("INSERT INTO retention_state(subject_id, activity) SELECT s.id, "
                                  "{0} FROM subject s WHERE s.id = ?1 AND {0} IS NOT NULL "
                                  "ON CONFLICT(subject_id) DO UPDATE SET activity = "
                                  "excluded.activity",
                                  activity_sql))
        .bind(1, subject)
        .run();
}

void delete_submission(store::Engine& engine, std::int64_t id) {
    run(engine, "DELETE FROM form_submission WHERE id = ?1", id);
}

void delete_message(store::Engine& engine, std::int64_t id) {
    run(engine, "DELETE FROM outbox_attachment WHERE message_id = ?1", id);
    run(engine, "DELETE FROM outbox_content WHERE message_id = ?1", id);
    run(engine, "DELETE FROM outbox WHERE id = ?1", id);
}

/// A rule that counts once or up to a limit would give its points again: of it an entry without
/// points stays, since the total is what they tell.
void delete_points(store::Engine& engine, std::int64_t id) {
    engine.db()
        .prepare("UPDATE points_entry SET points = 0 WHERE id = ?1 AND rule_id IN (SELECT id FROM "
                 "points_rule WHERE json_extract(definition, '$.limit') <> 0)")
        .bind(1, id)
        .run();
    if (engine.db().changes() == 0) {
        run(engine, "DELETE FROM points_entry WHERE id = ?1", id);
    }
}

void sum_points(store::Engine& engine, std::int64_t subject) {
    run(engine, "DELETE FROM points_total WHERE subject_id = ?1", subject);
    run(engine,
        "INSERT INTO points_total(subject_id, total) SELECT subject_id, sum(points) FROM "
        "points_entry WHERE subject_id = ?1 GROUP BY subject_id",
        subject);
}

void delete_of_campaigns(store::Engine& engine, const EntryKey& key) {
    if (key.step) {
        engine.db()
            .prepare("DELETE FROM campaign_step WHERE member_id = ?1 AND event = ?2 AND round = ?3")
            .bind_all(key.id, key.event, key.round)
            .run();
    } else {
        run(engine, "DELETE FROM campaign_signal WHERE id = ?1", key.id);
    }
}

ChangeKind change_of(About about) {
    switch (about) {
    case About::submissions:
        return ChangeKind::submission;
    case About::messages:
    case About::deliveries:
        return ChangeKind::message;
    case About::points:
        return ChangeKind::points;
    default:
        return ChangeKind::campaign;
    }
}

void delete_entries(store::Engine& engine, About about, const Due& due) {
    if (about == About::submissions || about == About::campaigns) {
        keep_activity(engine, due.subject);
    }
    for (const EntryKey& key : due.entries) {
        switch (about) {
        case About::submissions:
            delete_submission(engine, key.id);
            break;
        case About::messages:
            delete_message(engine, key.id);
            break;
        case About::points:
            delete_points(engine, key.id);
            break;
        case About::deliveries:
            run(engine, "DELETE FROM delivery_event WHERE id = ?1", key.id);
            break;
        default:
            delete_of_campaigns(engine, key);
            break;
        }
    }
    if (about == About::points) {
        sum_points(engine, due.subject);
    }
    engine.note_change(SubjectId{due.subject}, change_of(about));
}

EventKind kind_of(ConsentState state) {
    return state == ConsentState::refused   ? EventKind::refused
           : state == ConsentState::expired ? EventKind::expired
                                            : EventKind::withdrawn;
}

/// How it ended and when stays as bare events, so that no no is lost with its evidence.
void reduce_evidence(store::Engine& engine, const Due& due, std::int64_t purpose,
                     Sequences& sequences) {
    keep_activity(engine, due.subject);
    for (const EntryKey& key : due.entries) {
        run(engine, "DELETE FROM event WHERE id = ?1", key.id);
        sequences.push_back(key.id);
    }
    for (const ConsentEnd::OfChannel& each : due.consent->channels) {
        if (each.state == ConsentState::requested) {
            continue; // it was never a yes, and is no no
        }
        consent::OwnEvent bare;
        bare.subject = due.subject;
        bare.kind = kind_of(each.state);
        bare.purpose = purpose;
        bare.channel = due.consent->whole ? Channel::any : each.channel;
        bare.effective = each.at;
        bare.note = "retention";
        consent::append_own(engine, bare);
        if (due.consent->whole) {
            break;
        }
    }
    consent::refresh(engine, SubjectId{due.subject});
}

/// Events of changes hold the values before them: they go with a value that decides.
void forget_profile_changes(store::Engine& engine, std::int64_t subject, Sequences& sequences) {
    auto row = engine.db().prepare("DELETE FROM event WHERE subject_id = ?1 AND kind = ?2 "
                                   "RETURNING id");
    row.bind(1, subject).bind(2, static_cast<std::int64_t>(EventKind::profile_changed));
    while (row.step()) {
        sequences.push_back(row.i64(0));
    }
}

void record_act(store::Engine& engine, const RetentionRule& rule, std::span<const Due> due,
                Sequences sequences) {
    std::vector<std::int64_t> subjects;
    for (const Due& each : due) {
        subjects.push_back(each.subject);
    }
    engine.record_act(EventKind::retention_deleted,
                      base::object_of("about", retention_about_name(rule.about), "action",
                                      retention_action_name(rule.action), "of", rule.of, "rule",
                                      rule.code, "sequences",
                                      erasure::ranges_of(std::move(sequences)), "subjects",
                                      erasure::ranges_of(std::move(subjects)))
                          .dump());
}

} // namespace

std::uint64_t act(store::Engine& engine, const RetentionRule& rule, std::span<const Due> due) {
    std::uint64_t rows = 0;
    Sequences sequences;
    switch (rule.about) {
    case About::subject:
        rows = due.size();
        if (rule.action == RetentionAction::remove) {
            erase_subjects(engine, due);
        } else {
            anonymise(engine, rule, due, sequences);
        }
        break;
    case About::field: {
        const auto fields = subjects::field_set(engine, FieldOwner::subject);
        const subjects::FieldInfo& field = subjects::require_field(*fields, rule.of);
        for (const Due& each : due) {
            if (subjects::decides(field)) {
                forget_profile_changes(engine, each.subject, sequences);
            }
            subjects::overwrite_value(engine, each.subject, field, *each.to);
            ++rows;
        }
        break;
    }
    case About::evidence: {
        const std::int64_t purpose = consent::catalogue(engine)->find(rule.of)->id;
        for (const Due& each : due) {
            reduce_evidence(engine, each, purpose, sequences);
            rows += each.entries.size();
        }
        break;
    }
    default:
        for (const Due& each : due) {
            delete_entries(engine, rule.about, each);
            rows += each.entries.size();
        }
        break;
    }
    record_act(engine, rule, due, std::move(sequences));
    if (rule.about != About::subject || rule.action == RetentionAction::anonymise) {
        subjects::empty_log_after_commit(engine); // an erasure does it by itself
    }
    return rows;
}

} // namespace habeas::retention
