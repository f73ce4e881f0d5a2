// Holders, tasks and holds as JSON, and answers back.
#include "base/json_members.hpp"
#include "consent/json_reader.hpp"
#include "holders/tasks.hpp"

namespace habeas {
namespace holders {
namespace {

using consent::JsonReader;
using consent::refuse_at;
using nlohmann::json;

json time_json(const std::optional<Time>& time) {
    return time ? json(format_time(*time)) : json(nullptr);
}
json text_or_null(const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
}

std::uint64_t rows_of(JsonReader& in) {
    const json* found = in.find("rows");
    if (found == nullptr || !found->is_number_unsigned() ||
        found->get<std::uint64_t>() > (std::uint64_t{1} << 53)) {
        refuse_at(in.at("rows"), "write how many rows");
    }
    return found->get<std::uint64_t>();
}

std::string name_of(JsonReader& in, const char* member) {
    std::string out;
    in.read(member, out);
    if (out.empty()) {
        refuse_at(in.at(member), "write a text");
    }
    return out;
}

std::optional<Time> until_of(JsonReader& in) {
    std::optional<std::string> text;
    in.read("until", text);
    if (!text) {
        return std::nullopt;
    }
    try {
        return parse_time(*text);
    } catch (const Error&) {
        refuse_at(in.at("until"), "write a date or an RFC 3339 time");
    }
}

} // namespace
} // namespace holders

using namespace holders;

std::string DataHolders::json_of(const HolderInfo& holder) {
    nlohmann::json operations = nlohmann::json::array();
    for (const HolderOperation each : holder.operations) {
        operations.push_back(holder_operation_name(each));
    }
    return base::object_of("code", holder.code, "operations", std::move(operations), "declared",
                           holder.declared, "waiting", holder.waiting, "definition",
                           nlohmann::json::parse(holder.definition))
        .dump();
}

std::string DataHolders::json_of(const HolderTask& task) {
    nlohmann::json out =
        base::object_of("task", number(task.id), "subject", number(task.subject), "holder",
                        task.holder, "operation", holder_operation_name(task.operation), "about",
                        nullptr, "request", nullptr, "state", holder_task_state_name(task.state),
                        "key", task.key, "pages", task.pages, "attempts", task.attempts, "reason",
                        text_or_null(task.reason), "opened_at", format_time(task.opened_at),
                        "due_at", time_json(task.due_at), "ended_at", time_json(task.ended_at),
                        "rows", rows_json(task.rows), "retained", retained_json(task.retained));
    if (task.operation == HolderOperation::tell) {
        out["about"] = holder_operation_name(task.about);
    }
    if (task.request) {
        out["request"] = *task.request;
    }
    return out.dump();
}

std::string DataHolders::json_of(const HolderRunReport& report) {
    return base::object_of("calls", report.calls, "done", report.done, "retained", report.retained,
                           "failed", report.failed, "holds_ended", report.holds_ended, "unattended",
                           report.unattended)
        .dump();
}

std::string DataHolders::json_of(const Hold& hold) {
    return base::object_of("hold", static_cast<std::int64_t>(hold.id), "subject",
                           number(hold.subject), "holder", text_or_null(hold.holder), "ground",
                           hold.ground, "until", time_json(hold.until), "placed_at",
                           format_time(hold.placed_at), "ended_at", time_json(hold.ended_at))
        .dump();
}

HolderAnswer DataHolders::answer_of(std::string_view text) {
    const nlohmann::json given = consent::read_document(text, "the answer");
    const std::string root;
    JsonReader in(given, root);
    HolderAnswer out;
    in.read("next", out.next);
    in.read_array("rows", [&](const nlohmann::json& each, const std::string& at) {
        JsonReader row(each, at);
        out.rows.push_back({name_of(row, "place"), rows_of(row)});
        row.finish();
    });
    in.read_array("retained", [&](const nlohmann::json& each, const std::string& at) {
        JsonReader row(each, at);
        out.retained.push_back(
            {name_of(row, "place"), rows_of(row), name_of(row, "ground"), until_of(row)});
        row.finish();
    });
    if (const nlohmann::json* data = in.find("data")) {
        out.data = data->dump();
    }
    in.finish();
    return out;
}

} // namespace habeas
