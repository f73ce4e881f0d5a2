#include "exports/history.hpp"

#include "audit/ledger.hpp"
#include "consent/ledger.hpp"

#include <algorithm>
#include <tuple>

namespace habeas::exports {
namespace {

bool happened_earlier(const ConsentEvent& a, const ConsentEvent& b) {
    return std::tie(a.effective_at, a.id) < std::tie(b.effective_at, b.id);
}

Disclosure disclosure_of(const ConsentEvent& event) {
    Disclosure disclosure;
    disclosure.event = event.id;
    disclosure.at = event.effective_at;
    for (const auto& [name, value] : event.data) {
        if (name == "recipient") {
            disclosure.recipient = value;
        } else if (name == "format") {
            disclosure.format = value;
        }
    }
    return disclosure;
}

/// The latest by effect of events that come in order of sequence, which mostly is the same.
class Latest {
  public:
    void add(ConsentEvent&& event) {
        in_order_ = in_order_ && event.effective_at >= last_;
        last_ = event.effective_at;
        ++count_;
        kept_.push_back(std::move(event));
        if (kept_.size() == 2 * page_rows) {
            drop();
        }
    }
    void finish(History& into) {
        if (kept_.size() > page_rows) {
            drop();
        } else {
            sort();
        }
        into.events.assign(
            {std::make_move_iterator(kept_.begin()), std::make_move_iterator(kept_.end())}, count_);
        for (auto& [key, event] : earlier_) {
            into.earlier.push_back(std::move(event));
        }
        std::sort(into.earlier.begin(), into.earlier.end(), happened_earlier);
    }
    [[nodiscard]] bool in_order() const { return in_order_; }

  private:
    using Key = std::tuple<std::string, Channel, EventKind>;

    void sort() {
        if (!std::is_sorted(kept_.begin(), kept_.end(), happened_earlier)) {
            std::sort(kept_.begin(), kept_.end(), happened_earlier);
        }
    }
    void drop() {
        sort();
        const auto end = kept_.end() - static_cast<std::ptrdiff_t>(page_rows);
        for (auto at = kept_.begin(); at != end; ++at) {
            if (!is_consent(at->kind)) {
                continue;
            }
            auto [known, fresh] =
                earlier_.try_emplace(Key{at->purpose, at->channel, at->kind}, *at);
            if (!fresh && happened_earlier(known->second, *at)) {
                known->second = std::move(*at);
            }
        }
        kept_.erase(kept_.begin(), end);
    }

    std::vector<ConsentEvent> kept_;
    std::map<Key, ConsentEvent> earlier_;
    Time last_{};
    std::uint64_t count_ = 0;
    bool in_order_ = true;
};

/// Events that were recorded later than what took effect after them: their numbers are sorted, 16
/// bytes each, and they are read one by one.
void walk_sorted(store::Engine& engine, SubjectId subject, const consent::Catalogue& purposes,
                 const LongList<ConsentEvent>::Sink& sink) {
    std::vector<std::pair<std::int64_t, std::int64_t>> order;
    auto row = engine.db().prepare(
        "SELECT effective_at, id FROM event WHERE subject_id = ?1 AND kind <> ?2 ORDER BY id");
    row.bind(1, static_cast<std::int64_t>(subject))
        .bind(2, static_cast<std::int64_t>(EventKind::disclosed));
    while (row.step()) {
        order.emplace_back(row.i64(0), row.i64(1));
    }
    std::sort(order.begin(), order.end());
    for (const auto& [effective, id] : order) {
        if (const auto entry = audit::find_event(engine, id)) {
            sink(consent::to_event(engine, purposes, *entry));
        }
    }
}

} // namespace

History read_history(store::Engine& engine, SubjectId subject) {
    History out;
    Latest latest;
    const auto purposes = consent::catalogue(engine);
    consent::each_event(engine, *purposes, subject, [&](ConsentEvent&& event) {
        if (event.kind == EventKind::disclosed) {
            out.disclosed.add(disclosure_of(event));
            return;
        }
        if (event.kind == EventKind::merged) {
            out.merges.push_back(event.recorded_at);
        }
        if (!event.purpose.empty()) {
            auto& shown = out.shown[event.purpose];
            if (event.evidence.text_version != 0) {
                shown.emplace(event.evidence.text_version, event.evidence.language);
            }
        }
        latest.add(std::move(event));
    });
    latest.finish(out);
    // A walk reads the ledger again; both readings are in one snapshot.
    out.events.walk_by([&engine, subject, purposes,
                        in_order = latest.in_order()](const LongList<ConsentEvent>::Sink& sink) {
        if (!in_order) {
            walk_sorted(engine, subject, *purposes, sink);
            return;
        }
        consent::each_event(engine, *purposes, subject, [&](ConsentEvent&& event) {
            if (event.kind != EventKind::disclosed) {
                sink(event);
            }
        });
    });
    out.disclosed.walk_by([&engine, subject, purposes](const LongList<Disclosure>::Sink& sink) {
        consent::each_event(engine, *purposes, subject, [&](ConsentEvent&& event) {
            if (event.kind == EventKind::disclosed) {
                sink(disclosure_of(event));
            }
        });
    });
    return out;
}

} // namespace habeas::exports
