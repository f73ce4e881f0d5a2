// Decisions about many: one statement over the ready rows; the ledger answers only for the rows
// that do not hold at that moment. The result is that of may_process, one by one.
#include "consent/decide.hpp"
#include "consent/load.hpp"
#include "consent/ready.hpp"
#include "consent/reasons.hpp"

#include <map>

namespace habeas {
namespace consent {
namespace {

/// A subject without any row has no event that matters: its profile alone decides, for the present.
class ByProfile {
  public:
    ByProfile(const PurposeHistory& purpose, const Question& question)
        : purpose_(purpose), question_(question) {}

    Verdict verdict(std::string_view country, bool corporate) {
        std::string key(country);
        key += corporate ? '1' : '0';
        auto [at, fresh] = known_.try_emplace(std::move(key));
        if (fresh) {
            SubjectFacts facts;
            facts.country = country;
            facts.corporate = corporate;
            at->second = evaluate(&purpose_, facts, question_);
        }
        return at->second;
    }

  private:
    const PurposeHistory& purpose_;
    const Question& question_;
    std::map<std::string, Verdict> known_;
};

/// Can only somebody with an event that names the purpose be allowed? Those have rows.
bool needs_event(const PurposeHistory& purpose, const Question& question) {
    Moment moment(question.at);
    const Purpose* definition = definition_at(purpose, question, moment);
    return !definition || definition->kind == PurposeKind::confirmation ||
           definition->basis == Basis::consent || definition->basis == Basis::soft_opt_in ||
           definition->basis == Basis::casl_implied;
}

class Filter {
  public:
    Filter(store::Engine& engine, const Asked& asked, const FilterOptions& options,
           const std::function<bool(SubjectId, const Decision&)>& row)
        : engine_(engine), asked_(asked), options_(options), row_(row),
          guarded_(!asked.question.unguarded && engine.attachment<GuardSlot>().guard != nullptr),
          recipients_(asked.purpose == nullptr || asked.question.unguarded
                          ? Clearance{}
                          : clearance(engine, *asked.purpose, asked.question)),
          // Rows answer for the store's own controller, one channel and all that is known.
          rows_answer_(asked.question.controller.empty() &&
                       asked.question.channel != Channel::any &&
                       asked.question.known_at == end_of_time) {}

    /// By what was known then; who was merged into somebody since was still somebody.
    void over_past() {
        auto row = engine_.db().prepare("SELECT id, 0 FROM subject UNION ALL "
                                        "SELECT old_id, 1 FROM subject_alias ORDER BY 1");
        while (row.step()) {
            const SubjectId id{row.i64(0)};
            const bool merged =
                row.i64(1) != 0 && merge_known(engine_, id, asked_.question.known_at);
            if (!merged && !give(id, from_ledger(id))) {
                return;
            }
        }
    }

    void over_rows() {
        auto row = engine_.db().prepare(
            "SELECT subject_id, reason, state, event_id, valid_from, valid_until FROM ready "
            "WHERE purpose_id = ?1 AND channel = ?2 "
            "AND (reason < 32 OR valid_from > ?3 OR valid_until <= ?3 OR ?4) ORDER BY subject_id");
        row.bind(1, asked_.question.purpose)
            .bind(2, static_cast<std::int64_t>(asked_.question.channel))
            .bind(3, asked_.question.at)
            .bind(4, !rows_answer_);
        while (row.step()) {
            if (!see_row(SubjectId{row.i64(0)}, read_verdict(row, 1))) {
                return;
            }
        }
    }

    /// `present`: asked about now, so that today's profile is that of the moment.
    void over_subjects(bool present) {
        auto row = engine_.db().prepare(
            "SELECT s.id, r.reason, r.state, r.event_id, r.valid_from, r.valid_until, "
            "s.standing, s.f_country, s.f_recipient_type FROM subject s LEFT JOIN ready r "
            "ON r.subject_id = s.id AND r.purpose_id = ?1 AND r.channel = ?2 ORDER BY s.id");
        row.bind(1, asked_.question.purpose)
            .bind(2, static_cast<std::int64_t>(asked_.question.channel));
        ByProfile profiles(*asked_.purpose, asked_.question);
        bool plain = present && rows_answer_ && !guarded_;
        while (row.step()) {
            SubjectId id{row.i64(0)};
            if (!row.is_null(1)) {
                if (!see_row(id, read_verdict(row, 1))) {
                    return;
                }
                continue;
            }
            bool alone = plain && row.i64(6) == 0 && !(options_.denied_too && has_rows(id));
            Verdict verdict =
                alone ? profiles.verdict(row.text(7), row.text(8) == "corporate") : from_ledger(id);
            if (!give(id, verdict)) {
                return;
            }
        }
    }

    /// As the registry leaves it: that is the same for everybody.
    [[nodiscard]] Verdict barred(Verdict verdict) const {
        bar(recipients_, verdict);
        return verdict;
    }
    /// Verdict of the ledger for one.
    Verdict from_ledger(SubjectId id) {
        return decide_from_ledger(engine_, asked_.purpose, id, asked_.question);
    }
    [[nodiscard]] bool answers(const Verdict& verdict) const {
        return rows_answer_ && asked_.question.at >= verdict.valid_from &&
               asked_.question.at < verdict.valid_until && !(guarded_ && allows(verdict.reason));
    }

  private:
    bool see_row(SubjectId id, const Verdict& verdict) {
        return give(id, answers(verdict) ? verdict : from_ledger(id));
    }
    bool give(SubjectId id, const Verdict& found) {
        const Verdict verdict = barred(found);
        return (!allows(verdict.reason) && !options_.denied_too) || row_(id, to_decision(verdict));
    }
    /// Rows of other purposes: then the reason of a denial may be another.
    bool has_rows(SubjectId id) {
        auto row = engine_.db().prepare("SELECT 1 FROM ready WHERE subject_id = ?1 LIMIT 1");
        row.bind(1, static_cast<std::int64_t>(id));
        return row.step();
    }

    store::Engine& engine_;
    const Asked& asked_;
    const FilterOptions& options_;
    const std::function<bool(SubjectId, const Decision&)>& row_;
    bool guarded_;
    Clearance recipients_;
    bool rows_answer_;
};

Asked ask_many(store::Engine& engine, const std::string& purpose, Channel channel,
               const FilterOptions& options) {
    Asked asked = ask(engine, purpose, channel, options.at, options.known_at, options.controller);
    asked.question.purpose = asked.purpose ? asked.purpose->id : 0;
    return asked;
}

void filter_everybody(store::Engine& engine, Asked asked, const FilterOptions& options,
                      const std::function<bool(SubjectId, const Decision&)>& row) {
    Filter filter(engine, asked, options, row);
    PurposeHistory undeclared;
    if (!asked.purpose) {
        asked.purpose = &undeclared;
    }
    if (asked.question.known_at != end_of_time) {
        filter.over_past();
        return;
    }
    bool rows_suffice = !options.denied_too && asked.question.channel != Channel::any &&
                        needs_event(*asked.purpose, asked.question);
    if (rows_suffice) {
        filter.over_rows();
    } else {
        filter.over_subjects(!options.at || asked.question.at >= present(engine));
    }
}

} // namespace

std::uint64_t count_unguarded(store::Engine& engine, const std::string& purpose, Channel channel,
                              const std::optional<Time>& at) {
    FilterOptions options;
    options.at = at;
    Asked asked = ask_many(engine, purpose, channel, options);
    asked.question.unguarded = true;
    std::uint64_t count = 0;
    filter_everybody(engine, std::move(asked), options, [&](SubjectId, const Decision&) {
        ++count;
        return true;
    });
    return count;
}

} // namespace consent

void Consent::filter(const std::string& purpose, Channel channel,
                     const std::function<bool(SubjectId, const Decision&)>& row,
                     const FilterOptions& options) const {
    store::Engine::Read snapshot(*engine_);
    consent::filter_everybody(*engine_, consent::ask_many(*engine_, purpose, channel, options),
                              options, row);
}

std::vector<Decision> Consent::filter(std::span<const SubjectId> subjects,
                                      const std::string& purpose, Channel channel,
                                      const FilterOptions& options) const {
    using namespace consent;
    std::vector<Decision> decisions(subjects.size());
    if (subjects.empty()) {
        return decisions;
    }
    std::string ids = "[";
    for (SubjectId id : subjects) {
        ids += std::to_string(static_cast<std::int64_t>(id));
        ids += ',';
    }
    ids.back() = ']';
    store::Engine::Read snapshot(*engine_);
    Asked asked = ask_many(*engine_, purpose, channel, options);
    const std::function<bool(SubjectId, const Decision&)> none;
    Filter filter(*engine_, asked, options, none);
    auto row = engine_->db().prepare(
        "SELECT i.key, i.value, r.reason, r.state, r.event_id, r.valid_from, r.valid_until "
        "FROM json_each(?1) i LEFT JOIN ready r "
        "ON r.subject_id = i.value AND r.purpose_id = ?2 AND r.channel = ?3");
    row.bind_view(1, std::string_view(ids))
        .bind(2, asked.question.purpose)
        .bind(3, static_cast<std::int64_t>(channel));
    while (row.step()) {
        std::optional<Verdict> verdict;
        if (!row.is_null(2)) {
            verdict = read_verdict(row, 2);
        }
        if (!verdict || !filter.answers(*verdict)) {
            verdict = filter.from_ledger(SubjectId{row.i64(1)});
        }
        decisions[static_cast<std::size_t>(row.i64(0))] = to_decision(filter.barred(*verdict));
    }
    return decisions;
}

} // namespace habeas
