// The registry as decisions ask it: kept with the handle, read again when definitions change.
#pragma once

#include "consent/moment.hpp"
#include "consent/registry.hpp"
#include "transfers/rows.hpp"

#include <memory>
#include <unordered_map>
#include <vector>

namespace habeas::transfers {

/// All that an answer depends on, at one state of the store.
class Book {
  public:
    Book(std::vector<Entry> entries, TransferLaw law, std::string exporter);
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    [[nodiscard]] const TransferLaw& law() const noexcept { return law_; }
    [[nodiscard]] const std::string& exporter() const noexcept { return exporter_; }
    /// By code, or by name whatever its capitals; null: nobody.
    [[nodiscard]] const Entry* find(std::string_view code_or_name) const;
    /// Null: NOT_REGISTERED.
    [[nodiscard]] TransferAnswer judge(const Entry* entry, Date day, std::int64_t known_at) const;
    /// When the first of all entries was recorded.
    [[nodiscard]] std::int64_t first_recorded() const noexcept { return first_recorded_; }
    /// Places in `entries` of those with whom the store lies, or lay.
    [[nodiscard]] const std::vector<std::size_t>& hosts() const noexcept { return hosts_; }
    /// Days on which an answer may change, in order.
    [[nodiscard]] const std::vector<Date>& boundaries() const noexcept { return boundaries_; }

  private:
    std::vector<Entry> entries_;
    TransferLaw law_;
    std::string exporter_;
    std::unordered_map<std::string, std::size_t> by_code_, by_name_;
    std::vector<Date> boundaries_;
    std::vector<std::size_t> hosts_;
    std::int64_t first_recorded_ = consent::end_of_time;
};
/// By the store's present definitions, kept with the handle. In a Read or Write.
std::shared_ptr<const Book> book(store::Engine& engine);

class Registry : public consent::Registry {
  public:
    explicit Registry(store::Engine& engine) : engine_(&engine) {}
    bool empty() override;
    consent::Clearance clearance(std::span<const std::string> recipients, consent::Ms at,
                                 consent::Ms known_at) override;
    consent::Clearance clearance(std::string_view processor, consent::Ms at) override;
    bool knows(std::string_view processor) override;

  private:
    void refresh();
    [[nodiscard]] consent::Clearance bounds(Date day) const;
    void look(consent::Clearance& into, std::string_view name, const Entry* entry, Date day,
              consent::Ms known_at);

    store::Engine* engine_;
    store::Engine::Pulse pulse_;
    std::shared_ptr<const Book> book_;
    /// The last answer about each entry of all that is known now: decisions ask again and again.
    struct Memo {
        Date day{};
        bool known = false;
        TransferAnswer answer;
    };
    std::vector<Memo> memos_;
};

} // namespace habeas::transfers
