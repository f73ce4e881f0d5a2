// A folder of .eml files. What it wrote is registered before, so that an erasure finds it.
#include "base/files.hpp"
#include "habeas/outbox.hpp"
#include "outbox/links.hpp"
#include "store/engine.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace habeas {
namespace {

/// The draft that replace_file writes before it renames.
std::string draft_of(const std::string& path) {
    return path + ".new";
}

bool is_registered(store::Engine& engine, const std::string& path) {
    // A row marked for deletion (expires_at 0) is that of somebody erased.
    auto row = engine.db().prepare(
        "SELECT 1 FROM written_file WHERE path = ?1 AND expires_at > 0 LIMIT 1");
    row.bind(1, path);
    return row.step();
}

void forget(store::Engine& engine, const std::string& path) {
    engine.db().prepare("DELETE FROM written_file WHERE path = ?1").bind_all(path).run();
}

} // namespace

DirectoryGateway::DirectoryGateway(Store& store, const std::string& folder)
    : DirectoryGateway(store.engine(), folder) {}

DirectoryGateway::DirectoryGateway(store::Engine& engine, const std::string& folder)
    : engine_(&engine) {
    std::error_code failed;
    const auto path = std::filesystem::absolute(folder, failed).lexically_normal();
    folder_ = failed ? folder : path.string();
    while (folder_.size() > 1 && folder_.ends_with('/')) {
        folder_.pop_back();
    }
    if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
        throw Error(Errc::io, "the folder for messages cannot be made; make it, or name another",
                    folder_);
    }
    if (!std::filesystem::is_directory(folder_, failed)) {
        throw Error(Errc::invalid, "the place for messages is not a folder", folder_);
    }
}

std::vector<GatewayResult> DirectoryGateway::send(std::span<const OutgoingMessage> messages) {
    auto path_of = [&](const OutgoingMessage& message) {
        return folder_ + "/" + message.reference + ".eml";
    };
    {
        // Who was erased since has no row in the queue any more: nothing is written then.
        store::Engine::Write tx(*engine_);
        for (const OutgoingMessage& message : messages) {
            auto row = engine_->db().prepare("SELECT 1 FROM outbox WHERE id = ?1");
            row.bind(1, static_cast<std::int64_t>(message.id));
            const std::string path = path_of(message);
            if (row.step() && !is_registered(*engine_, path)) {
                engine_->register_file(path, message.subject);
                engine_->register_file(draft_of(path), message.subject);
            }
        }
        tx.commit();
    }
    std::vector<GatewayResult> results;
    for (const OutgoingMessage& message : messages) {
        const std::string path = path_of(message);
        if (!is_registered(*engine_, path)) {
            results.push_back({GatewayOutcome::permanent, {}, "erased", {}});
            continue;
        }
        try {
            base::replace_file(path, compose_mime(message));
            results.push_back({GatewayOutcome::sent, message.reference + ".eml", {}, {}});
        } catch (const Error& error) {
            const bool lasting = error.code() == Errc::invalid;
            results.push_back({lasting ? GatewayOutcome::permanent : GatewayOutcome::transient,
                               {},
                               std::string(errc_name(error.code())),
                               {}});
        }
    }
    store::Engine::Write tx(*engine_);
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string path = path_of(messages[i]);
        if (results[i].outcome == GatewayOutcome::sent && !is_registered(*engine_, path)) {
            std::error_code ignored; // erased while it was written
            std::filesystem::remove(path, ignored);
            results[i] = {GatewayOutcome::permanent, {}, "erased", {}};
        }
        forget(*engine_, draft_of(path));
        if (results[i].outcome != GatewayOutcome::sent) {
            forget(*engine_, path);
        }
    }
    tx.commit();
    return results;
}

/// The file says it. Where it is not there and the draft neither, somebody may have taken it.
std::optional<GatewayResult> DirectoryGateway::resolve(const std::string& reference) {
    if (!outbox::reference_message(reference)) {
        return std::nullopt;
    }
    const std::string path = folder_ + "/" + reference + ".eml";
    std::error_code failed;
    if (std::filesystem::exists(path, failed)) {
        return GatewayResult{GatewayOutcome::sent, reference + ".eml", {}, {}};
    }
    if (std::filesystem::exists(draft_of(path), failed) || !is_registered(*engine_, path)) {
        return GatewayResult{GatewayOutcome::transient, {}, "not_written", {}};
    }
    return std::nullopt;
}

} // namespace habeas
