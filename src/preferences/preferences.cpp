// Which page a path leads to, and the links.
#include "habeas/preferences.hpp"

#include "preferences/dates.hpp"
#include "preferences/visit.hpp"
#include "subjects/lookup.hpp"

namespace habeas {
namespace preferences {
namespace {

constexpr std::size_t max_body_bytes = std::size_t{64} << 10;
constexpr std::size_t max_path_bytes = 2000;
constexpr std::int64_t longest_link_ms = std::int64_t{366} * 24 * 3600 * 1000;

/// Whose acts these are, as long as it lives.
class AsSubject {
  public:
    explicit AsSubject(store::Engine& engine) : engine_(engine), before_(engine.actor()) {
        engine_.set_actor({Actor::Kind::subject, {}, "page"});
    }
    AsSubject(const AsSubject&) = delete;
    AsSubject& operator=(const AsSubject&) = delete;
    ~AsSubject() {
        try {
            engine_.set_actor(std::move(before_));
        } catch (...) { // it was checked when it was set first
        }
    }

  private:
    store::Engine& engine_;
    Actor before_;
};

std::optional<SubjectId> present(store::Engine& engine, std::int64_t subject) {
    const subjects::Resolved found = subjects::resolve(engine, SubjectId{subject});
    const bool there = found.existence == subjects::Existence::present ||
                       found.existence == subjects::Existence::merged;
    return there ? std::optional(found.id) : std::nullopt;
}

Page route(Visit& visit) {
    const std::string& kind = visit.place.kind;
    if (kind == "confirm") {
        return confirm_page(visit);
    }
    if (kind == "request") {
        return request_page(visit);
    }
    visit.link = outbox::read_token(visit.engine, visit.place.token);
    const char* wanted =
        visit.link && visit.link->use == outbox::Use::unsubscribe ? "unsubscribe" : "preferences";
    std::string persons;
    if (visit.link) {
        visit.subject = present(visit.engine, visit.link->subject);
        persons = visit.subject ? language_of(visit.engine, *visit.subject) : std::string();
    }
    visit.language = choose_language(visit.engine, persons, visit.request.language);
    const bool late = visit.link && visit.link->expires_at <= visit.engine.now_ms();
    if (!visit.link || kind != wanted || late) {
        const Words words(visit.engine, visit.language);
        return invalid_link(words, *visit.settings, late ? 410 : 404);
    }
    return kind == "unsubscribe" ? unsubscribe_page(visit) : centre_page(visit);
}

Visit visit_of(store::Engine& engine, const PageRequest& request) {
    Visit visit{engine, request, {}, outbox::settings(engine), {}, {}, {}, nullptr};
    visit.place = read_path(std::string_view(request.path).substr(0, max_path_bytes),
                            visit.settings->base_url);
    return visit;
}

Page refused(store::Engine& engine, const PageRequest& request, const char* key, int status) {
    const Words words(engine, choose_language(engine, {}, request.language));
    return PageBuilder(words, *outbox::settings(engine))
        .title("error.title")
        .paragraph(words.of(key))
        .finish(status);
}

} // namespace

std::string choose_language(store::Engine& engine, const std::string& persons,
                            const std::string& wanted) {
    const std::string_view base = std::string_view(persons).substr(0, persons.find('-'));
    if (speaks(engine, persons) || speaks(engine, base)) {
        return persons;
    }
    return accepted_language(engine, wanted);
}

} // namespace preferences

std::string Preferences::link(SubjectId subject, std::chrono::seconds valid_for) const {
    using namespace preferences;
    const std::int64_t ms = std::chrono::milliseconds(valid_for).count();
    if (ms <= 0 || ms > longest_link_ms) {
        throw Error(Errc::invalid, "valid_for: from a second to a year", "valid_for");
    }
    store::Engine::Read snapshot(*engine_);
    outbox::Link link;
    link.use = outbox::Use::preferences;
    link.subject = static_cast<std::int64_t>(subjects::require(*engine_, subject));
    link.expires_at = engine_->now_ms() + ms;
    return outbox::preferences_url(
        *outbox::settings(*engine_),
        outbox::make_token(engine_->keys().subkey(store::Subkey::token), link));
}

Page Preferences::get(const PageRequest& request) const {
    using namespace preferences;
    store::Engine::Read snapshot(*engine_);
    Visit visit = visit_of(*engine_, request);
    return route(visit);
}

Page Preferences::post(const PageRequest& request, std::string_view body) {
    using namespace preferences;
    const auto sent = body.size() > max_body_bytes ? std::nullopt : read_body(body);
    if (!sent) {
        store::Engine::Read snapshot(*engine_);
        return refused(*engine_, request, "error.too_large", 413);
    }
    const AsSubject actor(*engine_);
    store::Engine::Write tx(*engine_);
    Visit visit = visit_of(*engine_, request);
    visit.sent = &*sent;
    Page page = route(visit);
    tx.commit(); // also what a wrong token counts
    return page;
}

} // namespace habeas
