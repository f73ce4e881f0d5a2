// The public handle: a thin door to the engine.
#include "habeas/store.hpp"

#include "store/engine.hpp"
#include "store/limits.hpp"
#include "store/settings.hpp"
#include "store/store_module.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace habeas {

bool VerifyReport::ok() const {
    return std::none_of(findings.begin(), findings.end(),
                        [](const Finding& f) { return f.severity == Severity::error; });
}

struct Transaction::Impl {
    explicit Impl(store::Engine& engine) : write(engine) {}
    store::Engine::Write write;
};

Transaction::Transaction(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Transaction::Transaction(Transaction&&) noexcept = default;
Transaction& Transaction::operator=(Transaction&&) noexcept = default;
Transaction::~Transaction() = default;

void Transaction::commit() {
    if (impl_ == nullptr) {
        throw Error(Errc::invalid, "the transaction has ended already", "transaction");
    }
    const auto impl = std::move(impl_);
    impl->write.commit();
}

struct Snapshot::Impl {
    explicit Impl(store::Engine& engine) : read(engine) {}
    store::Engine::Read read;
};

Snapshot::Snapshot(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Snapshot::Snapshot(Snapshot&&) noexcept = default;
Snapshot::~Snapshot() = default;

Store::Store(std::unique_ptr<store::Engine> engine) : engine_(std::move(engine)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::create(const std::string& path, StoreOptions options) {
    return Store(
        std::make_unique<store::Engine>(path, std::move(options), store::Engine::Open::create));
}
Store Store::open(const std::string& path, StoreOptions options) {
    return Store(
        std::make_unique<store::Engine>(path, std::move(options), store::Engine::Open::existing));
}
Store Store::in_memory(StoreOptions options) {
    return Store(
        std::make_unique<store::Engine>("", std::move(options), store::Engine::Open::memory));
}

void Store::migrate(const std::string& path, StoreOptions options, const std::string& backup,
                    const Progress& progress) {
    store::Engine::migrate_store(path, std::move(options), backup, progress);
}

StoreInfo Store::info() const {
    return engine_->info();
}
void Store::set_actor(Actor actor) {
    engine_->set_actor(std::move(actor));
}
Transaction Store::transaction() {
    return Transaction(std::make_unique<Transaction::Impl>(*engine_));
}
Snapshot Store::snapshot() {
    return Snapshot(std::make_unique<Snapshot::Impl>(*engine_));
}
Time Store::now() const {
    return Time(std::chrono::milliseconds(engine_->now_ms()));
}

void Store::query(const std::string& sql, const std::vector<std::string>& parameters,
                  const std::function<bool(const std::vector<std::string>&,
                                           const std::vector<std::optional<std::string>>&)>& row,
                  std::chrono::milliseconds limit) {
    engine_->query(sql, parameters, row, limit);
}
VerifyReport Store::verify(const VerifyOptions& options) {
    return engine_->verify(options);
}
TickReport Store::tick() {
    return engine_->tick();
}
std::string Store::rotate_key(const Progress& progress) {
    return engine_->rotate_key(progress);
}

std::string Store::setting(const std::string& name) const {
    store::check_setting(name, {});
    return engine_->meta(("setting." + name).c_str()).value_or("");
}

void Store::set_setting(const std::string& name, const std::string& value) {
    store::check_setting(name, value);
    const std::string key = "setting." + name;
    store::Engine::Write tx(*engine_);
    if (engine_->meta(key.c_str()).value_or("") != value) {
        engine_->set_meta(key.c_str(), value);
        engine_->bump_definitions();
        engine_->record_act(EventKind::setting_changed, fmt::format(R"({{"setting":"{}"}})", name));
    }
    tx.commit();
}

} // namespace habeas

namespace habeas::store {
extern const char schema_store[];
const Module module{
    .name = "store",
    .schema = schema_store,
    .tables = {{"written_file", "subject_id", "files written", SubjectTable::OnErase::custom,
                nullptr}},
    .store_tables = {"meta", "last_commit", "actor", "root_key", "change_log"},
};
} // namespace habeas::store
