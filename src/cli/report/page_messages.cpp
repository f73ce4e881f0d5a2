// The section about messages.
#include "page.hpp"

namespace habeas::cli::report {

void Page::messages() {
    List rows;
    for (const MessageFigures& each : f_.messages) {
        std::string name = each.purpose.empty() ? t("messages_internal") : each.purpose;
        for (const PurposeFigures& purpose : f_.purposes) {
            if (purpose.purpose.code == each.purpose) {
                name = label_of(purpose.purpose.labels, purpose.purpose.code);
            }
        }
        Data row;
        row.set("name", name);
        row.set("channel", w_.name("channels", each.channel));
        row.set("sent", w_.number(each.sent));
        row.set("stopped", w_.number(each.stopped));
        row.set("failed", w_.number(each.failed));
        row.set("uncertain", w_.number(each.uncertain));
        row.set("waiting", w_.number(each.waiting));
        rows.push_back(row);
    }
    const auto counts = [&](const Ranked& ranked, const char* table) {
        List out;
        for (const auto& [name, count] : ranked) {
            Data row;
            row.set("name", w_.name(table, name));
            row.set("count", w_.number(count));
            out.push_back(row);
        }
        return out;
    };
    const List reasons = counts(f_.not_sent, "reasons");
    const List told = counts(f_.deliveries, "deliveries");
    root_.set("has_messages", yes_no(!rows.empty()));
    root_.set("messages", list_of(rows));
    root_.set("has_not_sent", yes_no(!reasons.empty()));
    root_.set("not_sent", list_of(reasons));
    root_.set("has_deliveries", yes_no(!told.empty()));
    root_.set("deliveries", list_of(told));
}

} // namespace habeas::cli::report
