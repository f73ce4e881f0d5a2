// The dated facts of chapter V, as read from their document.
#pragma once

#include "habeas/transfer.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace habeas {

struct TransferLaw::Facts {
    /// Days count from the first to the last, both included; empty: no bound.
    struct Span {
        std::optional<Date> from, until;
        [[nodiscard]] bool holds(Date day) const noexcept {
            return (!from || *from <= day) && (!until || day <= *until);
        }
    };
    struct Member {
        std::string country;
        Span days;
    };
    enum class Condition : std::uint8_t { none, dpf_listed, commercial };
    struct Adequacy {
        std::string code, country, decision;
        Span days;
        Condition condition = Condition::none;
        std::vector<std::string> not_from; ///< exporters for whom it does not count
        bool bridge = false;
    };
    struct Tool {
        enum class Kind : std::uint8_t {
            safeguard,  ///< art. 46
            derogation, ///< art. 49
            framework,  ///< an adequacy decision that fell, named as tool
            adequacy,   ///< art. 45 named as tool: the decisions say whether it holds
            none        ///< often mistaken for a tool
        } kind = Kind::none;
        std::string reference;
        std::string country; ///< of a framework
        Span days;
        std::optional<Date> signed_until; ///< contracts of later days do not count
    };

    Date as_of{};
    std::vector<Member> eea;
    std::map<std::string, std::string, std::less<>> part_of; ///< territory: member
    std::vector<Adequacy> adequacy;
    std::map<std::string, Tool, std::less<>> tools;
};

} // namespace habeas
