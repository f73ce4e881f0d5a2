// Opening, closing and the small services of a store.
#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"
#include "store_options.hpp"

#include <memory>

using namespace habeas::capi;
using habeas::Store;
using habeas::StoreOptions;

namespace habeas::capi {

/// SQLite takes for granted that it holds the locks which this process inherited by fork, but they
/// are the parent's: two processes would write at once.
void refuse_inherited(const std::string& path) {
    const auto file = StoreObject::file_identity(path);
    const bool open_before_fork =
        file && any_inherited(HandleKind::store, [&file](const HandleObject& object) {
            return static_cast<const StoreObject&>(object).file() == file;
        });
    if (open_before_fork) {
        throw Error(Errc::forked,
                    "the parent process had this file open when it forked; open it after fork(), "
                    "or start this process with exec()",
                    path);
    }
}

} // namespace habeas::capi

namespace {

habeas_store* open_store(OpenOptions given, const std::string& path,
                         const StoreObject::Opener& open) {
    if (!path.empty()) {
        refuse_inherited(path);
    }
    NewHandle handle; // first, so that nothing can fail once a store was created
    auto object =
        std::make_unique<StoreObject>(std::move(given.users), std::move(given.options), open);
    if (!path.empty()) {
        object->note_file(path);
    }
    return static_cast<habeas_store*>(
        const_cast<void*>(handle.fill(HandleKind::store, std::move(object))));
}

} // namespace

extern "C" {

habeas_status habeas_store_options_init(habeas_store_options* options, size_t struct_size) {
    return guard([&] { init_struct(options, struct_size, "options"); });
}

habeas_status habeas_store_create(const char* path, size_t path_size,
                                  const habeas_store_options* options, habeas_store** store) {
    return guard([&] {
        OpenOptions given(options);
        expect(store, "store");
        const std::string at = path_in(path, path_size, "path");
        *store = open_store(std::move(given), at, [&at](StoreOptions with) {
            return Store::create(at, std::move(with));
        });
    });
}

habeas_status habeas_store_open(const char* path, size_t path_size,
                                const habeas_store_options* options, habeas_store** store) {
    return guard([&] {
        OpenOptions given(options);
        expect(store, "store");
        const std::string at = path_in(path, path_size, "path");
        *store = open_store(std::move(given), at,
                            [&at](StoreOptions with) { return Store::open(at, std::move(with)); });
    });
}

habeas_status habeas_store_open_memory(const habeas_store_options* options, habeas_store** store) {
    return guard([&] {
        OpenOptions given(options);
        expect(store, "store");
        *store = open_store(std::move(given), {},
                            [](StoreOptions with) { return Store::in_memory(std::move(with)); });
    });
}

habeas_status habeas_store_migrate(const char* path, size_t path_size,
                                   const habeas_store_options* options, const char* backup,
                                   size_t backup_size, habeas_progress_fn progress, void* user) {
    return guard([&] {
        OpenOptions given(options);
        const std::string at = path_in(path, path_size, "path");
        const std::string copy = string_in(backup, backup_size, "backup");
        refuse_inherited(at);
        ProgressCall call(progress, user);
        call.run([&] { Store::migrate(at, std::move(given.options), copy, call.progress()); });
    });
}

void habeas_store_close(habeas_store* store) {
    guard([&] {
        if (store != nullptr) {
            close_handle(HandleKind::store, store);
        }
    });
}

habeas_status habeas_store_info(habeas_store* store, habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const StoreUse use(store);
        const habeas::StoreInfo found = use.store().info();
        give_json(info, {{"id", found.id},
                         {"path", found.path.empty() ? Json(nullptr) : Json(found.path)},
                         {"schema_version", found.schema_version},
                         {"key_id", found.key_id},
                         {"warnings", found.warnings}});
    });
}

habeas_status habeas_store_set_actor(habeas_store* store, int32_t kind, const char* id,
                                     size_t id_size, const char* reason, size_t reason_size) {
    return guard([&] {
        habeas::Actor actor;
        actor.kind = enum_in(kind, habeas::Actor::Kind::subject, "kind");
        actor.id = string_in(id, id_size, "id");
        actor.reason = string_in(reason, reason_size, "reason");
        StoreUse(store).store().set_actor(std::move(actor));
    });
}

habeas_status habeas_store_now(habeas_store* store, int64_t* time) {
    return guard([&] {
        expect(time, "time");
        *time = time_out(StoreUse(store).store().now());
    });
}

habeas_status habeas_setting_get(habeas_store* store, const char* name, size_t name_size,
                                 habeas_string* value) {
    return guard([&] {
        expect(value, "value");
        const std::string wanted = string_in(name, name_size, "name");
        give_string(value, StoreUse(store).store().setting(wanted));
    });
}

habeas_status habeas_setting_set(habeas_store* store, const char* name, size_t name_size,
                                 const char* value, size_t value_size) {
    return guard([&] {
        const std::string wanted = string_in(name, name_size, "name");
        const std::string text = string_in(value, value_size, "value");
        StoreUse(store).store().set_setting(wanted, text);
    });
}

habeas_status habeas_transaction_begin(habeas_store* store) {
    return guard([&] { StoreUse(store)->begin(); });
}

habeas_status habeas_transaction_commit(habeas_store* store) {
    return guard([&] { StoreUse(store)->commit(); });
}

habeas_status habeas_transaction_rollback(habeas_store* store) {
    return guard([&] { StoreUse(store)->roll_back(); });
}

habeas_status habeas_snapshot_begin(habeas_store* store) {
    return guard([&] { StoreUse(store)->begin_snapshot(); });
}

habeas_status habeas_snapshot_end(habeas_store* store) {
    return guard([&] { StoreUse(store)->end_snapshot(); });
}
}
