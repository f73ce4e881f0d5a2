// Rows of the queue.
#pragma once

#include "habeas/outbox.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace habeas::outbox {

/// Columns of `read_info`, of outbox as `o`.
extern const char info_columns[];
MessageInfo read_info(const store::Statement& row);

/// Counts messages that came to an end, and writes the figures of the day.
class Figures {
  public:
    void add(std::int64_t template_id, std::int64_t purpose_id, Channel channel,
             MessageState state);
    void write(store::Engine& engine); ///< in a write transaction

  private:
    std::map<std::tuple<std::int64_t, std::int64_t, Channel, MessageState>, std::int64_t> counts_;
};

/// Tells the change feed, unless the message is about nobody.
void note_message(store::Engine& engine, std::optional<std::int64_t> subject);
/// A state that ends (or may end) a message. In a write transaction.
void finish(store::Engine& engine, std::int64_t id, MessageState state, const std::string& reason);
/// What is kept only until it is sent.
void forget_secret(store::Engine& engine, std::int64_t id);
/// Contents and attachments; the row says that they are gone.
void forget_content(store::Engine& engine, std::int64_t id);

} // namespace habeas::outbox
