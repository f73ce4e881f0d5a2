// What the report says, as plain values; read from the store in one snapshot.
#pragma once

#include "month.hpp"

#include "habeas/habeas.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace habeas::cli::report {

using Count = std::int64_t;

/// One purpose over one channel: may_process of everybody, counted by its reason.
struct UseFigures {
    Channel channel = Channel::any;
    std::map<Reason, Count> people;
    [[nodiscard]] Count allowed() const;
    [[nodiscard]] Count all() const;
};

/// Consents that came into force and that ended in a month, and those in force at its end.
struct ConsentMonth {
    Count given = 0, ended = 0, in_force = 0;
};
/// By channel of the purpose, month by month.
using ConsentCourse = std::map<Channel, std::vector<ConsentMonth>>;

struct PurposeFigures {
    Purpose purpose;
    std::vector<UseFigures> uses; ///< none where it is retired
    Month first = 0;              ///< of `course`; the last is the present month
    ConsentCourse course;         ///< empty where nobody ever consented
};

struct Named {
    std::string name; ///< empty: not known
    Count count = 0;
};
/// The most frequent names; what else there is, summed.
struct Ranking {
    std::vector<Named> top;
    Count others = 0;
    Count other_names = 0;
};

struct MonthlyCounts {
    Month first = 0;
    std::vector<Count> counts; ///< up to the present month
    Count before = 0;          ///< before `first`
};

struct ErasureFigures {
    Count logical = 0, physical = 0;
    Count pending = 0;      ///< not yet physical
    Count pending_long = 0; ///< ... for more than a day
    MonthlyCounts months;   ///< by the time of the logical erasure
};

struct Suppressions {
    std::string kind, scope;
    Count count = 0;
};

struct FileFigures {
    Count all = 0, of_one_person = 0, past_expiry = 0;
};

/// People who came into a segment and left it, by month. Who was erased has left without a trace.
struct SegmentFigures {
    std::string code;
    std::map<std::string, std::string> labels;
    Count members = 0;
    MonthlyCounts added, removed; ///< over the same months
};

/// One event of a campaign: how often it came to which outcome.
struct EventFigures {
    std::string id, what; ///< what: "send_message", "condition", "opened"
    int depth = 0;        ///< in the tree
    std::map<std::string, Count> outcomes;
    [[nodiscard]] Count all() const;
};
struct CampaignFigures {
    std::string code;
    std::map<std::string, std::string> labels;
    CampaignState state = CampaignState::draft;
    Count entered = 0, members = 0; ///< members: who are on their way
    std::vector<EventFigures> events;
};

/// Requests of one kind, and how long answers took.
struct RequestKindFigures {
    RequestKind kind = RequestKind::access;
    Count open = 0, answered = 0, refused = 0, ended = 0; ///< ended: taken back, or never confirmed
    Count late = 0;          ///< open past the due day, or answered after it
    std::vector<Count> days; ///< from receipt to answer, in order
};
/// One that waits, without whose it is.
struct OpenRequestFigures {
    std::int64_t number = 0;
    RequestKind kind = RequestKind::access;
    RequestState state = RequestState::received;
    Date received{}, due{};
    Count elapsed = 0, whole = 0; ///< days
    bool late = false;
};
struct RequestFigures {
    std::vector<RequestKindFigures> kinds; ///< those there are
    std::vector<OpenRequestFigures> open;  ///< the most urgent
    Count open_others = 0;
};
constexpr std::size_t most_open_requests = 15;

/// A data holder, or a recipient that is told: what it was asked, and how far it is.
struct HolderFigures {
    std::string name;
    bool recipient = false;
    Count answered = 0, open = 0;
    Count failing = 0;          ///< of the open ones: the last call failed
    Count keeping = 0;          ///< people of whom it still retains something (art. 17(3))
    std::optional<Time> oldest; ///< of the open ones: since when
};

/// Messages for one purpose on one channel.
struct MessageFigures {
    std::string purpose; ///< code; empty: to employees
    std::string channel;
    Count sent = 0, stopped = 0, failed = 0; ///< ever, of people who are gone too
    Count uncertain = 0, waiting = 0;        ///< now
};
using Ranked = std::vector<std::pair<std::string, Count>>;

struct Figures {
    Time now{};
    StoreInfo store;
    std::string controller; ///< its name, empty where the setting gives none
    Count people = 0;
    std::vector<PurposeFigures> purposes;
    Ranking sources, countries;
    bool has_country = true;           ///< the core field is there and readable
    std::map<std::string, Count> acts; ///< ledger entries that are there, by kind
    MonthlyCounts ledger;              ///< the same by month of recording
    Count chain = 0;                   ///< entries of the audit chain, those of the erased too
    std::string head;
    ErasureFigures erasures;
    std::vector<Suppressions> suppressions;
    FileFigures files;
    std::vector<SegmentFigures> segments;
    std::vector<CampaignFigures> campaigns;
    RequestFigures requests;
    std::vector<HolderFigures> holders; ///< those that are declared, and those ever asked or told
    Count held = 0;                     ///< people whom a hold keeps from an erasure here
    PlaceReport places;                 ///< processors, today
    std::vector<BreachInfo> breaches;   ///< the most urgent first
    std::vector<MessageFigures> messages;
    Ranked not_sent;   ///< reasons of those that did not go
    Ranked deliveries; ///< what gateways told, by kind
};

Figures read_figures(Store& store);

/// The time axes begin at most this many months ago, the present one included.
constexpr int most_months = 36;

/// Fills first and course of each purpose (consent_course.cpp).
void read_consent_course(Store& store, Time now, std::vector<PurposeFigures>& purposes);

/// Segments and campaigns (flow_figures.cpp).
void read_flows(Store& store, Figures& figures);

/// Requests against their deadlines (request_figures.cpp).
void read_requests(Store& store, Figures& figures);

/// What other places were asked and answered (holder_figures.cpp).
void read_holders(Store& store, Figures& figures);

/// Messages and what became of them (message_figures.cpp).
void read_messages(Store& store, Figures& figures);

/// From counts by month to a gapless row that ends with the present month.
MonthlyCounts to_row(const std::map<Month, Count>& by_month, Month present);

} // namespace habeas::cli::report
