#include "faults/newer_schema.hpp"

#include "store/engine.hpp"

namespace habeas::faults {
namespace {

void to_version_2(store::Engine& engine) {
    engine.db().exec("CREATE TABLE remark(subject_id INTEGER PRIMARY KEY, body TEXT NOT NULL) "
                     "STRICT");
    engine.db().exec("INSERT INTO remark SELECT id, f_last_name FROM subject "
                     "WHERE f_last_name IS NOT NULL");
    engine.db().exec("CREATE INDEX remark_body ON remark(body)");
    engine.db().exec("ALTER TABLE erasure ADD COLUMN remark TEXT");
}

const store::Module& newer() {
    static const store::Module module{
        .name = "remarks",
        .tables = {{"remark", "subject_id", "remarks", store::SubjectTable::OnErase::remove,
                    nullptr}},
        .migrations = {{2, to_version_2}},
        .merge =
            [](store::Engine& engine, SubjectId, SubjectId gone) {
                engine.db()
                    .prepare("DELETE FROM remark WHERE subject_id = ?1")
                    .bind_all(static_cast<std::int64_t>(gone))
                    .run();
            },
    };
    return module;
}

} // namespace

std::span<const store::Module* const> newer_modules() {
    static const std::vector<const store::Module*> all = [] {
        const auto now = store::modules();
        std::vector<const store::Module*> out(now.begin(), now.end());
        out.push_back(&newer());
        return out;
    }();
    return all;
}

} // namespace habeas::faults
