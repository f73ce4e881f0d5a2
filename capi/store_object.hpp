// What a habeas_store stands for.
#pragma once

#include "callbacks.hpp"
#include "habeas/consent.hpp"
#include "handles.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace habeas::capi {

/// Callbacks that live as long as the store.
struct StoreUsers {
    User clock, log, key, host;
    std::map<std::string, User> holders; ///< by code
};

/// The host's transfer guard as the core asks it.
class HostGuard : public TransferGuard {
  public:
    HostGuard(habeas_transfer_fn function, User user)
        : function_(function), user_(std::move(user)) {}
    bool permitted(const Transfer& transfer) override;

  private:
    habeas_transfer_fn function_;
    User user_;
};

class StoreObject : public HandleObject {
  public:
    using Opener = std::function<Store(StoreOptions)>;
    /// Takes over the users at once, so that they are given back also when opening fails.
    StoreObject(StoreUsers users, StoreOptions options, const Opener& open);
    ~StoreObject() override;
    void abandon() noexcept override;

    Store& store() noexcept { return store_; }

    void begin();
    void commit();
    void roll_back();
    void begin_snapshot();
    void end_snapshot();
    void set_guard(std::unique_ptr<HostGuard> guard);
    void set_host(habeas_host_fn function, User user);
    /// Errc::not_found, Errc::invalid as DataHolders::attach.
    void set_holder(const std::string& code, std::span<const std::int32_t> operations,
                    habeas_holder_fn function, User user);

    struct FileIdentity {
        std::uint64_t device = 0, number = 0;
        bool operator==(const FileIdentity&) const = default;
    };
    /// Nothing where there is no such file.
    static std::optional<FileIdentity> file_identity(const std::string& path);
    void note_file(const std::string& path) { file_ = file_identity(path); }
    [[nodiscard]] const std::optional<FileIdentity>& file() const noexcept { return file_; }

  private:
    // In this order: transactions and snapshot go before the store, and the store before what its
    // callbacks use.
    StoreUsers users_;
    std::unique_ptr<HostGuard> guard_;
    Store store_;
    std::vector<Transaction> transactions_;
    std::optional<Snapshot> snapshot_;
    std::optional<FileIdentity> file_;
};

/// For the length of a call: StoreUse store(handle); store->...
class StoreUse : public Use<HandleKind::store, StoreObject> {
  public:
    using Use::Use;
    [[nodiscard]] Store& store() const noexcept { return (**this).store(); }
};

} // namespace habeas::capi
