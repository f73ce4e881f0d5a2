// From a row of the queue to what a gateway gets.
#pragma once

#include "habeas/outbox.hpp"
#include "outbox/render.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace habeas::outbox {

struct Claimed {
    std::int64_t id = 0;
    std::string reference; ///< bytes
    MessageKind kind = MessageKind::transactional;
    std::optional<std::int64_t> subject;
    std::string recipient; ///< of an internal one
    std::int64_t purpose_id = 0, template_id = 0;
    std::int32_t template_version = 0;
    Channel channel = Channel::email;
    int attempts = 0;
    std::int64_t queued_at = 0;
    bool links = false; ///< it has tokens
    bool purged = false;
    std::string token_key;
    std::int64_t event = 0; ///< of the ledger, that allowed it; 0: none did
};

/// What the person agreed to, as the footer says it.
struct Agreed {
    std::int32_t text_version = 0; ///< 0: not known
    Time at{};
};

/// What composing needs.
struct Material {
    Claimed row;
    std::shared_ptr<const StoredTemplate> source;
    std::optional<Subject> person;
    std::optional<Purpose> purpose;
    std::string data;
    RenderedMessage ready;
    std::vector<Attachment> attachments;
    Links links;
    Agreed agreed;
    std::string failure; ///< not empty: it cannot be sent, and this is the word for it
};
/// By the event that decided; nothing unless it is a consent to a known text.
Agreed agreed_by(store::Engine& engine, EventId event);
/// "You agreed to ... on ... (version 3 of the text)." Empty: it is not known.
std::string agreed_line(const Agreed& agreed, const Purpose& purpose, const std::string& language,
                        const std::string& zone);
Material read_material(store::Engine& engine, const Settings& settings, Claimed row);
std::size_t material_bytes(const Material& material) noexcept;

/// `material.failure` is set where it cannot be made.
OutgoingMessage make_message(store::Engine& engine, const Settings& settings, Material& material);

} // namespace habeas::outbox
