// Methods about what data subjects ask for: requests, erasure, exports, holders, retention;
// processors; breaches.
#include "calls.hpp"

#include <deque>

namespace habeas::capi {
namespace {

std::string execute(Call& call) {
    const std::vector<std::int64_t> subjects = numbers_at(member(call, "subjects"), "/subjects");
    habeas_erasure_options options{};
    check(habeas_erasure_options_init(&options, sizeof options));
    std::string ground;
    read_flag(call.in, "without_suppression", options.without_suppression);
    call.in.read("ground", ground);
    std::deque<std::string> purposes;
    std::vector<habeas_proof> proofs;
    if (const Json* given = call.in.find("proofs")) {
        if (!given->is_object()) {
            refuse_at("/proofs", "write an object: purpose to none, commitment or sealed");
        }
        for (const auto& each : given->items()) {
            const std::string& purpose = purposes.emplace_back(each.key());
            habeas_proof proof{};
            proof.purpose = view_of(purpose);
            Json one = Json::object();
            one["proof"] = each.value();
            ObjectReader(one, "/proofs")
                .read_word("proof", proof.proof, {"none", "commitment", "sealed"});
            proofs.push_back(proof);
        }
    }
    if (const Json* until = call.in.find("proof_until")) {
        options.proof_until = time_at(*until, "/proof_until");
    }
    const auto told = progress().load(call).arguments();
    call.in.finish();
    options.ground = view_of(ground);
    options.proofs = proofs.data();
    options.proof_count = proofs.size();
    GivenString results;
    check(habeas_erasure_execute(call.store, subjects.data(), subjects.size(), &options,
                                 std::get<0>(told), std::get<1>(told), results.out()));
    return result_of(results);
}

/// Options of a bundle, and what their texts stand in.
struct Bundle {
    explicit Bundle(Call& call) : subject(integer_at(member(call, "subject"), "/subject")) {
        read_flag(call.in, "preview", preview);
        call.in.read("language", language);
        call.in.read("recipient", recipient);
    }
    [[nodiscard]] habeas_bundle_options options() const {
        habeas_bundle_options out{};
        check(habeas_bundle_options_init(&out, sizeof out));
        out.preview = preview;
        out.language = view_of(language);
        out.recipient = view_of(recipient);
        out.password = view_of(password);
        return out;
    }
    std::int64_t subject;
    std::int32_t preview = 0;
    std::string language, recipient, password;
};

using ExportFunction = habeas_status (*)(habeas_store*, std::int64_t, const habeas_bundle_options*,
                                         habeas_string*);

template <ExportFunction function, bool document>
std::string export_text(Call& call) {
    const Bundle bundle(call);
    call.in.finish();
    const habeas_bundle_options options = bundle.options();
    GivenString out;
    check(function(call.store, bundle.subject, &options, out.out()));
    return document ? result_of(out) : written([&] { return json_text(out.view()); });
}

std::string export_file(Call& call) {
    Bundle bundle(call);
    const std::string path = text_at(member(call, "path"), "/path");
    const std::int32_t format =
        std::get<0>(WordIn{"format", {"json", "html", "csv", "zip"}}.load(call).arguments());
    call.in.read("password", bundle.password);
    call.in.finish();
    const habeas_bundle_options options = bundle.options();
    check(
        habeas_export_file(call.store, bundle.subject, path.data(), path.size(), format, &options));
    return "null";
}

const Parameters bundle_parameters{{"subject", "number", true},
                                   {"preview", "flag", false},
                                   {"language", "text", false},
                                   {"recipient", "text", false}};

Parameters with_bundle(const Parameters& more) {
    return joined(bundle_parameters, more);
}

Methods request_methods() {
    const ListWordIn kind{"kind", HABEAS_LIST_REQUEST_KIND};
    return {
        bind("request.open", habeas_request_open, kind, id("subject"), text("origin"),
             NumberOut<std::int64_t>{}),
        bind("request.open_for", habeas_request_open_for, kind, text("identifier_kind"),
             text("value"), text("origin"), NumberOut<std::int64_t>{}),
        bind("request.ask_identity", habeas_request_ask_identity, id("request"),
             maybe<std::int64_t>("valid_for_s"), TextOut{}),
        bind("request.confirm", habeas_request_confirm, text("token"), FoundOut{}),
        bind("request.look_up", habeas_request_look_up, text("token"), FoundOut{}),
        bind("request.vouch", habeas_request_vouch, id("request"), text("by")),
        bind("request.fulfil", habeas_request_fulfil, id("request"), maybe_text("note")),
        bind("request.begin", habeas_request_begin, id("request"), maybe_text("note")),
        bind("request.extend", habeas_request_extend, id("request"),
             number_of<std::int32_t>("months"), text("reason")),
        bind("request.fulfil_partly", habeas_request_fulfil_partly, id("request"), text("ground"),
             maybe_text("note")),
        bind("request.withdraw", habeas_request_withdraw, id("request"), maybe_text("note")),
        bind("request.announce_lifting", habeas_request_announce_lifting, id("request"),
             text("how")),
        bind("request.lift_restriction", habeas_request_lift_restriction, id("request"),
             maybe_text("note")),
        bind("request.rectify", habeas_request_rectify, id("request"), document("input"),
             maybe_document("options"), DocumentOut{}),
        bind("request.refuse", habeas_request_refuse, id("request"), text("ground")),
        bind("request.get", habeas_request_get, id("request"), DocumentOut{}),
        bind("request.list", habeas_request_list, maybe_document("query"), DocumentOut{}),
        bind("request.steps", habeas_request_steps, id("request"), DocumentOut{}),
        bind("request.set_calendar", habeas_request_set_calendar, maybe_document("rules"),
             maybe_document("sets")),
        bind("deadline", habeas_deadline, document("query"), DocumentOut{}),
    };
}

Methods holder_methods() {
    const ListWordIn operation{"operation", HABEAS_LIST_HOLDER_OPERATION};
    return {
        bind("holder.define", habeas_holder_define, document("holder")),
        bind("holder.remove", habeas_holder_remove, text("code")),
        bind("holder.get", habeas_holder_get, text("code"), DocumentOut{}),
        bind("holder.list", habeas_holder_list, DocumentOut{}),
        bind("holder.ask", habeas_holder_ask, id("subject"), operation, NumberOut<std::int64_t>{}),
        bind("holder.run", habeas_holder_run, maybe_document("options"), progress(), DocumentOut{}),
        bind("holder.answer", habeas_holder_answer, id("task"), maybe_document("answer")),
        bind("holder.task_get", habeas_holder_task_get, id("task"), DocumentOut{}),
        bind("holder.task_list", habeas_holder_task_list, maybe_document("query"), DocumentOut{}),
        bind("holder.exported", habeas_holder_exported, id("subject"), DocumentOut{}),
        bind("holder.opendsr", habeas_holder_opendsr, id("task"), DocumentOut{}),
        bind("hold.place", habeas_hold_place, id("subject"), text("ground"), maybe_time("until"),
             NumberOut<std::int64_t>{}),
        bind("hold.lift", habeas_hold_lift, id("hold")),
        bind("hold.list", habeas_hold_list, maybe<std::int64_t>("subject"), flag("open_only"),
             DocumentOut{}),
    };
}

Methods retention_methods() {
    return {
        bind("retention.define", habeas_retention_define, document("rule")),
        bind("retention.remove", habeas_retention_remove, text("code")),
        bind("retention.list", habeas_retention_list, DocumentOut{}),
        bind("retention.find", habeas_retention_find, text("code"), DocumentOut{}),
        bind("retention.preview", habeas_retention_preview, maybe_text("code"), maybe_time("at"),
             maybe<std::size_t>("limit", 100), DocumentOut{}),
        bind("retention.run", habeas_retention_run, maybe_text("code"),
             maybe<std::uint64_t>("limit"), progress(), DocumentOut{}),
        bind("retention.runs", habeas_retention_runs, maybe<std::size_t>("limit", 100),
             DocumentOut{}),
    };
}

Methods processor_methods() {
    return {
        bind("processor.define", habeas_processor_define, document("processor")),
        bind("processor.list", habeas_processor_list, DocumentOut{}),
        bind("processor.find", habeas_processor_find, text("code"), DocumentOut{}),
        bind("processor.history", habeas_processor_history, text("code"), DocumentOut{}),
        bind("processor.judge", habeas_processor_judge, text("processor"), maybe_time("at"),
             maybe_time("known_at"), DocumentOut{}),
        bind_free("processor.seed", habeas_processor_seed, DocumentOut{}),
        bind("place.check", habeas_place_check, maybe_document("options"), DocumentOut{}),
        bind("transfer.set_law", habeas_transfer_law_set, maybe_document("law")),
        bind("records.json", habeas_records_json, DocumentOut{}),
        bind("records.html", habeas_records_html, TextOut{}),
        bind("records.notice", habeas_records_notice, maybe_text("language"), DocumentOut{}),
        bind("records.notice_html", habeas_records_notice_html, maybe_text("language"), TextOut{}),
        bind("records.lint", habeas_records_lint, DocumentOut{}),
    };
}

Methods breach_methods() {
    return {
        bind("breach.define", habeas_breach_define, document("breach")),
        bind("breach.recount", habeas_breach_recount, text("code")),
        bind("breach.assess", habeas_breach_assess, text("code"), text("risk"), text("reason")),
        bind("breach.notify", habeas_breach_notify, text("code"), maybe_document("notice")),
        bind("breach.tell", habeas_breach_tell, text("code"), text("template"),
             maybe<std::size_t>("limit"), DocumentOut{}),
        bind("breach.inform", habeas_breach_inform, text("code"), document("communication")),
        bind("breach.note", habeas_breach_note, text("code"), text("note")),
        bind("breach.close", habeas_breach_close, text("code"), maybe_text("note")),
        bind("breach.dismiss", habeas_breach_dismiss, text("code"), text("reason")),
        bind("breach.reopen", habeas_breach_reopen, text("code"), text("reason")),
        bind("breach.get", habeas_breach_get, text("code"), DocumentOut{}),
        bind("breach.html", habeas_breach_html, text("code"), TextOut{}),
        bind("breach.list", habeas_breach_list, maybe_document("query"), DocumentOut{}),
        bind("breach.persons", habeas_breach_persons, text("code"), flag("untold"), CursorOut{}),
    };
}

} // namespace

Methods privacy_methods() {
    Methods out{
        bind("erasure.plan", habeas_erasure_plan, id("subject"), DocumentOut{}),
        {"erasure.execute",
         {{"subjects", "numbers", true},
          {"ground", "text", false},
          {"without_suppression", "flag", false},
          {"proofs", "document", false},
          {"proof_until", "time", false},
          {"progress", "flag", false}},
         execute},
        bind("erasure.receipt", habeas_erasure_receipt, id("subject"), DocumentOut{}),
        bind("erasure.check_commitment", habeas_erasure_check_commitment, document("commitment"),
             FlagOut{}),
        bind("erasure.open_proof", habeas_erasure_open_proof, id("subject"), text("purpose"),
             text("ground"), DocumentOut{}),
        {"export.json", with_bundle({}), export_text<habeas_export_json, true>},
        {"export.html", with_bundle({}), export_text<habeas_export_html, false>},
        {"export.csv", with_bundle({}), export_text<habeas_export_csv, false>},
        {"export.file",
         with_bundle({{"path", "text", true},
                      {"format", "json|html|csv|zip", false},
                      {"password", "text", false}}),
         export_file},
        bind("export.many", habeas_export_many, text("path"), document("options"), progress(),
             NumberOut<std::uint64_t>{}),
    };
    for (const auto part :
         {request_methods, holder_methods, retention_methods, processor_methods, breach_methods}) {
        for (Method& each : part()) {
            out.push_back(std::move(each));
        }
    }
    return out;
}

} // namespace habeas::capi
