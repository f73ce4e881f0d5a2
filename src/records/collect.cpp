#include "records/collect.hpp"

#include "exports/model.hpp"
#include "habeas/habeas.hpp"
#include "store/settings.hpp"
#include "subjects/field_set.hpp"
#include "transfers/registry.hpp"

#include <algorithm>
#include <set>

namespace habeas {
namespace records {
namespace {

using nlohmann::ordered_json;

class Collector {
  public:
    explicit Collector(store::Engine& engine) : engine_(engine) {
        PlaceCheckOptions today;
        today.people = false;
        places_ = Processors(engine).check(today);
        rules_ = Retention(engine).list();
    }

    ordered_json run() {
        ordered_json out = ordered_json::object();
        out["as_of"] = format_date(places_.day);
        out["store"] = engine_.info().id;
        out["controller"] = controller();
        out["place"] = place();
        out["activities"] = activities();
        out["categories"] = categories();
        out["recipients"] = recipients();
        out["holders"] = holders();
        out["retention"] = retention();
        out["security"] = security();
        out["gaps"] = gaps_;
        return out;
    }

  private:
    void gap(const char* reference, const std::string& text) {
        ordered_json each = ordered_json::object();
        each["reference"] = reference;
        each["text"] = text;
        gaps_.push_back(std::move(each));
    }

    ordered_json controller() {
        ordered_json out = store::controller(engine_);
        for (const char* member : {"name", "address", "email"}) {
            if (out.value(member, "").empty()) {
                gap("GDPR 30(1)(a)",
                    std::string("The controller has no ") + member + " (setting controller).");
            }
        }
        if (out.value("dpo", "").empty()) {
            gap("GDPR 30(1)(a), 37", "No data protection officer is named: right only where none "
                                     "has to be designated (setting controller, dpo).");
        }
        return out;
    }

    ordered_json place() {
        if (!places_.place_answer) {
            gap("GDPR 30(1)(d), (e)", "Where the store is, is not on file (setting place).");
        }
        return places_.place;
    }

    bool has_rule(const Purpose& purpose) const {
        return std::any_of(rules_.begin(), rules_.end(), [&](const RetentionRuleInfo& each) {
            return !each.rule.paused &&
                   (each.rule.about == RetentionAbout::subject || each.rule.of == purpose.code ||
                    each.rule.since_of == purpose.code);
        });
    }

    ordered_json activities() {
        ordered_json out = ordered_json::array();
        for (const Purpose& purpose : Purposes(engine_).list()) {
            if (purpose.retired_at) {
                continue;
            }
            ordered_json each = ordered_json::object();
            each["purpose"] = purpose.code;
            each["label"] = exports::label_for(purpose.labels, "en", purpose.code);
            each["description"] = exports::label_for(purpose.descriptions, "en", "");
            each["basis"] = basis_name(purpose.basis);
            each["kind"] = purpose_kind_name(purpose.kind);
            each["channels"] = ordered_json::array();
            for (const Channel channel : purpose.channels) {
                each["channels"].push_back(channel_name(channel));
            }
            each["controllers"] = purpose.controllers;
            each["recipients"] = purpose.recipients;
            each["special_category"] = purpose.special_category;
            each["retention"] = purpose.retention ? ordered_json(*purpose.retention) : nullptr;
            each["validity"] = purpose.validity ? ordered_json(*purpose.validity) : nullptr;
            check(purpose);
            out.push_back(std::move(each));
        }
        if (out.empty()) {
            gap("GDPR 30(1)(b)", "No purpose is declared.");
        }
        return out;
    }

    void check(const Purpose& purpose) {
        const std::string name = "Purpose " + purpose.code;
        if (!purpose.retention && !has_rule(purpose)) {
            gap("GDPR 30(1)(f)", name + " has no time limit: neither a retention of its own nor a "
                                        "rule of retention.");
        }
        if (purpose.basis == Basis::legitimate_interests && !purpose.balancing_test) {
            gap("GDPR 6(1)(f)", name + " rests on legitimate interests without a balancing test.");
        }
        if (purpose.basis == Basis::consent && purpose.texts.empty()) {
            gap("GDPR 7(1)", name + " rests on consent without a text on record.");
        }
    }

    ordered_json categories() {
        ordered_json out = ordered_json::array();
        for (const FieldOwner owner : {FieldOwner::subject, FieldOwner::organisation}) {
            for (const Field& field : Fields(engine_).list(owner)) {
                ordered_json each = ordered_json::object();
                each["field"] = field.name;
                each["label"] = exports::label_for(field.labels, "en", field.name);
                each["of"] = subjects::owner_name(owner);
                each["class"] = subjects::class_name(field.field_class);
                each["retired"] = field.retired;
                out.push_back(std::move(each));
            }
        }
        return out;
    }

    ordered_json recipients() {
        const auto registry = transfers::book(engine_);
        ordered_json out = ordered_json::array();
        for (const PlaceFinding& found : places_.recipients) {
            ordered_json each = ordered_json::object();
            const transfers::Entry* entry = registry->find(found.name);
            const ProcessorFacts* facts =
                entry == nullptr ? nullptr : entry->at(places_.day, consent::end_of_time);
            each["name"] = entry == nullptr ? found.name : entry->name;
            each["role"] = facts == nullptr   ? ordered_json(nullptr)
                           : facts->processor ? ordered_json("processor")
                                              : ordered_json("controller");
            each["established"] = facts == nullptr ? std::string() : facts->established;
            each["data_locations"] =
                facts == nullptr ? std::vector<std::string>() : facts->data_locations;
            each["remote_access_from"] =
                facts == nullptr ? std::vector<std::string>() : facts->remote_access_from;
            each["purposes"] = found.purposes;
            each["holders"] = found.holders;
            each["hosts_store"] = found.hosts_store;
            each["verdict"] = transfer_verdict_name(found.answer.verdict);
            each["safeguard"] = found.answer.reference;
            if (found.answer.verdict == TransferVerdict::denied &&
                (facts == nullptr || !facts->ended)) {
                gap("GDPR 30(1)(d), (e)",
                    "Recipient " + found.name + ": " +
                        std::string(transfer_rule_sentence(found.answer.rule)));
            }
            out.push_back(std::move(each));
        }
        return out;
    }

    ordered_json holders() {
        ordered_json out = ordered_json::array();
        for (const HolderInfo& holder : DataHolders(engine_).list()) {
            ordered_json each = ordered_json::object();
            each["holder"] = holder.code;
            each["operations"] = ordered_json::array();
            for (const HolderOperation operation : holder.operations) {
                each["operations"].push_back(holder_operation_name(operation));
            }
            out.push_back(std::move(each));
        }
        return out;
    }

    ordered_json retention() {
        ordered_json out = ordered_json::array();
        for (const RetentionRuleInfo& each : rules_) {
            out.push_back(ordered_json::parse(Retention::to_json(each.rule)));
        }
        return out;
    }

    ordered_json security() {
        const bool restores = engine_.restore_journal() != nullptr;
        ordered_json out = ordered_json::array();
        for (const char* each :
             {"Every change is an entry of a hash chain that shows what was changed or left out.",
              "Consent, contract and the like are asked before each use, and again before each "
              "message is sent.",
              "Erased data are overwritten in the database and its log.",
              "Lists of addresses that must not be used hold keyed hashes only.",
              "Backups are encrypted and verified after writing."}) {
            out.push_back(each);
        }
        if (restores) {
            out.push_back(
                "A restore journal keeps erased people erased when a backup is put back.");
        }
        for (const std::string& warning : engine_.info().warnings) {
            gap("GDPR 30(1)(g), 32", "Security: " + warning + ".");
        }
        return out;
    }

    store::Engine& engine_;
    PlaceReport places_;
    std::vector<RetentionRuleInfo> rules_;
    ordered_json gaps_ = ordered_json::array();
};

} // namespace

ordered_json collect(store::Engine& engine) {
    const store::Engine::Read snapshot(engine);
    return Collector(engine).run();
}

} // namespace records

std::string Records::to_json() const {
    return records::collect(*engine_).dump();
}

std::string Records::to_html() const {
    return records::render(records::collect(*engine_));
}

} // namespace habeas
