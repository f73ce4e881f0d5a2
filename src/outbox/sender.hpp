// One call of Outbox::send.
#pragma once

#include "habeas/outbox.hpp"
#include "outbox/pacing.hpp"
#include "outbox/prepare.hpp"
#include "outbox/rows.hpp"
#include "outbox/settings.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace habeas::outbox {

/// Messages whose gateway did not answer within the lease become uncertain. Outside a transaction.
void give_up_leases(store::Engine& engine, std::int64_t now);

/// What is marked `sending`, and what the gateway gets: as many, in the same order.
struct Batch {
    std::vector<Claimed> rows;
    std::vector<OutgoingMessage> messages;
};

/// What the gateway answered about each.
struct Delivered {
    std::vector<Claimed> rows;
    std::vector<GatewayResult> results;
};

class Sender {
  public:
    Sender(store::Engine& engine, Gateway& gateway, const SendOptions& options);
    SendReport run();

  private:
    struct Lost {
        std::int64_t id = 0;
        std::string reference, lease;
        MessageKind kind = MessageKind::marketing;
        bool repeated = false;
        std::int64_t since = 0;
    };

    std::int64_t now();
    /// What waits begins from here: neither before what is due nor before the clock.
    std::int64_t later(std::int64_t ms);
    void give_up_leases();
    void resolve_uncertain();
    void settle(const Lost& lost, const std::optional<GatewayResult>& answer);
    Batch record_and_claim(const Delivered& last);
    /// In a transaction, as the next.
    Batch claim(std::size_t room);
    bool still_allowed(Claimed& row);
    std::vector<Claimed> due_rows(std::size_t room);
    /// Into the batch, unless it waits, or may or can not go at all; bytes that it takes in memory.
    std::size_t take(Claimed row, Pacer& pacer, Batch& batch);
    Delivered deliver(Batch batch);
    void record(const Delivered& delivered);
    void record_all(const Delivered& delivered); ///< in a transaction
    void record_one(const Claimed& row, const GatewayResult& result, Figures& figures);
    void note_dead_address(SubjectId subject, const Claimed& row, const std::string& reason);
    [[nodiscard]] std::int64_t back_off(int attempts, const GatewayResult& result) const;

    store::Engine& engine_;
    Gateway& gateway_;
    const SendOptions& options_;
    std::string gateway_id_, processor_, channels_, lease_;
    std::shared_ptr<const Settings> settings_;
    SendReport report_;
    std::int64_t due_ = 0; ///< what is due when the run begins goes
    std::size_t handed_ = 0;
    bool saw_rows_ = false, reached_ = true;
};

} // namespace habeas::outbox
