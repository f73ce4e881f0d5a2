#include "consent/check.hpp"

#include "consent/declared_check.hpp"
#include "consent/list_check.hpp"
#include "consent/ready.hpp"
#include "store/findings.hpp"
#include "subjects/lookup.hpp"

#include <algorithm>

namespace habeas::consent {
namespace {

constexpr std::size_t batch = 1000; ///< subjects a transaction: others get their turn

std::string about(std::int64_t subject, const PurposeHistory* purpose, const ReadyKey& key) {
    return "the ready answer of subject " + std::to_string(subject) + ", purpose " +
           (purpose ? purpose->code : std::to_string(key.first)) + ", channel " +
           std::string(channel_name(key.second));
}

class Check {
  public:
    Check(store::Engine& engine, VerifyReport& report)
        : engine_(engine), report_(report), findings_(report), purposes_(catalogue(engine)) {}

    void subject(std::int64_t id) {
        SubjectFacts facts = load_facts(engine_, SubjectId{id});
        std::vector<ReadyRow> stored = stored_rows(engine_, id);
        report_.ready_rows += stored.size();
        if (facts.existence != SubjectFacts::Existence::present) {
            if (!stored.empty()) {
                findings_.error("ready_row_differs", "ready answers of subject " +
                                                         std::to_string(id) +
                                                         ", who is not in the store");
            }
            return;
        }
        for (const ReadyRow& row : stored) {
            compare(id, facts, row);
        }
        for (const ReadyKey& key : required_rows(*purposes_, facts)) {
            bool there = std::any_of(stored.begin(), stored.end(),
                                     [&](const ReadyRow& row) { return row.key == key; });
            if (!there) {
                findings_.error("ready_row_missing", about(id, purposes_->find(key.first), key) +
                                                         " is missing: filter would not see it");
            }
        }
        if (subjects::profile(engine_, SubjectId{id}).standing != stands_out(facts)) {
            findings_.error("standing_differs",
                            "the flag of subject " + std::to_string(id) +
                                " for events about all purposes is not what its ledger says");
        }
    }
    void finish() { findings_.finish(); }

  private:
    /// The row is rebuilt at its own beginning: a stretch of time has the same answer and the same
    /// ends from wherever in it one looks.
    void compare(std::int64_t id, const SubjectFacts& facts, const ReadyRow& row) {
        const PurposeHistory* purpose = purposes_->find(row.key.first);
        Question question;
        question.purpose = row.key.first;
        question.channel = row.key.second;
        question.at = row.verdict.valid_from;
        if (evaluate(purpose, facts, question) != row.verdict) {
            findings_.error("ready_row_differs",
                            about(id, purpose, row.key) +
                                " is not what the ledger says; record any event to renew it");
        }
    }

    store::Engine& engine_;
    VerifyReport& report_;
    store::Findings findings_;
    std::shared_ptr<const Catalogue> purposes_;
};

} // namespace

void verify(store::Engine& engine, const VerifyOptions& options, VerifyReport& report) {
    Check check(engine, report);
    std::uint64_t done = 0;
    auto row = engine.db().prepare("SELECT DISTINCT subject_id FROM event "
                                   "WHERE subject_id IS NOT NULL "
                                   "UNION SELECT subject_id FROM ready "
                                   "UNION SELECT id FROM subject WHERE standing <> 0");
    while (row.step()) {
        check.subject(row.i64(0));
        if (options.progress && ++done % batch == 0 && !options.progress(done, 0)) {
            throw Error(Errc::cancelled, "the verification was cancelled");
        }
    }
    check.finish();
    check_declared(engine, report);
    check_list(engine, report);
}

void tick(store::Engine& engine, TickReport& report) {
    std::int64_t done = 0; // subjects up to this one are renewed: each comes once
    for (;;) {
        std::vector<std::int64_t> ids;
        {
            auto row = engine.db().prepare(
                "SELECT subject_id FROM ready WHERE valid_until <= ?1 AND "
                "valid_until < 9223372036854775807 AND subject_id > ?2 ORDER BY subject_id LIMIT "
                "?3");
            row.bind(1, engine.now_ms()).bind(2, done).bind(3, static_cast<std::int64_t>(batch));
            while (row.step()) {
                ids.push_back(row.i64(0));
            }
        }
        if (ids.empty()) {
            return;
        }
        report.expired += ids.size();
        done = ids.back();
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        store::Engine::Write tx(engine);
        for (std::int64_t id : ids) {
            refresh(engine, SubjectId{id});
        }
        tx.commit();
    }
}

} // namespace habeas::consent
