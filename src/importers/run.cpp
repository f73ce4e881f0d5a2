#include "importers/run.hpp"

#include "base/hash.hpp"
#include "base/json_members.hpp"
#include "importers/report_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace habeas::importers {
namespace {

using nlohmann::json;

/// Reasons that carry something variable must not fill the memory.
constexpr std::size_t max_reasons = 200;
constexpr std::size_t max_samples = 50;

void count_reason(std::map<std::string, std::uint64_t>& reasons, const std::string& reason) {
    const auto known = reasons.find(reason);
    if (known == reasons.end() && reasons.size() >= max_reasons) {
        ++reasons["other reasons"];
    } else {
        ++reasons[reason];
    }
}

} // namespace

Run::Run(store::Engine& engine, Platform platform, const MigrationOptions& options, bool preview)
    : engine_(engine), options_(options), preview_(preview) {
    if (options.batch == 0) {
        throw Error(Errc::invalid, "a batch has at least one row", "batch");
    }
    report_.platform = platform;
    report_.preview = preview;
    rejects_.emplace(engine, options.rejects_file);
}

void Run::add_source(const TableSource& source) {
    const bool twice =
        std::any_of(report_.sources.begin(), report_.sources.end(),
                    [&](const MigrationSource& each) { return each.name == source.name(); });
    if (twice) { // evidence and account name the file
        throw Error(Errc::invalid, "two files are called " + source.name() + "; rename one",
                    source.name());
    }
    report_.sources.push_back({source.name(), source.sha256()});
    key_ = run_key();
}

std::optional<std::int64_t> Run::read_at(const TableSource& source) const {
    if (source.sha256().empty()) {
        return std::nullopt;
    }
    auto row = engine_.db().prepare("SELECT min(r.at) FROM migration_run r, "
                                    "json_each(r.report, '$.sources') s "
                                    "WHERE json_extract(s.value, '$.sha256') = ?1");
    row.bind(1, source.sha256());
    return row.step() && !row.is_null(0) ? std::optional(row.i64(0)) : std::nullopt;
}

std::string Run::reference(const TableSource& source, const std::string& table,
                           std::uint64_t row) const {
    std::string out = "imported: " + std::string(platform_name(report_.platform)) + ", ";
    if (table != source.name()) {
        out += table + " ";
    }
    out += "row " + std::to_string(row) + " of " + source.name();
    return source.sha256().empty() ? out : out + ", sha256:" + source.sha256();
}

/// Empty where a source may have changed since: then all is read again, which changes nothing.
std::string Run::run_key() const {
    base::Hasher hash;
    hash.str(platform_name(report_.platform));
    for (const MigrationSource& each : report_.sources) {
        if (each.sha256.empty()) {
            return {};
        }
        hash.str(each.sha256);
    }
    hash.str(json_of_options(options_));
    return base::to_hex(hash.finish());
}

MigrationPart& Run::part(const std::string& name) {
    const auto found = std::find_if(parts_.begin(), parts_.end(),
                                    [&](const auto& each) { return each->name == name; });
    if (found != parts_.end()) {
        return **found;
    }
    parts_.push_back(std::make_unique<MigrationPart>());
    parts_.back()->name = name;
    return *parts_.back();
}

bool Run::has_part(const std::string& name) const {
    return std::any_of(parts_.begin(), parts_.end(),
                       [&](const auto& each) { return each->name == name; });
}

void Run::sample(const MigrationPart& part, const TableRow& row, std::string_view field,
                 std::string_view kind, std::string_view reason) {
    if (report_.samples.size() < max_samples) {
        report_.samples.push_back({part.name, row.number, std::string(field), std::string(reason)});
    }
    rejects_->add(row.line != 0 ? row.line : row.number, 0,
                  field.empty() ? std::string_view(part.name) : field, kind, reason);
}

void Run::refuse(const std::string& why, const std::string& where) {
    if (!preview_) {
        throw Error(Errc::invalid, why, where);
    }
    auto& told = report_.refusals;
    if (told.size() < max_samples && std::find(told.begin(), told.end(), why) == told.end()) {
        told.push_back(why);
    }
}

void Run::reject(MigrationPart& part, const TableRow& row, std::string_view field,
                 std::string_view kind, std::string_view reason) {
    ++part.rejected;
    count_reason(part.reasons, std::string(reason));
    sample(part, row, field, kind, reason);
}

void Run::skip(MigrationPart& part, std::string_view reason) {
    ++part.skipped;
    count_reason(part.reasons, std::string(reason));
}

void Run::drop_value(MigrationPart& part, const TableRow& row, std::string_view field,
                     std::string_view kind, std::string_view reason) {
    count_reason(report_.dropped, std::string(field) + ": " + std::string(reason));
    sample(part, row, field, kind, reason);
}

bool Run::proceed(std::uint64_t done, std::uint64_t total) {
    if (!report_.cancelled && options_.progress && !options_.progress(done, total)) {
        report_.cancelled = true;
    }
    return !report_.cancelled;
}

void Run::each_row(const std::string& name, TableCursor& cursor, const Steps& steps) {
    MigrationPart& part = this->part(name);
    bool more = !report_.cancelled;
    if (more && steps.resumable && !key_.empty() && !preview_) {
        TableRow ignored;
        for (std::uint64_t done = load_progress(part); done > 0 && more; --done) {
            more = cursor.next(ignored);
        }
    }
    while (more && !report_.cancelled) {
        if (steps.subjects > 0 && !preview_) { // ids that a rolled-back batch does not give again
            engine_.reserve_ids(store::IdKind::subject,
                                steps.subjects * static_cast<std::int64_t>(options_.batch));
        }
        try {
            store::Engine::Write tx(engine_);
            run_batch(part, cursor, steps, more);
            if (steps.resumable && !key_.empty() && !preview_) {
                save_progress(part, part.rows);
            }
            tx.commit();
            wrote_ = true;
        } catch (...) {
            if (steps.drop) {
                steps.drop();
            }
            throw;
        }
        proceed(cursor.done(), cursor.total());
    }
    if (steps.drop) {
        steps.drop();
    }
}

void Run::run_batch(MigrationPart& part, TableCursor& cursor, const Steps& steps, bool& more) {
    if (steps.begin) {
        steps.begin();
    }
    TableRow row;
    for (std::size_t count = 0; count < options_.batch; ++count) {
        more = cursor.next(row);
        if (!more) {
            break;
        }
        ++part.rows;
        if (row.fault.empty()) {
            steps.row(row);
        } else {
            if (steps.fault) {
                steps.fault(row);
            }
            reject(part, row, {}, "row", row.fault);
        }
    }
    if (steps.end) {
        steps.end();
    }
}

std::uint64_t Run::load_progress(MigrationPart& part) {
    if (!options_.resume) {
        return 0;
    }
    store::Engine::Read snapshot(engine_);
    auto row = engine_.db().prepare(
        "SELECT rows, counts FROM migration_progress WHERE run = ?1 AND part = ?2");
    row.bind_all(key_, part.name);
    if (!row.step()) {
        return 0;
    }
    read_counts(row.str(1), part, report_);
    report_.resumed = true;
    return static_cast<std::uint64_t>(row.i64(0));
}

void Run::save_progress(const MigrationPart& part, std::uint64_t rows) {
    engine_.db()
        .prepare("INSERT INTO migration_progress(run, part, rows, counts) VALUES(?1, ?2, ?3, ?4) "
                 "ON CONFLICT DO UPDATE SET rows = excluded.rows, counts = excluded.counts")
        .bind_all(key_, part.name, static_cast<std::int64_t>(rows), json_of_counts(part, report_))
        .run();
}

MigrationReport Run::finish() {
    for (const auto& each : parts_) {
        report_.parts.push_back(std::move(*each));
    }
    parts_.clear();
    rejects_->flush();
    if (!report_.balanced()) {
        throw Error(Errc::internal, "the numbers of a migration do not sum to its rows");
    }
    if (!preview_ && (wrote_ || !report_.cancelled)) {
        std::uint64_t rows = 0;
        for (const MigrationPart& each : report_.parts) {
            rows += each.rows;
        }
        store::Engine::Write tx(engine_);
        const json evidence =
            base::object_of("platform", platform_name(report_.platform), "rows", rows, "consents",
                            report_.consents, "cancelled", report_.cancelled);
        engine_.record_act(EventKind::imported, evidence.dump());
        if (!report_.cancelled) {
            engine_.db()
                .prepare("INSERT INTO migration_run(platform, at, actor_id, report) "
                         "VALUES(?1, ?2, ?3, ?4)")
                .bind_all(platform_name(report_.platform), engine_.now_ms(), engine_.actor_id(),
                          report_.to_json())
                .run();
            engine_.db()
                .prepare("DELETE FROM migration_progress WHERE run = ?1")
                .bind_all(key_)
                .run();
        }
        tx.commit();
    }
    return std::move(report_);
}

} // namespace habeas::importers
