// What is told of tasks: exports for the person, receipts for the proof, OpenDSR for a processor.
#include "holders/documents.hpp"

#include "base/json_members.hpp"
#include "holders/tasks.hpp"

namespace habeas {
namespace holders {
namespace {

using nlohmann::json;

/// Of each holder the newest task.
std::vector<HolderTask> newest(store::Engine& engine, SubjectId subject,
                               HolderOperation operation) {
    HolderTaskQuery query;
    query.subject = subject;
    query.operation = operation;
    std::map<std::string, HolderTask> by_holder;
    for (HolderTask& each : DataHolders(engine).tasks(query)) {
        if (each.state != HolderTaskState::cancelled) {
            by_holder.insert_or_assign(each.holder, std::move(each));
        }
    }
    std::vector<HolderTask> out;
    out.reserve(by_holder.size());
    for (auto& [code, task] : by_holder) {
        out.push_back(std::move(task));
    }
    return out;
}

json pages_of(store::Engine& engine, HolderTaskId task) {
    json out = json::array();
    auto row =
        engine.db().prepare("SELECT data FROM holder_export WHERE task_id = ?1 ORDER BY page");
    row.bind(1, number(task));
    while (row.step()) {
        out.push_back(json::parse(row.text(0)));
    }
    return out;
}

/// A later task of the same holder is about what was retained before.
json answer_json(const HolderTask& task) {
    json out = base::object_of("state", holder_task_state_name(task.state), "key", task.key,
                               "answered_at", nullptr, "removed", rows_json(task.rows), "retained",
                               retained_json(task.retained));
    if (task.ended_at) {
        out["answered_at"] = format_time(*task.ended_at);
    }
    return out;
}

} // namespace

json export_json(store::Engine& engine, SubjectId subject) {
    json out = json::array();
    for (const HolderTask& each : newest(engine, subject, HolderOperation::export_data)) {
        if (each.ended_at && *each.ended_at + export_lifetime <= time_of(engine.now_ms())) {
            continue; // its pages are gone
        }
        json& entry = out.emplace_back(base::object_of(
            "holder", each.holder, "complete", each.ended_at.has_value(), "exported_at", nullptr));
        if (each.ended_at) {
            entry["exported_at"] = format_time(*each.ended_at);
        }
        entry["data"] = pages_of(engine, each.id);
    }
    return out;
}

void erasure_receipt(store::Engine& engine, SubjectId subject, json& out) {
    json holders = json::array();
    json told = json::array();
    bool complete = true;
    HolderTaskQuery query;
    query.subject = subject;
    for (const HolderTask& each : DataHolders(engine).tasks(query)) {
        if (each.operation == HolderOperation::erase) {
            json entry = answer_json(each);
            entry["holder"] = each.holder;
            holders.push_back(std::move(entry));
            complete = complete && each.ended_at.has_value();
        } else if (each.operation == HolderOperation::tell &&
                   each.about == HolderOperation::erase) {
            json& entry =
                told.emplace_back(base::object_of("recipient", each.holder, "told_at", nullptr));
            if (each.ended_at) {
                entry["told_at"] = format_time(*each.ended_at);
            }
        }
    }
    if (!holders.empty()) {
        out["holders"] = std::move(holders);
        out["holders_complete"] = complete;
    }
    if (!told.empty()) {
        out["recipients"] = std::move(told);
    }
}

} // namespace holders

std::string DataHolders::exported(SubjectId subject) const {
    const store::Engine::Read snapshot(*engine_);
    return holders::export_json(*engine_, subject).dump();
}

std::string DataHolders::opendsr_json(HolderTaskId id) const {
    using namespace holders;
    const store::Engine::Read snapshot(*engine_);
    const HolderTask task = get(id);
    const HolderOperation what =
        task.operation == HolderOperation::tell ? task.about : task.operation;
    if (what != HolderOperation::erase && what != HolderOperation::export_data) {
        throw Error(Errc::unsupported,
                    "OpenDSR has types for access, portability and erasure alone: tell the "
                    "recipient of this another way, then note the answer",
                    "task");
    }
    auto row = engine_->db().prepare("SELECT key_id, identity FROM holder_task WHERE id = ?1 AND "
                                     "identity IS NOT NULL");
    row.bind(1, number(id));
    if (!row.step()) {
        throw Error(Errc::invalid, "this task is over; whom it was about is no longer known",
                    "task");
    }
    const SealedIdentity sealed{row.str(0), std::string(row.blob(1))};
    row.reset();
    nlohmann::json identities = nlohmann::json::array();
    const auto add = [&identities](const char* type, const std::string& value) {
        identities.push_back(base::object_of("identity_type", type, "identity_value", value,
                                             "identity_format", "raw"));
    };
    add("controller_customer_id", std::to_string(number(task.subject)));
    for (const HolderIdentifier& each : unseal(*engine_, task.key, sealed).identifiers) {
        if (each.kind == IdentifierKind::email) {
            add("email", each.normal);
        } else if (each.kind == IdentifierKind::external) {
            add("controller_customer_id", each.normal);
        } // OpenDSR has no type for telephone numbers
    }
    return base::object_of("regulation", "gdpr", "subject_request_id", task.key,
                           "subject_request_type",
                           what == HolderOperation::erase ? "erasure" : "access", "submitted_time",
                           format_time(task.opened_at), "subject_identities", std::move(identities),
                           "api_version", "2.0")
        .dump();
}

} // namespace habeas
