// The stores that nobody changes: one empty, with the definitions; one with all people and three
// ledger events for each.
#include "habeas.hpp"

#include <fstream>
#include <sstream>
#include <vector>

namespace habeas::benchmark {
namespace {

constexpr std::int64_t people_a_call = 1000;

std::string definitions(const Run& run) {
    std::ifstream file(run.folder + "/definitions.json");
    std::ostringstream text;
    text << file.rdbuf();
    bench_check(file.good() && !text.str().empty(), "definitions.json cannot be read");
    return text.str();
}

ConsentEvent event(std::int64_t person, EventKind kind, const char* purpose, Channel channel,
                   Time at) {
    ConsentEvent out;
    out.subject = SubjectId{person};
    out.kind = kind;
    out.purpose = purpose;
    out.channel = channel;
    out.effective_at = at;
    if (kind == EventKind::granted) {
        out.evidence.method = "form";
        out.evidence.text_version = 1;
        out.evidence.language = "en";
        out.evidence.form = "shop-checkout";
    }
    return out;
}

/// Everybody agreed to the newsletter once; a fifth withdrew, one in a hundred objected.
void add_events(std::vector<ConsentEvent>& out, std::int64_t person, Time now) {
    std::uint64_t state = 2026 + static_cast<std::uint64_t>(person);
    using std::chrono::minutes;
    auto before = [&](std::int64_t from_days) {
        std::int64_t spread = static_cast<std::int64_t>(bench_random(&state) % (30 * 24 * 60));
        return now - minutes(from_days * 24 * 60) + minutes(spread);
    };
    out.push_back(event(person, EventKind::granted, "newsletter", Channel::email, before(300)));
    switch (bench_random(&state) % 4) {
    case 0:
        out.push_back(event(person, EventKind::granted, "offers", Channel::any, before(200)));
        break;
    case 1:
        out.push_back(event(person, EventKind::refused, "surveys", Channel::email, before(200)));
        break;
    case 2:
        out.push_back(event(person, EventKind::granted, "profiling", Channel::any, before(200)));
        break;
    default:
        out.push_back(event(person, EventKind::granted, "surveys", Channel::email, before(200)));
    }
    std::uint64_t last = bench_random(&state) % 100;
    if (last == 0) {
        ConsentEvent objection = event(person, EventKind::objected, "", Channel::any, before(100));
        objection.scope = "direct_marketing";
        out.push_back(objection);
    } else if (last < 21) {
        out.push_back(
            event(person, EventKind::withdrawn, "newsletter", Channel::email, before(100)));
    } else if (last < 60) {
        out.push_back(event(person, EventKind::granted, "newsletter", Channel::email, before(100)));
    } else {
        out.push_back(event(person, EventKind::granted, "offers", Channel::sms, before(100)));
    }
}

/// A message as `send_smtp` sends it, for the raw program.
void write_message(const Run& run, const std::string& json) {
    Store store = Store::in_memory();
    Definitions(store).apply(json);
    declare_order_mail(store);
    SubjectInput somebody;
    somebody.fields = {{"email", "somebody@example.org"}, {"first_name", "Ann"}};
    Message message;
    message.subject = Subjects(store).create(somebody);
    message.message_template = order_mail;
    message.key = "order/0";
    bench_check(Outbox(store).queue(message).state == MessageState::queued, "no message");
    CallbackGateway gateway("file", {Channel::email}, [&](std::span<const OutgoingMessage> sent) {
        std::ofstream(run.folder + "/base/message.eml") << compose_mime(sent[0]);
        return std::vector<GatewayResult>(sent.size(), {GatewayOutcome::sent, {}, {}, {}});
    });
    bench_check(Outbox(store).send(gateway).sent == 1, "no message was sent");
}

} // namespace

ImportOptions import_options() {
    ImportOptions options;
    for (const char* name :
         {"email", "phone", "first_name", "last_name", "language", "country", "timezone",
          "date_of_birth", "company", "city", "points", "lifetime_value", "vip", "plan",
          "referral_code", "satisfaction", "partner", "contract_until", "contact_time"}) {
        options.columns.push_back({name, name, {}});
    }
    options.columns.push_back({"external_id", "external:shop", {}});
    options.source = "import:contacts.csv";
    return options;
}

void prepare(const Run& run) {
    std::string json = definitions(run);
    {
        Store store = Store::create(run.empty());
        Definitions(store).apply(json);
    }
    StoreOptions relaxed;
    relaxed.durability = Durability::normal;
    Store store = Store::create(run.base(), relaxed);
    Definitions(store).apply(json);
    ImportReport report = Import(store).contacts(run.csv(), import_options());
    bench_check(report.created == report.rows && report.rows > 0, "not every contact was imported");
    auto people = static_cast<std::int64_t>(report.created);
    Consent consent(store);
    Time now = store.now();
    for (std::int64_t first = 1; first <= people; first += people_a_call) {
        std::vector<ConsentEvent> events;
        for (std::int64_t person = first; person < first + people_a_call && person <= people;
             ++person) {
            add_events(events, person, now);
        }
        consent.record(events);
    }
    write_message(run, json);
    BundleOptions preview;
    preview.language = "en";
    preview.record = false;
    std::ofstream(run.folder + "/base/bundle.json")
        << Export(store).access_json(SubjectId{7}, preview);
    std::ofstream(run.folder + "/people") << people << '\n';
}

} // namespace habeas::benchmark
