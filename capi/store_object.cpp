#include "store_object.hpp"

#include "convert.hpp"
#include "habeas/campaign.hpp"
#include "habeas/definitions.hpp"

#include <sys/stat.h>

namespace habeas::capi {

namespace {

/// What it returns other than 0 is a step that was not done.
HostCallback host_callback(habeas_host_fn function, void* user) {
    return [function, user](const HostCall& call) {
        habeas_host_call out{};
        out.struct_size = sizeof out;
        out.subject = number(call.subject);
        out.key = view_of(call.key);
        out.name = view_of(call.name);
        out.campaign = view_of(call.campaign);
        out.event = view_of(call.event);
        out.data = view_of(call.data);
        if (call_back(function, user, static_cast<const habeas_host_call*>(&out)) != HABEAS_OK) {
            throw Error(Errc::callback, "the host did not do it", "host");
        }
    };
}

} // namespace

bool HostGuard::permitted(const Transfer& asked) {
    const std::string document = Definitions::json_of(*asked.purpose);
    habeas_transfer transfer{};
    transfer.struct_size = sizeof transfer;
    transfer.at = time_out(asked.at);
    transfer.country = {asked.country.data(), asked.country.size()};
    transfer.code = {asked.purpose->code.data(), asked.purpose->code.size()};
    transfer.purpose = {document.data(), document.size()};
    transfer.processor = {asked.processor.data(), asked.processor.size()};
    std::int32_t answer = 0;
    if (const habeas_status status = call_back(function_, user_.get(), &transfer, &answer)) {
        throw Stop(status);
    }
    return answer == 1; // anything else than a clear yes is a no
}

StoreObject::StoreObject(StoreUsers users, StoreOptions options, const Opener& open)
    : users_(std::move(users)), store_(open(std::move(options))) {}

StoreObject::~StoreObject() {
    snapshot_.reset();
    while (!transactions_.empty()) { // the innermost first
        transactions_.pop_back();
    }
}

void StoreObject::abandon() noexcept {
    users_.clock.give_back();
    users_.log.give_back();
    users_.key.give_back();
    users_.host.give_back();
    for (auto& [code, user] : users_.holders) {
        user.give_back();
    }
    guard_.reset();
}

void StoreObject::begin() {
    transactions_.reserve(transactions_.size() + 1);
    transactions_.push_back(store_.transaction());
}

void StoreObject::commit() {
    if (transactions_.empty()) {
        throw Error(Errc::invalid, "no transaction is open", "transaction");
    }
    Transaction innermost = std::move(transactions_.back());
    transactions_.pop_back();
    innermost.commit();
}

void StoreObject::roll_back() {
    if (transactions_.empty()) {
        throw Error(Errc::invalid, "no transaction is open", "transaction");
    }
    transactions_.pop_back();
}

void StoreObject::begin_snapshot() {
    if (snapshot_) {
        throw Error(Errc::invalid, "a snapshot is open already; end it first", "snapshot");
    }
    snapshot_.emplace(store_.snapshot());
}

void StoreObject::end_snapshot() {
    if (!snapshot_) {
        throw Error(Errc::invalid, "no snapshot is open", "snapshot");
    }
    snapshot_.reset();
}

void StoreObject::set_guard(std::unique_ptr<HostGuard> guard) {
    Consent(store_).set_transfer_guard(guard.get());
    guard_ = std::move(guard);
}

void StoreObject::set_host(habeas_host_fn function, User user) {
    HostCallback host;
    if (function != nullptr) {
        host = host_callback(function, user.get());
    }
    Campaigns(store_).set_host(std::move(host));
    users_.host = std::move(user);
}

std::optional<StoreObject::FileIdentity> StoreObject::file_identity(const std::string& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) {
        return std::nullopt;
    }
    return FileIdentity{found.st_dev, found.st_ino};
}

} // namespace habeas::capi
