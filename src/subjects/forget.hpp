// Values that go because their time is over: past what an update refuses, without a trace of what
// they were.
#pragma once

#include "subjects/field_set.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace habeas::subjects {

/// In a write transaction that takes data away: it must leave the files too. The log is emptied
/// after the commit; with a reader in the way, or after a crash, the tick does it.
void empty_log_after_commit(store::Engine& engine);
/// What the tick does about it. False: a reader holds the log.
bool empty_log(store::Engine& engine);

/// The subject's present value.
Cell present_value(store::Engine& engine, std::int64_t subject, const FieldInfo& info);
/// Writes the value, or takes it away where `value` is blank, with the identifier that it gave.
/// Unlike an update it minds no `required`, and no event keeps what was there. In a write
/// transaction.
void overwrite_value(store::Engine& engine, std::int64_t subject, const FieldInfo& info,
                     const Cell& value);
/// Would that take the subject's last identifier?
bool is_last_identifier(store::Engine& engine, std::int64_t subject, const FieldInfo& info);

/// Takes all values but those of the fields in `keep`; the source becomes "anonymised". Number,
/// creation and former numbers stay; what other tables have is the caller's.
void strip_subject(store::Engine& engine, std::int64_t subject,
                   const std::vector<std::string>& keep);

} // namespace habeas::subjects
