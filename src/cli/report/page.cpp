#include "page.hpp"

#include "../report.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <numeric>

namespace habeas::cli {
extern const char report_page[]; ///< page.html, mustache
}

namespace habeas::cli::report {
namespace {

/// Sources are free words of the host; one that looks like an address or a number is not shown.
bool looks_personal(const std::string& name) {
    if (name.find('@') != std::string::npos) {
        return true;
    }
    for (auto plus = name.find('+'); plus != std::string::npos; plus = name.find('+', plus + 1)) {
        auto digits =
            std::find_if_not(name.begin() + static_cast<std::ptrdiff_t>(plus) + 1, name.end(),
                             [](char c) { return (c >= '0' && c <= '9') || c == ' ' || c == '-'; });
        if (digits - name.begin() - static_cast<std::ptrdiff_t>(plus) > 7) {
            return true;
        }
    }
    return false;
}

Count of_reason(const PurposeFigures& purpose, Reason reason) {
    Count most = 0; // over its channels it is the same people
    for (const UseFigures& use : purpose.uses) {
        auto found = use.people.find(reason);
        most = std::max(most, found != use.people.end() ? found->second : 0);
    }
    return most;
}

/// Only the file's name: folders above it may name a person.
std::string file_name(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

} // namespace

std::string Page::label_of(const std::map<std::string, std::string>& labels,
                           const std::string& code) const {
    for (const std::string& language : {w_.tag(), std::string("en")}) {
        auto found = labels.find(language);
        if (found != labels.end() && !found->second.empty()) {
            return found->second;
        }
    }
    return labels.empty() ? code : labels.begin()->second;
}

std::string Page::labels_of(const std::vector<const Purpose*>& purposes) const {
    std::string out;
    for (const Purpose* each : purposes) {
        out += (out.empty() ? "" : ", ") + label_of(*each);
    }
    return out;
}

void Page::head(const std::string& title) {
    Data words;
    for (const auto& [key, text] : w_.ui_all().items()) {
        words.set(key, text.get<std::string>());
    }
    root_.set("w", words);
    root_.set("language", w_.tag());
    root_.set("title", title.empty() ? t("title") : title);
    root_.set("subtitle", f_.controller.empty()
                              ? t("subtitle_none")
                              : Words::fill(t("subtitle"), {{"controller", f_.controller}}));
    List facts;
    auto fact = [&](Count count, const char* key) {
        Data out;
        out.set("number", w_.number(count));
        out.set("text", t(key));
        facts.push_back(out);
    };
    fact(f_.people, "fact_people");
    fact(static_cast<Count>(f_.purposes.size()), "fact_purposes");
    fact(std::accumulate(f_.acts.begin(), f_.acts.end(), Count{0},
                         [](Count sum, const auto& each) { return sum + each.second; }),
         "fact_ledger");
    fact(f_.erasures.logical, "fact_erased");
    root_.set("facts", list_of(facts));
    std::string file = f_.store.path.empty() ? t("in_memory") : file_name(f_.store.path);
    root_.set("meta", list_of({pair(t("as_of"), w_.date_time(f_.now)), pair(t("store_file"), file),
                               pair(t("made_by"), "habeas " + std::string(version()))}));
    List sections;
    for (const char* id : {"attention", "decisions", "course", "subjects", "requests", "places",
                           "breaches", "messages", "flows", "ledger", "erasure", "store"}) {
        Data section;
        section.set("id", id);
        section.set("title", t(id));
        sections.push_back(section);
    }
    root_.set("sections", list_of(sections));
    root_.set("footer", Words::fill(t("footer"), {{"version", version()},
                                                  {"date", w_.date_time(f_.now)},
                                                  {"id", f_.store.id}}));
}

void Page::attention() {
    List warnings;
    auto warn = [&](const std::string& text) {
        Data out;
        out.set("text", text);
        warnings.push_back(out);
    };
    auto warn_count = [&](const char* key, Count count, const std::string& purpose = {}) {
        if (count > 0) {
            warn(Words::fill(t(key), {{"n", w_.number(count)}, {"purpose", purpose}}));
        }
    };
    warn_count("warn_pending_long", f_.erasures.pending_long);
    warn_count("warn_pending", f_.erasures.pending - f_.erasures.pending_long);
    Count requests = 0;
    for (const PurposeFigures& each : f_.purposes) {
        requests = std::max(requests, of_reason(each, Reason::erasure_pending));
    }
    warn_count("warn_requests", requests);
    Count failing = 0;
    for (const HolderFigures& each : f_.holders) {
        failing += each.failing;
    }
    warn_count("warn_holders", failing);
    warn_count("warn_places",
               std::count_if(f_.places.recipients.begin(), f_.places.recipients.end(),
                             [&](const PlaceFinding& each) {
                                 return f_.places.asked && !each.purposes.empty() &&
                                        each.answer.verdict == TransferVerdict::denied;
                             }));
    warn_count("warn_breaches", std::count_if(f_.breaches.begin(), f_.breaches.end(),
                                              [](const BreachInfo& each) { return each.overdue; }));
    warn_count("warn_breach_persons",
               std::count_if(f_.breaches.begin(), f_.breaches.end(), [](const BreachInfo& each) {
                   return std::find(each.waits_for.begin(), each.waits_for.end(), "persons") !=
                          each.waits_for.end();
               }));
    warn_count("warn_files", f_.files.past_expiry);
    if (f_.controller.empty()) {
        warn(t("warn_controller"));
    }
    for (const PurposeFigures& each : f_.purposes) {
        const Purpose& purpose = each.purpose;
        std::string label = label_of(purpose);
        bool in_use = !purpose.retired_at;
        bool no_text = in_use && purpose.basis == Basis::consent && purpose.texts.empty();
        bool no_test =
            in_use && purpose.basis == Basis::legitimate_interests && !purpose.balancing_test;
        bool mixed = in_use && purpose.contains_marketing && purpose.kind != PurposeKind::marketing;
        warn_count("warn_no_text", no_text ? 1 : 0, label);
        warn_count("warn_balancing", no_test ? 1 : 0, label);
        warn_count("warn_mixed", mixed ? 1 : 0, label);
        warn_count("warn_unproven", of_reason(each, Reason::consent_unproven), label);
        warn_count("warn_invalid", of_reason(each, Reason::consent_invalid), label);
        warn_count("warn_children", of_reason(each, Reason::child_no_parental_authorisation),
                   label);
    }
    for (const std::string& each : f_.store.warnings) {
        std::string warning = w_.name("warnings", each);
        if (!warning.empty() && warning[0] >= 'a' && warning[0] <= 'z') {
            warning[0] = static_cast<char>(warning[0] - 'a' + 'A');
        }
        warn(warning + ".");
    }
    root_.set("has_warnings", yes_no(!warnings.empty()));
    root_.set("warnings", list_of(warnings));
}

void Page::add_ranking(List& list, const char* title, const char* column, const Ranking& ranking,
                       bool of_countries) {
    Count most = 0; // the others are no place of their own: no bar, so that theirs dwarfs no other
    for (const Named& each : ranking.top) {
        most = std::max(most, each.count);
    }
    List rows;
    auto row = [&](const std::string& name, Count count, Count bar, const char* style) {
        Data out;
        out.set("name", name);
        out.set("bar", row_bar(style, bar, most));
        out.set("people", w_.number(count));
        out.set("share", w_.percent(count, f_.people));
        rows.push_back(out);
    };
    for (const Named& each : ranking.top) {
        std::string name = each.name;
        if (name.empty()) {
            name = t("unknown");
        } else if (of_countries) {
            name = w_.name("countries", name);
        } else if (looks_personal(name)) {
            name = t("source_hidden");
        }
        row(name, each.count, each.count, each.name.empty() ? "open" : "fill");
    }
    if (ranking.others > 0) {
        row(w_.counted("others", ranking.other_names), ranking.others, 0, "open");
    }
    Data out;
    out.set("title", t(title));
    out.set("column", t(column));
    out.set("none", of_countries && !f_.has_country ? t("country_unreadable") : t("nobody"));
    out.set("has_rows", yes_no(!rows.empty()));
    out.set("rows", list_of(rows));
    list.push_back(out);
}

void Page::subjects() {
    List rankings;
    add_ranking(rankings, "sources", "source", f_.sources, false);
    add_ranking(rankings, "countries", "country", f_.countries, true);
    root_.set("rankings", list_of(rankings));
}

std::string Page::months_plot(const MonthlyCounts& months, const char* title, const char* text,
                              const char* rows) {
    Plot plot;
    plot.id = next_id();
    plot.title = t(title);
    plot.first = months.first;
    List table;
    Count all = 0;
    for (std::size_t at = 0; at < months.counts.size(); ++at) {
        Count count = months.counts[at];
        std::string month = w_.month(months.first + static_cast<Month>(at));
        plot.tips.push_back(month + ": " + w_.number(count));
        all += count;
        Data row;
        row.set("month", month);
        row.set("count", w_.number(count));
        table.push_back(row);
    }
    plot.text = Words::fill(t(text), {{"first", w_.month(months.first)},
                                      {"last", w_.month(month_of(f_.now))},
                                      {"n", w_.number(all)}});
    root_.set(rows, list_of(table));
    return column_plot(w_, plot, months.counts, {});
}

void Page::ledger() {
    root_.set("ledger_plot",
              months_plot(f_.ledger, "ledger_title", "ledger_text", "ledger_months"));
    if (f_.ledger.before > 0) {
        root_.set("ledger_before",
                  Words::fill(t("ledger_before"), {{"n", w_.number(f_.ledger.before)}}));
    }
    std::vector<std::pair<std::string, Count>> acts(f_.acts.begin(), f_.acts.end());
    std::stable_sort(acts.begin(), acts.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    List rows;
    Count there = 0;
    for (const auto& [kind, count] : acts) {
        Data row;
        row.set("name", w_.name("events", kind));
        row.set("bar", row_bar("fill", count, acts.front().second));
        row.set("count", w_.number(count));
        rows.push_back(row);
        there += count;
    }
    root_.set("acts", list_of(rows));
    root_.set("chain", list_of({pair(t("chain_entries"), w_.number(f_.chain)),
                                pair(t("chain_there"), w_.number(there)),
                                pair(t("chain_gone"), w_.number(f_.chain - there))}));
    root_.set("head", f_.head);
}

void Page::erasure() {
    const ErasureFigures& erasures = f_.erasures;
    List facts;
    auto fact = [&](Count count, const char* key, bool warn = false) {
        Data out;
        out.set("number", w_.number(count));
        out.set("text", t(key));
        out.set("warn", yes_no(warn));
        facts.push_back(out);
    };
    fact(erasures.logical, "logical");
    fact(erasures.physical, "physical");
    fact(erasures.pending, "pending");
    fact(erasures.pending_long, "pending_long", erasures.pending_long > 0);
    root_.set("erasures", list_of(facts));
    root_.set("has_erasures", yes_no(erasures.logical > 0));
    if (erasures.logical > 0) {
        root_.set("erasure_plot",
                  months_plot(erasures.months, "erasure_title", "erasure_text", "erasure_months"));
    }
    List rows;
    Count all = 0;
    for (const Suppressions& each : f_.suppressions) {
        Data row;
        row.set("kind", w_.name("suppressions", each.kind));
        row.set("scope", w_.name("scopes", each.scope));
        row.set("count", w_.number(each.count));
        rows.push_back(row);
        all += each.count;
    }
    root_.set("suppression", all > 0 ? Words::fill(t("suppression_lead"), {{"n", w_.number(all)}})
                                     : t("suppression_none"));
    root_.set("has_suppressions", yes_no(all > 0));
    root_.set("suppressions", list_of(rows));
    root_.set("files",
              f_.files.all == 0
                  ? t("files_none")
                  : Words::fill(t("files_lead"), {{"all", w_.number(f_.files.all)},
                                                  {"one", w_.number(f_.files.of_one_person)},
                                                  {"past", w_.number(f_.files.past_expiry)}}));
}

void Page::store() {
    List rows{pair(t("id"), f_.store.id)};
    rows.push_back(
        pair(t("file"), f_.store.path.empty() ? t("in_memory") : file_name(f_.store.path)));
    rows.push_back(pair(t("version"), "habeas " + std::string(version())));
    rows.push_back(pair(t("schema"), std::to_string(f_.store.schema_version)));
    rows.push_back(pair(t("key"), f_.store.key_id));
    root_.set("store", list_of(rows));
}

std::string Page::render(const std::string& title) {
    head(title);
    attention();
    decisions();
    courses();
    subjects();
    requests();
    holders();
    places();
    breaches();
    messages();
    flows();
    ledger();
    erasure();
    store();
    kainjow::mustache::mustache page(std::string{report_page});
    if (!page.is_valid()) {
        throw Error(Errc::internal, "page.html: " + page.error_message());
    }
    page.set_custom_escape([](const std::string& text) { return escape(text); });
    return page.render(root_);
}

} // namespace habeas::cli::report

namespace habeas::cli {

std::string report_html(Store& store, const ReportOptions& options) {
    const report::Figures figures = report::read_figures(store);
    return report::Page(figures, report::Words::of(options.language)).render(options.title);
}

} // namespace habeas::cli
