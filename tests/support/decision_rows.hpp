// The rows of tests/data/law/decision_table.json as acts on a store: what was declared, who was
// created, what happened when. Nothing of habeas knows the table's format.
#pragma once

#include "habeas/consent.hpp"
#include "habeas/store.hpp"
#include "habeas/subject.hpp"
#include "habeas/transfer.hpp"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace habeas::test {

struct AddText {
    std::string purpose;
    TextVersion version;
};
struct Retire {
    std::string purpose;
};
struct Person {
    std::string country;       ///< empty: unknown
    std::string date_of_birth; ///< empty: unknown
    bool corporate = false;
};
struct Suppress {
    std::string scope; ///< marketing, all
};
struct Erase {
    bool suppress = false; ///< an entry of the suppression list stays
};

/// One act at its time; the clock stands at `when` when it is done.
struct Step {
    Time when;
    std::variant<Purpose, AddText, Retire, Processor, Person, ConsentEvent, Suppress, Erase> act;
};

struct DecisionRow {
    std::string id;
    std::string title;
    std::vector<Step> steps; ///< in order of time
    std::string purpose;     ///< the question
    Channel channel{};
    Time at{};
    std::string controller;
    bool allowed = false; ///< the answer
    std::string reason;
    std::string reference;
    std::string missing; ///< soft opt-in: the condition an explanation names
};

/// All rows; throws if the file is not as expected.
std::vector<DecisionRow> decision_rows();

/// Who the row is about once it is built.
struct BuiltRow {
    SubjectId subject{};
    std::string email, phone;
};
/// Does the row's steps through the public interface. `set_clock` moves the store's clock.
BuiltRow build_row(const DecisionRow& row, Store& store,
                   const std::function<void(Time)>& set_clock);

} // namespace habeas::test
