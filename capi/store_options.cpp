#include "store_options.hpp"

#include "convert.hpp"

#include <algorithm>

namespace habeas::capi {
namespace {

/// Overwritten before it is freed: it holds the root key.
class KeyBuffer {
  public:
    explicit KeyBuffer(std::size_t size) : bytes_(size) {}
    KeyBuffer(const KeyBuffer&) = delete;
    KeyBuffer& operator=(const KeyBuffer&) = delete;
    ~KeyBuffer() { wipe(bytes_.data(), bytes_.size()); }
    char* data() { return bytes_.data(); }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

  private:
    std::vector<char> bytes_;
};

std::string load_key(habeas_key_load_fn load, void* user) {
    constexpr std::size_t first_room = 4096, most = 1 << 20;
    for (std::size_t room = first_room; room <= most;) {
        KeyBuffer buffer(room);
        std::size_t size = 0;
        if (const habeas_status status = call_back(load, user, buffer.data(), room, &size)) {
            throw Stop(status);
        }
        if (size == 0) {
            throw Error(Errc::key_missing, "the host has no root key yet", "key_load");
        }
        if (size <= buffer.size()) {
            return {buffer.data(), size};
        }
        room = size;
    }
    throw Error(Errc::callback, "key_load asks for more than 1 MiB", "key_load");
}

} // namespace

std::string path_in(const char* path, std::size_t size, std::string_view name) {
    std::string out = string_in(path, size, name);
    if (out.empty()) {
        refuse_argument(name, "empty");
    }
    return out;
}

OpenOptions::OpenOptions(const habeas_store_options* pointer) {
    if (pointer == nullptr) {
        return;
    }
    check_size(pointer->struct_size, "options");
    habeas_store_options given{};
    std::memcpy(&given, pointer, std::min<std::size_t>(pointer->struct_size, sizeof given));
    users.clock = {given.clock_user, given.clock_free_user};
    users.log = {given.log_user, given.log_free_user};
    users.key = {given.key_user, given.key_free_user};
    given = struct_in(pointer, "options");
    options.durability = enum_in(given.durability, Durability::normal, "durability");
    options.read_only = flag_in(given.read_only, "read_only");
    options.auto_migrate = flag_in(given.auto_migrate, "auto_migrate");
    options.accept_missing_journal =
        flag_in(given.accept_missing_journal, "accept_missing_journal");
    options.accept_lost_key = flag_in(given.accept_lost_key, "accept_lost_key");
    if (given.busy_timeout_ms != 0) {
        constexpr std::int64_t day = 86'400'000;
        options.busy_timeout =
            std::chrono::milliseconds(std::clamp<std::int64_t>(given.busy_timeout_ms, 0, day));
    }
    options.key_file = string_in(given.key_file, "key_file");
    options.journal_file = string_in(given.journal_file, "journal_file");
    options.actor.kind = enum_in(given.actor_kind, Actor::Kind::subject, "actor_kind");
    options.actor.id = string_in(given.actor_id, "actor_id");
    options.actor.reason = string_in(given.actor_reason, "actor_reason");
    set_callbacks(given);
}

void OpenOptions::set_callbacks(const habeas_store_options& given) {
    if (given.clock != nullptr) {
        options.clock = [clock = given.clock, user = given.clock_user] {
            std::int64_t now = 0;
            const auto ask = [&now, clock](void* whose) {
                now = clock(whose);
                return habeas_status{HABEAS_OK};
            };
            if (const habeas_status status = call_back(ask, user)) {
                throw Stop(status);
            }
            return moment_in(now);
        };
    }
    if (given.log != nullptr) {
        options.log = [log = given.log, user = given.log_user](LogLevel level,
                                                               std::string_view message) {
            const auto tell = [&](void* whose) {
                log(whose, static_cast<std::int32_t>(level), message.data(), message.size());
                return habeas_status{HABEAS_OK};
            };
            call_back(tell, user);
        };
    }
    if (given.key_load != nullptr) {
        options.key_callback = [load = given.key_load, user = given.key_user] {
            return load_key(load, user);
        };
    }
    if (given.key_save != nullptr) {
        if (given.key_load == nullptr) {
            refuse_argument("key_save", "give key_load as well");
        }
        options.key_save = [save = given.key_save, user = given.key_user](const std::string& text) {
            if (const habeas_status status = call_back(save, user, text.data(), text.size())) {
                throw Stop(status);
            }
        };
    }
}

} // namespace habeas::capi
