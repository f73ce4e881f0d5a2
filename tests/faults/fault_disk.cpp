#include "faults/fault_disk.hpp"

#include "faults/fault_vfs.hpp"

#include <algorithm>
#include <stdexcept>

namespace habeas::faults {
namespace {

constexpr std::uint64_t sector = 512;

std::uint64_t planned(std::uint64_t so_far, std::uint64_t from_now) {
    return from_now == 0 ? 0 : so_far + from_now;
}

} // namespace

FaultDisk::FaultDisk() : slot_(take_vfs_slot(*this)) {}

FaultDisk::~FaultDisk() {
    give_vfs_slot(*slot_);
}

const char* FaultDisk::vfs() const noexcept {
    return plain_name(*slot_);
}

const char* FaultDisk::scrubbing_vfs() const noexcept {
    return scrubbing_name(*slot_);
}

// --- plans ---------------------------------------------------------------------------------

void FaultDisk::cut_power_at(std::uint64_t change) {
    const Turn turn(*this);
    power_cut_ = planned(changes_, change);
    struck_ = false;
}

void FaultDisk::fail_call(std::uint64_t call, bool from_then_on) {
    const Turn turn(*this);
    failing_call_ = planned(calls_, call);
    fails_from_then_on_ = from_then_on;
    struck_ = false;
}

void FaultDisk::fill_up_at(std::uint64_t write) {
    const Turn turn(*this);
    full_from_write_ = planned(writes_, write);
    struck_ = false;
}

void FaultDisk::heal() {
    const Turn turn(*this);
    power_cut_ = failing_call_ = full_from_write_ = 0;
}

bool FaultDisk::dead() const {
    const Turn turn(*this);
    return dead_;
}

bool FaultDisk::struck() const {
    const Turn turn(*this);
    return struck_;
}

std::uint64_t FaultDisk::changes() const {
    const Turn turn(*this);
    return changes_;
}

std::uint64_t FaultDisk::calls() const {
    const Turn turn(*this);
    return calls_;
}

std::uint64_t FaultDisk::writes() const {
    const Turn turn(*this);
    return writes_;
}

void FaultDisk::opened() {
    const Turn turn(*this);
    ++open_files_;
}

void FaultDisk::closed() {
    const Turn turn(*this);
    --open_files_;
}

Outcome FaultDisk::call() {
    const Turn turn(*this);
    ++calls_;
    if (dead_) {
        return Outcome::io_error;
    }
    if (failing_call_ != 0 &&
        (calls_ == failing_call_ || (fails_from_then_on_ && calls_ > failing_call_))) {
        struck_ = true;
        return Outcome::io_error;
    }
    return Outcome::ok;
}

bool FaultDisk::begin_change(Outcome& outcome) {
    outcome = call();
    if (outcome != Outcome::ok) {
        return false;
    }
    ++changes_;
    if (changes_ == power_cut_) {
        // The change was under way: it may survive or not, but nobody hears that it was done.
        struck_ = dead_ = true;
        outcome = Outcome::io_error;
    }
    return true;
}

// --- changes of a file ---------------------------------------------------------------------

void FaultDisk::apply(std::string& content, const Node::Change& change) {
    const auto offset = static_cast<std::size_t>(change.offset);
    if (change.truncation) {
        content.resize(offset);
        return;
    }
    if (content.size() < offset + change.bytes.size()) {
        content.resize(offset + change.bytes.size());
    }
    content.replace(offset, change.bytes.size(), change.bytes);
}

Outcome FaultDisk::write(Node& node, std::uint64_t offset, std::string_view bytes) {
    const Turn turn(*this);
    ++writes_;
    if (!dead_ && full_from_write_ != 0 && writes_ >= full_from_write_) {
        struck_ = true;
        return Outcome::full;
    }
    Outcome outcome = Outcome::ok;
    if (begin_change(outcome)) {
        node.changes.push_back({offset, std::string(bytes), false});
        apply(node.now, node.changes.back());
    }
    return outcome;
}

Outcome FaultDisk::truncate(Node& node, std::uint64_t size) {
    const Turn turn(*this);
    Outcome outcome = Outcome::ok;
    if (begin_change(outcome)) {
        node.changes.push_back({size, {}, true});
        apply(node.now, node.changes.back());
    }
    return outcome;
}

Outcome FaultDisk::sync(Node& node) {
    const Turn turn(*this);
    Outcome outcome = Outcome::ok;
    if (begin_change(outcome) && outcome == Outcome::ok) {
        for (const Node::Change& change : node.changes) {
            apply(node.durable, change);
        }
        node.changes.clear();
    }
    return outcome;
}

// --- changes of names ----------------------------------------------------------------------

void FaultDisk::apply(Names& names, const NameChange& change) {
    switch (change.kind) {
    case NameChange::Kind::link:
        names[change.name] = change.node;
        break;
    case NameChange::Kind::unlink:
        names.erase(change.name);
        break;
    case NameChange::Kind::rename:
        names.erase(change.name);
        names[change.to] = change.node;
        break;
    }
}

void FaultDisk::change_names(NameChange change) {
    apply(names_, change);
    name_changes_.push_back(std::move(change));
}

NodePtr FaultDisk::find(const std::string& name) {
    const Turn turn(*this);
    const auto found = names_.find(name);
    return found == names_.end() ? nullptr : found->second;
}

Outcome FaultDisk::create(const std::string& name, NodePtr& out) {
    const Turn turn(*this);
    out = std::make_shared<Node>();
    Outcome outcome = Outcome::ok;
    if (begin_change(outcome)) {
        change_names({NameChange::Kind::link, name, {}, out});
    }
    return outcome;
}

Outcome FaultDisk::unlink(const std::string& name) {
    const Turn turn(*this);
    Outcome outcome = Outcome::ok;
    if (begin_change(outcome)) {
        change_names({NameChange::Kind::unlink, name, {}, nullptr});
    }
    return outcome;
}

Outcome FaultDisk::rename(const std::string& from, const std::string& to) {
    const Turn turn(*this);
    const auto found = names_.find(from);
    if (found == names_.end()) {
        return Outcome::io_error;
    }
    Outcome outcome = Outcome::ok;
    if (begin_change(outcome)) {
        change_names({NameChange::Kind::rename, from, to, found->second});
    }
    return outcome;
}

Outcome FaultDisk::sync_directory() {
    const Turn turn(*this);
    Outcome outcome = Outcome::ok;
    if (begin_change(outcome) && outcome == Outcome::ok) {
        durable_names_ = names_;
        name_changes_.clear();
    }
    return outcome;
}

// --- the crash -----------------------------------------------------------------------------

void FaultDisk::survive(Node& node, std::mt19937_64& random) {
    // Chance alone would hardly ever give the two ends: everything gone, or all but one write
    // there.
    enum class Fate : std::uint8_t { all_lost, last_torn, each_its_own };
    const std::uint64_t draw = random() % 4;
    const Fate fate = draw == 0 ? Fate::all_lost : draw == 1 ? Fate::last_torn : Fate::each_its_own;
    for (std::size_t number = 0; number < node.changes.size(); ++number) {
        const Node::Change& change = node.changes[number];
        std::uint64_t chance = random() % 3; // 0 lost, 1 torn, 2 kept
        if (fate == Fate::all_lost) {
            chance = 0;
        } else if (fate == Fate::last_torn) {
            chance = number + 1 == node.changes.size() ? 1 : 2;
        }
        if (chance == 2 || (chance == 1 && change.truncation)) {
            apply(node.durable, change);
        } else if (chance == 1) {
            const std::uint64_t end = change.offset + change.bytes.size();
            for (std::uint64_t at = change.offset; at < end;) {
                const std::uint64_t next = std::min(end, (at / sector + 1) * sector);
                if (random() % 2 == 0) {
                    apply(node.durable,
                          {at, change.bytes.substr(at - change.offset, next - at), false});
                }
                at = next;
            }
        }
    }
    node.changes.clear();
    node.now = node.durable;
}

void FaultDisk::refuse_if_open() const {
    if (open_files_ != 0) {
        throw std::logic_error("close every database before the disk is turned off or replaced");
    }
}

void FaultDisk::crash(std::uint64_t seed) {
    const Turn turn(*this);
    refuse_if_open();
    std::mt19937_64 random(seed);
    const std::size_t kept = name_changes_.empty() ? 0 : random() % (name_changes_.size() + 1);
    for (std::size_t number = 0; number < kept; ++number) {
        apply(durable_names_, name_changes_[number]);
    }
    name_changes_.clear();
    names_ = durable_names_;
    for (const auto& [name, node] : names_) {
        survive(*node, random);
        node->shm.clear();
    }
    dead_ = false;
    heal();
}

FaultDisk::Image FaultDisk::image() const {
    const Turn turn(*this);
    Image image;
    for (const auto& [name, node] : names_) {
        image.emplace(name, node->now);
    }
    return image;
}

void FaultDisk::load(const Image& image) {
    const Turn turn(*this);
    refuse_if_open();
    names_.clear();
    name_changes_.clear();
    for (const auto& [name, content] : image) {
        auto node = std::make_shared<Node>();
        node->now = node->durable = content;
        names_.emplace(name, std::move(node));
    }
    durable_names_ = names_;
    dead_ = struck_ = false;
    heal();
}

} // namespace habeas::faults
