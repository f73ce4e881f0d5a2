// Everything on a day: who may get data, on what that rests, and what would stop.
#include "habeas/transfer.hpp"

#include "base/calendar.hpp"
#include "base/contact.hpp"
#include "base/json_members.hpp"
#include "consent/decide.hpp"
#include "transfers/processor_json.hpp"
#include "transfers/registry.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace habeas {
namespace transfers {
namespace {

using nlohmann::json;

/// A purpose in force, and who gets its data.
struct InForce {
    const Purpose* purpose;
    std::span<const std::string> recipients;
};
std::vector<InForce> purposes_at(const consent::Catalogue& purposes, consent::Ms at) {
    std::vector<InForce> out;
    consent::Question question;
    question.at = at;
    for (const consent::PurposeHistory& each : purposes.all()) {
        consent::Moment moment(at);
        if (const Purpose* found = consent::definition_at(each, question, moment)) {
            out.push_back({found, consent::recipients_at(each, question)});
        }
    }
    return out;
}

class Check {
  public:
    Check(store::Engine& engine, const PlaceCheckOptions& options)
        : engine_(engine), options_(options), book_(book(engine)), law_(book_->law()),
          purposes_(consent::catalogue(engine)) {
        for (const std::string& each : options.without) {
            law_ = law_.without(each);
        }
        at_ = options.at ? consent::to_ms(*options.at) : consent::present(engine);
        day_ = base::civil_date(consent::from_ms(at_));
        if (options.at) { // all of the day counts, also what was declared in the course of it
            at_ = consent::to_ms(base::midnight(day_) + std::chrono::days(1)) - 1;
        }
    }

    PlaceReport run() {
        out_.day = day_;
        out_.law_as_of = law_.as_of();
        out_.without = options_.without;
        out_.asked = !book_->empty();
        own_place();
        recipients();
        stops();
        return std::move(out_);
    }

  private:
    void own_place() {
        out_.place = engine_.meta("setting.place").value_or("");
        if (const auto country = base::country_code(out_.place)) {
            out_.place_answer = law_.judge_place(*country, day_, book_->exporter());
        }
    }

    void recipients() {
        std::map<std::string, PlaceFinding> found;
        for (const Entry& each : book_->entries()) {
            add(found[each.code], each.code, &each);
        }
        for (const auto& [purpose, names] : purposes_at(*purposes_, at_)) {
            for (const std::string& name : names) {
                named(found, name).purposes.push_back(purpose->code);
            }
        }
        std::multimap<std::string, std::string> used;
        for (const store::Module* module : engine_.modules()) {
            if (module->processors_used != nullptr) {
                module->processors_used(engine_, used);
            }
        }
        for (const auto& [name, holder] : used) {
            named(found, name).holders.push_back(holder);
        }
        for (auto& [name, finding] : found) {
            out_.recipients.push_back(std::move(finding));
        }
        std::stable_sort(out_.recipients.begin(), out_.recipients.end(),
                         [](const PlaceFinding& a, const PlaceFinding& b) {
                             return a.answer.verdict > b.answer.verdict;
                         });
    }

    PlaceFinding& named(std::map<std::string, PlaceFinding>& found, const std::string& name) {
        const Entry* entry = book_->find(name);
        PlaceFinding& out = found[entry == nullptr ? name : entry->code];
        if (out.name.empty()) {
            add(out, name, nullptr);
        }
        return out;
    }

    void add(PlaceFinding& out, const std::string& name, const Entry* entry) {
        const ProcessorFacts* facts =
            entry == nullptr ? nullptr : entry->at(day_, consent::end_of_time);
        const TransferAnswer as_it_stands = book_->judge(entry, day_, consent::end_of_time);
        out.name = name;
        out.answer = facts == nullptr ? as_it_stands : law_.judge(*facts, day_, book_->exporter());
        out.registered = entry != nullptr;
        out.hosts_store = facts != nullptr && facts->hosts_store && !facts->ended;
        out.as_law_stands = out.answer == as_it_stands;
    }

    void stops() {
        std::set<std::string> denied, everywhere;
        for (const PlaceFinding& each : out_.recipients) {
            if (each.answer.verdict == TransferVerdict::denied) {
                denied.insert(each.name);
                if (each.hosts_store) {
                    everywhere.insert(each.name);
                }
            }
        }
        for (const auto& [purpose, names] : purposes_at(*purposes_, at_)) {
            std::set<std::string> bar = everywhere;
            for (const std::string& name : names) {
                const Entry* entry = book_->find(name);
                const std::string& known = entry == nullptr ? name : entry->code;
                if (denied.contains(known)) {
                    bar.insert(known);
                }
            }
            if (bar.empty()) {
                continue;
            }
            PlaceStop stop{purpose->code, {bar.begin(), bar.end()}, {}};
            for (const Channel channel :
                 options_.people ? purpose->channels : std::vector<Channel>()) {
                stop.people[channel] = consent::count_unguarded(
                    engine_, purpose->code, channel,
                    options_.at ? std::optional(consent::from_ms(at_)) : std::nullopt);
            }
            out_.stops.push_back(std::move(stop));
        }
    }

    store::Engine& engine_;
    const PlaceCheckOptions& options_;
    std::shared_ptr<const Book> book_;
    TransferLaw law_;
    std::shared_ptr<const consent::Catalogue> purposes_;
    consent::Ms at_ = 0;
    Date day_{};
    PlaceReport out_;
};

} // namespace
} // namespace transfers

PlaceReport Processors::check(const PlaceCheckOptions& options) const {
    const store::Engine::Read snapshot(*engine_);
    return transfers::Check(*engine_, options).run();
}

std::string PlaceReport::to_json() const {
    using base::object_of;
    nlohmann::json out = object_of(
        "day", format_date(day), "law_as_of", format_date(law_as_of), "without", without, "asked",
        asked, "place",
        object_of("setting", place, "answer",
                  place_answer ? transfers::to_json(*place_answer) : nlohmann::json(nullptr)),
        "recipients", nlohmann::json::array(), "stops", nlohmann::json::array());
    for (const PlaceFinding& each : recipients) {
        out["recipients"].push_back(
            object_of("name", each.name, "answer", transfers::to_json(each.answer), "registered",
                      each.registered, "hosts_store", each.hosts_store, "as_law_stands",
                      each.as_law_stands, "purposes", each.purposes, "holders", each.holders));
    }
    for (const PlaceStop& each : stops) {
        nlohmann::json people = nlohmann::json::object();
        for (const auto& [channel, count] : each.people) {
            people[std::string(channel_name(channel))] = count;
        }
        out["stops"].push_back(object_of("purpose", each.purpose, "recipients", each.recipients,
                                         "people", std::move(people)));
    }
    return out.dump();
}

} // namespace habeas
