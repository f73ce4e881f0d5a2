// Forms: declared, versioned, published.
#include "base/hash.hpp"
#include "base/text.hpp"
#include "forms/stored.hpp"

#include <fmt/format.h>

namespace habeas {
namespace {

constexpr std::size_t max_reason = 1000;

void require_changed(store::Engine& engine) {
    if (engine.db().changes() == 0) {
        throw Error(Errc::not_found, "there is no form of this name", "code");
    }
}

} // namespace

std::int32_t Forms::define(const Form& given) {
    store::Engine::Write tx(*engine_);
    const Form checked = forms::check_form(*engine_, given);
    const std::string definition = to_json(checked);
    const std::string hash = base::to_hex(base::hash256(definition));
    auto known = forms::load(*engine_, checked.code);
    if (known && !known->info.retired_at && known->info.hash == hash) {
        return known->info.version;
    }
    std::int64_t id = known ? known->id : 0;
    const std::int32_t version = known ? known->info.version + 1 : 1;
    if (!known) {
        auto row = engine_->db().prepare(
            "INSERT INTO form(code, version, published) VALUES(?1, 1, 0) RETURNING id");
        row.bind(1, checked.code);
        row.step();
        id = row.i64(0);
    } else {
        engine_->db()
            .prepare("UPDATE form SET version = ?2, retired_at = NULL, published = CASE WHEN "
                     "retired_at IS NULL THEN published ELSE 0 END WHERE id = ?1")
            .bind_all(id, std::int64_t{version})
            .run();
    }
    engine_->db()
        .prepare("INSERT INTO form_version(form_id, version, recorded_at, definition, hash, "
                 "overridden) VALUES(?1, ?2, ?3, ?4, ?5, '')")
        .bind_all(id, std::int64_t{version}, engine_->now_ms(), definition, hash)
        .run();
    engine_->bump_definitions();
    tx.commit();
    return version;
}

void Forms::publish(const std::string& code, const std::string& override_reason) {
    base::require_text(override_reason, "override_reason", true, max_reason);
    store::Engine::Write tx(*engine_);
    auto known = forms::load(*engine_, code);
    if (!known) {
        throw Error(Errc::not_found, "there is no form of this name", "code");
    }
    if (known->info.retired_at) {
        throw Error(Errc::not_found, "this form was retired; define it again", "code");
    }
    // The store may have changed since it was defined: purposes, fields, templates.
    static_cast<void>(forms::check_form(*engine_, known->info.form));
    std::string errors, first;
    for (const LintFinding& each : lint(known->info.form)) {
        if (each.severity == LintSeverity::error) {
            errors += fmt::format("{}{} at {} ({})", errors.empty() ? "" : "; ", each.rule,
                                  each.pointer, each.remedy);
            first = first.empty() ? each.pointer : first;
        }
    }
    if (!errors.empty() && base::trim(override_reason).empty()) {
        throw Error(Errc::denied,
                    "this form breaks rules: " + errors + ". Mend it, or say why it is right",
                    first);
    }
    const std::int64_t version{known->info.version};
    engine_->db()
        .prepare("UPDATE form SET published = ?2 WHERE id = ?1")
        .bind_all(known->id, version)
        .run();
    engine_->db()
        .prepare("UPDATE form_version SET published_at = coalesce(published_at, ?3), "
                 "published_by = coalesce(published_by, ?5), overridden = CASE WHEN ?4 = '' THEN "
                 "overridden ELSE ?4 END WHERE form_id = ?1 AND version = ?2")
        .bind_all(known->id, version, engine_->now_ms(),
                  errors.empty() ? std::string() : override_reason, engine_->actor_id())
        .run();
    tx.commit();
}

void Forms::retire(const std::string& code) {
    store::Engine::Write tx(*engine_);
    engine_->db()
        .prepare("UPDATE form SET retired_at = coalesce(retired_at, ?2) WHERE code = ?1")
        .bind_all(code, engine_->now_ms())
        .run();
    require_changed(*engine_);
    engine_->bump_definitions();
    tx.commit();
}

std::vector<FormInfo> Forms::list() const {
    store::Engine::Read snapshot(*engine_);
    std::vector<std::string> codes;
    auto row =
        engine_->db().prepare("SELECT code FROM form WHERE retired_at IS NULL ORDER BY code");
    while (row.step()) {
        codes.push_back(row.str(0));
    }
    std::vector<FormInfo> out;
    out.reserve(codes.size());
    for (const std::string& code : codes) {
        out.push_back(forms::load(*engine_, code)->info);
    }
    return out;
}

std::optional<FormInfo> Forms::find(const std::string& code, std::int32_t version) const {
    if (version < 0) {
        return std::nullopt;
    }
    store::Engine::Read snapshot(*engine_);
    auto found = forms::load(*engine_, code, version);
    return found ? std::optional(std::move(found->info)) : std::nullopt;
}

std::vector<LintFinding> Forms::lint(const Form& form) const {
    store::Engine::Read snapshot(*engine_);
    const forms::StoreFacts facts = forms::store_facts(*engine_, form);
    return forms::lint(form, &facts);
}

} // namespace habeas
