// Methods about the store itself: opening, settings, transactions, backups, SQL, definitions.
#include "callbacks.hpp"
#include "calls.hpp"

namespace habeas::capi {
namespace {

// ---- callbacks of an open store, by the host of the call that runs

std::int64_t ask_clock(void*) {
    Json answer;
    std::int64_t now = 0;
    try {
        if (HostOfCall::there() && HostOfCall::ask("clock", Json::object(), answer) == HABEAS_OK &&
            !answer.is_null()) {
            return time_at(answer, "");
        }
    } catch (...) { // no time: the system's
        now = 0;
    }
    (void)habeas_time_now(&now);
    return now;
}

void ask_log(void*, std::int32_t level, const char* message, std::size_t size) {
    constexpr const char* levels[] = {"debug", "info", "warning", "error"};
    try {
        Json none;
        if (HostOfCall::there()) {
            const auto place = level < 0 || level > 3 ? 3 : level;
            (void)HostOfCall::ask(
                "log", {{"level", levels[place]}, {"message", std::string(message, size)}}, none);
        }
    } catch (...) { // a line that cannot be told stops nothing
        return;
    }
}

/// The root key as it was given, for as long as the store is open.
void forget_key(void* user) {
    auto* key = static_cast<std::string*>(user);
    wipe(key->data(), key->size());
    delete key;
}

std::int32_t load_key(void* user, char* buffer, std::size_t capacity, std::size_t* size) {
    const auto* key = static_cast<const std::string*>(user);
    *size = key->size();
    key->copy(buffer, capacity);
    return HABEAS_OK;
}

std::string tick(Call& call) {
    call.in.finish();
    habeas_tick_report report{};
    check(habeas_tick_report_init(&report, sizeof report));
    check(habeas_store_tick(call.store, &report));
    return dump({{"physical_done", report.physical_done},
                 {"physical_pending", report.physical_pending},
                 {"expired", report.expired},
                 {"files_deleted", report.files_deleted},
                 {"proofs_deleted", report.proofs_deleted},
                 {"retained_ended", report.retained_ended}});
}

// ---- SQL

struct Rows {
    Json columns = Json::array(), rows = Json::array();
    std::size_t limit = 0;
    bool more = false;
};

std::int32_t add_row(void* user, const habeas_row* row) try {
    auto& out = *static_cast<Rows*>(user);
    if (out.rows.size() == out.limit) {
        out.more = true;
        return HABEAS_DONE;
    }
    std::size_t count = 0;
    (void)habeas_row_columns(row, &count);
    Json cells = Json::array();
    for (std::size_t at = 0; at < count; ++at) {
        habeas_text cell{};
        if (out.rows.empty()) {
            (void)habeas_row_name(row, at, &cell);
            out.columns.push_back(as_text(cell));
        }
        (void)habeas_row_text(row, at, &cell);
        cells.push_back(cell.data == nullptr ? Json(nullptr) : Json(as_text(cell)));
    }
    out.rows.push_back(std::move(cells));
    return HABEAS_OK;
} catch (const std::bad_alloc&) {
    return HABEAS_E_OUT_OF_MEMORY;
}

std::string query(Call& call) {
    const std::string sql = text_at(member(call, "sql"), "/sql");
    std::vector<std::string> given;
    call.in.read("parameters", given);
    std::int64_t limit_ms = 0;
    Rows out;
    out.limit = 10'000;
    call.in.read_number("limit_ms", limit_ms, 0, 86'400'000);
    call.in.read_number("limit", out.limit, 1, 100'000);
    call.in.finish();
    std::vector<habeas_text> parameters;
    parameters.reserve(given.size());
    for (const std::string& each : given) {
        parameters.push_back(view_of(each));
    }
    const habeas_status status = habeas_query(call.store, sql.data(), sql.size(), parameters.data(),
                                              parameters.size(), limit_ms, add_row, &out);
    if (status == HABEAS_E_OUT_OF_MEMORY) {
        throw std::bad_alloc(); // of the row's or of another's: nothing was changed either way
    }
    if (status != HABEAS_DONE) {
        check(status);
    }
    return dump(
        {{"columns", std::move(out.columns)}, {"rows", std::move(out.rows)}, {"more", out.more}});
}

// ---- without a store

std::string migrate(Call& call) {
    OpenDocument options(member(call, "options"));
    std::string backup;
    call.in.read("backup", backup);
    const auto told = progress().load(call).arguments();
    call.in.finish();
    check(habeas_store_migrate(options.path().data(), options.path().size(), options.lend(),
                               backup.data(), backup.size(), std::get<0>(told), std::get<1>(told)));
    return "null";
}

std::string restore(Call& call) {
    const std::string path = text_at(member(call, "path"), "/path");
    const std::string key = text_at(member(call, "key"), "/key");
    OpenDocument options(member(call, "options"));
    std::int32_t overwrite = 0;
    read_flag(call.in, "overwrite", overwrite);
    const auto told = progress().load(call).arguments();
    call.in.finish();
    GivenString report;
    check(habeas_backup_restore(path.data(), path.size(), options.path().data(),
                                options.path().size(), key.data(), key.size(), options.lend(),
                                overwrite, std::get<0>(told), std::get<1>(told), report.out()));
    return result_of(report);
}

std::string has(Call& call) {
    const std::string feature = text_at(member(call, "feature"), "/feature");
    call.in.finish();
    return habeas_has(feature.data(), feature.size()) == 1 ? "true" : "false";
}

std::string version(Call& call) {
    call.in.finish();
    return json_text(habeas_version());
}

} // namespace

OpenDocument::OpenDocument(const Json& document) {
    check(habeas_store_options_init(&options_, sizeof options_));
    ObjectReader in(document, "");
    in.read("path", path_);
    in.read("create", create_);
    in.read("memory", memory_);
    in.read("key", key_);
    in.read("key_file", key_file_);
    in.read("journal_file", journal_file_);
    in.read_word("durability", options_.durability, {"full", "normal"});
    in.read_number("busy_timeout_ms", options_.busy_timeout_ms, -1, 86'400'000);
    const std::pair<const char*, std::int32_t*> flags[] = {
        {"read_only", &options_.read_only},
        {"auto_migrate", &options_.auto_migrate},
        {"accept_missing_journal", &options_.accept_missing_journal},
        {"accept_lost_key", &options_.accept_lost_key}};
    for (const auto& each : flags) {
        read_flag(in, each.first, *each.second);
    }
    bool clock = false;
    in.read("clock", clock);
    if (const Json* given = in.find("actor")) {
        ObjectReader actor(*given, "/actor");
        actor.read_word("kind", options_.actor_kind, {"system", "person", "subject"});
        actor.read("id", actor_id_);
        actor.read("reason", actor_reason_);
        actor.finish();
    }
    in.finish();
    if (memory_ == !path_.empty()) {
        refuse_at("/path", "name a file, or say memory: true");
    }
    options_.key_file = view_of(key_file_);
    options_.journal_file = view_of(journal_file_);
    options_.actor_id = view_of(actor_id_);
    options_.actor_reason = view_of(actor_reason_);
    options_.clock = clock ? ask_clock : nullptr;
    options_.log = ask_log;
}

OpenDocument::~OpenDocument() {
    wipe(key_.data(), key_.size());
}

const habeas_store_options* OpenDocument::lend() {
    if (!key_.empty()) {
        options_.key_user = new std::string(key_);
        options_.key_free_user = forget_key;
        options_.key_load = load_key;
    }
    return &options_;
}

habeas_store* OpenDocument::open() {
    habeas_store* store = nullptr;
    if (memory_) {
        check(habeas_store_open_memory(lend(), &store));
    } else if (create_) {
        check(habeas_store_create(path_.data(), path_.size(), lend(), &store));
    } else {
        check(habeas_store_open(path_.data(), path_.size(), lend(), &store));
    }
    return store;
}

Methods store_methods() {
    return {
        {"version", {}, version},
        {"has", {{"feature", "text", true}}, has},
        bind("store.info", habeas_store_info, DocumentOut{}),
        bind("store.set_actor", habeas_store_set_actor,
             WordIn{"kind", {"system", "person", "subject"}}, maybe_text("id"),
             maybe_text("reason")),
        bind("store.now", habeas_store_now, TimeOut{}),
        bind("store.verify", habeas_store_verify, maybe_document("options"), progress(),
             DocumentOut{}),
        {"store.tick", {}, tick},
        bind("store.rotate_key", habeas_store_rotate_key, progress(), TextOut{}),
        {"store.migrate",
         {{"options", "document", true}, {"backup", "text", false}, {"progress", "flag", false}},
         migrate},
        bind_free("backup.new_key", habeas_backup_new_key, TextOut{}),
        bind("backup.write", habeas_backup_write, text("path"), text("key"),
             maybe<std::int64_t>("keep_for_s"), progress(), DocumentOut{}),
        bind_free("backup.info", habeas_backup_info, text("path"), DocumentOut{}),
        bind_free("backup.verify", habeas_backup_verify, text("path"), text("key"), progress(),
                  DocumentOut{}),
        {"backup.restore",
         {{"path", "text", true},
          {"key", "text", true},
          {"options", "document", true},
          {"overwrite", "flag", false},
          {"progress", "flag", false}},
         restore},
        bind("journal.check", habeas_journal_check, DocumentOut{}),
        bind("journal.compare", habeas_journal_compare, text("copy"), DocumentOut{}),
        bind("journal.copy", habeas_journal_copy, text("to"), DocumentOut{}),
        bind("journal.rotate", habeas_journal_rotate, maybe_text("archive"), DocumentOut{}),
        bind("setting.get", habeas_setting_get, text("name"), TextOut{}),
        bind("setting.set", habeas_setting_set, text("name"), text("value")),
        bind("transaction.begin", habeas_transaction_begin),
        bind("transaction.commit", habeas_transaction_commit),
        bind("transaction.rollback", habeas_transaction_rollback),
        bind("snapshot.begin", habeas_snapshot_begin),
        bind("snapshot.end", habeas_snapshot_end),
        {"query",
         {{"sql", "text", true},
          {"parameters", "texts", false},
          {"limit", "number", false},
          {"limit_ms", "number", false}},
         query},
        bind("field.define", habeas_field_define, document("field")),
        bind("field.update", habeas_field_update, document("field")),
        bind("field.rename", habeas_field_rename, owner(), text("name"), text("to")),
        bind("field.retire", habeas_field_retire, owner(), text("name")),
        bind("field.remove", habeas_field_remove, owner(), text("name")),
        bind("field.list", habeas_field_list, owner(), DocumentOut{}),
        bind("field.find", habeas_field_find, owner(), text("name"), DocumentOut{}),
        bind("definitions.export", habeas_definitions_export, DocumentOut{}),
        bind("definitions.apply", habeas_definitions_apply, document("definitions"),
             flag("dry_run"), DocumentOut{}),
        bind("change.read", habeas_change_read, maybe_text("position"),
             maybe<std::size_t>("limit", 1000), DocumentOut{}),
        bind("change.position", habeas_change_position, TextOut{}),
    };
}

} // namespace habeas::capi
