#include "deliveries/module.hpp"

#include "exports/bundle_list.hpp"
#include "habeas/delivery.hpp"
#include "store/engine.hpp"
#include "store/findings.hpp"

#include <fmt/format.h>

namespace habeas::store {
extern const char schema_deliveries[];
}

namespace habeas::deliveries {
namespace {

void merge(store::Engine& engine, SubjectId keep, SubjectId gone) {
    engine.db()
        .prepare("UPDATE delivery_event SET subject_id = ?1 WHERE subject_id = ?2")
        .bind_all(static_cast<std::int64_t>(keep), static_cast<std::int64_t>(gone))
        .run();
}

void verify(store::Engine& engine, const VerifyOptions&, VerifyReport& report) {
    store::Findings findings(report);
    auto lost = engine.db().prepare(
        "SELECT id FROM delivery_event d WHERE subject_id IS NOT NULL AND NOT EXISTS "
        "(SELECT 1 FROM subject s WHERE s.id = d.subject_id)");
    while (lost.step()) {
        findings.error(
            "delivery_without_subject",
            fmt::format("delivery event {} is about a subject that is not there", lost.i64(0)));
    }
    findings.finish();
}

using OnErase = store::SubjectTable::OnErase;
using Type = store::FilterField::Type;
constexpr std::uint32_t messages = store::change_bit(ChangeKind::message);

} // namespace

const store::Module module{
    .name = "deliveries",
    .schema = store::schema_deliveries,
    .tables = {{"delivery_event", "subject_id", "what gateways told of messages", OnErase::remove,
                nullptr}},
    .store_tables = {"delivery_day"},
    .filter_fields = {{.name = "message_opened", // codes of templates
                       .type = Type::values,
                       .sql =
                           "SELECT t.code AS value FROM delivery_event d JOIN outbox x ON x.id = "
                           "d.message_id JOIN message_template t ON t.id = x.template_id "
                           "WHERE d.subject_id = s.id AND d.kind = 'opened'",
                       .changes = messages,
                       .known = "SELECT 1 FROM message_template WHERE code = ?1"},
                      {.name = "message_clicked",
                       .type = Type::values,
                       .sql =
                           "SELECT t.code AS value FROM delivery_event d JOIN outbox x ON x.id = "
                           "d.message_id JOIN message_template t ON t.id = x.template_id "
                           "WHERE d.subject_id = s.id AND d.kind = 'clicked'",
                       .changes = messages,
                       .known = "SELECT 1 FROM message_template WHERE code = ?1"},
                      {.name = "last_opened_at",
                       .type = Type::time,
                       .sql = "(SELECT max(d.at) FROM delivery_event d WHERE d.subject_id = s.id "
                              "AND d.kind = 'opened')",
                       .changes = messages},
                      {.name = "soft_bounces",
                       .type = Type::number,
                       .sql = "(SELECT count(*) FROM delivery_event d WHERE d.subject_id = s.id "
                              "AND d.kind = 'soft_bounced')",
                       .changes = messages}},
    .merge = merge,
    .verify = verify,
};

std::span<const exports::BundleList> bundle_lists() {
    using exports::BundleList;
    using Kind = exports::BundleColumn::Kind;
    static const std::vector<BundleList> lists{
        {"deliveries",
         "deliveries",
         {{"message", Kind::number}, {"kind"}, {"at", Kind::time}, {"reason"}, {"gateway"}},
         "SELECT message_id, kind, at, reason, gateway FROM delivery_event WHERE subject_id = ?1 "
         "ORDER BY id",
         true},
    };
    return lists;
}

} // namespace habeas::deliveries
