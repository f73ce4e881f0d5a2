// Puts figures and words into the template, section by section; used by its own folder alone.
#pragma once

#include "chart.hpp"
#include "figures.hpp"
#include "words.hpp"

#include <kainjow/mustache.hpp>

#include <string>
#include <vector>

namespace habeas::cli::report {

class Page {
  public:
    Page(const Figures& figures, const Words& words) : f_(figures), w_(words) {}
    std::string render(const std::string& title);

  private:
    using Data = kainjow::mustache::data;
    using List = kainjow::mustache::list;

    // The sections; each fills its members of the template's data.
    void head(const std::string& title);
    void attention();
    void decisions(); // page_purposes.cpp
    void courses();
    void subjects();
    void ledger();
    void erasure();
    void flows();    // page_flows.cpp
    void requests(); // page_requests.cpp
    void holders();
    void places();   // page_places.cpp
    void breaches(); // page_breaches.cpp
    void messages(); // page_messages.cpp
    void store();

    Data use_of(const PurposeFigures& purpose, const UseFigures& use);
    Data course_of(const PurposeFigures& purpose);
    Data growth_of(const SegmentFigures& segment);
    Data funnel_of(const CampaignFigures& campaign);
    void add_ranking(List& list, const char* title, const char* column, const Ranking& ranking,
                     bool of_countries);
    /// Column plot of counts by month, and its rows as a table under `rows`.
    std::string months_plot(const MonthlyCounts& months, const char* title, const char* text,
                            const char* rows);

    static Data yes_no(bool value) {
        return Data(value ? Data::type::bool_true : Data::type::bool_false);
    }
    static Data pair(const std::string& label, const std::string& value) {
        Data out;
        out.set("label", label);
        out.set("value", value);
        return out;
    }
    static Data list_of(const List& items) { return Data(items); }
    const std::string& t(const char* key) const { return w_.ui(key); }
    /// In the language of the page, else in English, else in any; without labels the code.
    std::string label_of(const std::map<std::string, std::string>& labels,
                         const std::string& code) const;
    std::string label_of(const Purpose& purpose) const {
        return label_of(purpose.labels, purpose.code);
    }
    std::string labels_of(const std::vector<const Purpose*>& purposes) const;
    std::string channel(Channel channel) const {
        return w_.name("channels", channel_name(channel));
    }
    std::string next_id() { return "plot-" + std::to_string(++plots_); }

    const Figures& f_;
    const Words& w_;
    Data root_{Data::type::object};
    int plots_ = 0;
};

} // namespace habeas::cli::report
