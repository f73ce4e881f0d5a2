// Campaigns: enrolling many and queueing one message each.
#include "habeas.hpp"

#include <algorithm>

namespace habeas::benchmark {
namespace {

constexpr std::int64_t due = 100'000;

void declare(Store& store, const std::string& code, std::int64_t people) {
    store.set_setting("base_url", "https://shop.example/privacy");
    store.set_setting("sender", "Shop <hello@shop.example>");
    MessageTemplate mail;
    mail.code = "bench_mail";
    mail.purpose = "order_updates";
    mail.languages["en"] = {"Your order", "Dear {{subject.first_name}}, it is on its way.", ""};
    Templates(store).define(mail);
    Segment segment;
    segment.code = "bench_people";
    segment.filter =
        R"({"field":"id","op":"lte","value":)" + std::to_string(std::min(due, people)) + "}";
    Segments(store).define(segment);
    Segments(store).refresh(segment.code);
    Campaigns campaigns(store);
    campaigns.define(
        R"({"code":")" + code + R"(","sources":{"segments":["bench_people"]},)" +
        R"("events":[{"id":"mail","action":"send_message","template":"bench_mail"}]})");
    campaigns.publish(code);
}

} // namespace

void campaign_steps(const Run& run) {
    Store store = Store::open(run.own());
    const std::string code = "bench" + std::to_string(run.round);
    declare(store, code, run.people);
    Campaigns campaigns(store);
    bench time = bench_named("campaign_steps", "habeas");
    bench_begin(&time);
    const CampaignRunReport report = campaigns.run();
    bench_end(&time, 1);
    const std::int64_t members = Segments(store).find("bench_people")->members;
    bench_check(members > 0 && report.enrolled == static_cast<std::uint64_t>(members) &&
                    report.done == report.enrolled && !report.more,
                "not everybody came in and was written to");
    bench_print(&time);
    campaigns.retire(code);
}

} // namespace habeas::benchmark
