#include "transfers/registry.hpp"

#include "base/calendar.hpp"
#include "base/text.hpp"
#include "consent/catalogue.hpp"
#include "consent/moment.hpp"
#include "transfers/law.hpp"

#include <algorithm>

namespace habeas::transfers {

using consent::Clearance;
using consent::Ms;

namespace {

Date next_day(Date day) {
    return Date{std::chrono::sys_days(day) + std::chrono::days(1)};
}

void add_first(std::vector<Date>& out, const std::optional<Date>& day) {
    if (day) {
        out.push_back(*day);
    }
}
void add_last(std::vector<Date>& out, const std::optional<Date>& day) {
    if (day) {
        out.push_back(next_day(*day));
    }
}

std::vector<Date> boundaries_of(const std::vector<Entry>& entries, const TransferLaw& law) {
    std::vector<Date> out = law.boundaries();
    for (const Entry& entry : entries) {
        for (const Version& version : entry.versions) {
            const ProcessorFacts& facts = version.facts;
            add_first(out, facts.from);
            add_first(out, facts.tool_signed);
            if (facts.contract) {
                add_first(out, facts.contract->signed_on);
                add_last(out, facts.contract->until);
            }
            if (facts.assessment) {
                add_first(out, facts.assessment->made);
            }
        }
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

struct Slot {
    std::int64_t generation = -1;
    std::shared_ptr<const Book> book;
};

Date day_of(Ms at) {
    return base::civil_date(consent::from_ms(at));
}

} // namespace

Book::Book(std::vector<Entry> entries, TransferLaw law, std::string exporter)
    : entries_(std::move(entries)), law_(std::move(law)), exporter_(std::move(exporter)),
      boundaries_(boundaries_of(entries_, law_)) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        by_code_.emplace(entries_[i].code, i);
        by_name_.emplace(base::casefold(entries_[i].name), i);
        const auto& versions = entries_[i].versions;
        for (const Version& version : versions) {
            first_recorded_ = std::min(first_recorded_, version.recorded);
        }
        if (std::any_of(versions.begin(), versions.end(),
                        [](const Version& each) { return each.facts.hosts_store; })) {
            hosts_.push_back(i);
        }
    }
}

const Entry* Book::find(std::string_view code_or_name) const {
    const std::string text(code_or_name);
    if (const auto code = by_code_.find(text); code != by_code_.end()) {
        return &entries_[code->second];
    }
    if (base::invalid_utf8(text)) {
        return nullptr;
    }
    const auto name = by_name_.find(base::casefold(text));
    return name == by_name_.end() ? nullptr : &entries_[name->second];
}

TransferAnswer Book::judge(const Entry* entry, Date day, Ms known_at) const {
    const ProcessorFacts* facts = entry == nullptr ? nullptr : entry->at(day, known_at);
    if (facts == nullptr) {
        return {TransferVerdict::denied,
                TransferRule::not_registered,
                {},
                {},
                std::string(transfer_rule_reference(TransferRule::not_registered))};
    }
    return law_.judge(*facts, day, exporter_);
}

std::shared_ptr<const Book> book(store::Engine& engine) {
    const std::int64_t generation = engine.definitions_generation();
    Slot& slot = engine.cache<Slot>();
    if (slot.generation != generation) {
        slot.book = std::make_shared<const Book>(load_all(engine), law_of(engine),
                                                 consent::catalogue(engine)->controller_country());
        slot.generation = generation;
    }
    return slot.book;
}

bool Registry::empty() {
    if (!book_ || engine_->pulse() != pulse_) {
        refresh();
    }
    return book_->empty();
}

void Registry::refresh() {
    const store::Engine::Read snapshot(*engine_);
    auto present = book(*engine_);
    pulse_ = engine_->pulse(); // after a statement has read
    if (present != book_) {
        memos_.assign(present->entries().size(), {});
        book_ = std::move(present);
    }
}

bool Registry::knows(std::string_view processor) {
    return !empty() && book_->find(processor) != nullptr;
}

/// From the last boundary to the next.
Clearance Registry::bounds(Date day) const {
    Clearance out;
    const std::vector<Date>& days = book_->boundaries();
    const auto next = std::upper_bound(days.begin(), days.end(), day);
    if (next != days.end()) {
        out.until = consent::to_ms(base::midnight(*next));
    }
    if (next != days.begin()) {
        out.from = consent::to_ms(base::midnight(*std::prev(next)));
    }
    return out;
}

void Registry::look(Clearance& into, std::string_view name, const Entry* entry, Date day,
                    Ms known_at) {
    if (into.barred) {
        return;
    }
    TransferAnswer answer;
    if (entry != nullptr && known_at == consent::end_of_time) {
        Memo& memo = memos_[static_cast<std::size_t>(entry - book_->entries().data())];
        if (!memo.known || memo.day != day) {
            memo = {day, true, book_->judge(entry, day, known_at)};
        }
        if (memo.answer.verdict != TransferVerdict::denied) {
            return;
        }
        answer = memo.answer;
    } else {
        answer = book_->judge(entry, day, known_at);
    }
    if (answer.verdict == TransferVerdict::denied) {
        into.barred =
            consent::Barred{std::string(name), std::string(transfer_rule_code(answer.rule)),
                            answer.reference, std::string(transfer_rule_sentence(answer.rule))};
    }
}

Clearance Registry::clearance(std::span<const std::string> recipients, Ms at, Ms known_at) {
    // Before somebody was on file nobody was asked; without recipients and hosts there is nobody.
    if (empty() || known_at < book_->first_recorded() ||
        (recipients.empty() && book_->hosts().empty())) {
        return {};
    }
    const Date day = day_of(at);
    Clearance out = bounds(day);
    for (const std::string& each : recipients) {
        look(out, each, book_->find(each), day, known_at);
    }
    for (const std::size_t host : book_->hosts()) {
        const Entry& entry = book_->entries()[host];
        const ProcessorFacts* facts = entry.at(day, known_at);
        if (facts != nullptr && facts->hosts_store && !facts->ended) {
            look(out, entry.code, &entry, day, known_at);
        }
    }
    return out;
}

Clearance Registry::clearance(std::string_view processor, Ms at) {
    if (empty()) {
        return {};
    }
    const Date day = day_of(at);
    Clearance out = bounds(day);
    look(out, processor, book_->find(processor), day, consent::end_of_time);
    return out;
}

} // namespace habeas::transfers
