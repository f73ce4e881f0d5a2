// Reading rows of subject and organisation into cells and records.
#pragma once

#include "subjects/field_set.hpp"
#include "subjects/lookup.hpp"
#include "subjects/values.hpp"

#include <string>
#include <vector>

namespace habeas::subjects {

/// Reads column `column` of `row` into `out` (not for multiselect); sealed values are opened.
void read_cell(store::Engine& engine, const FieldInfo& info, std::int64_t owner,
               const store::Statement& row, int column, Cell& out);
/// Binds a value, or NULL where there is none. Text is bound by view: `cell` must live until the
/// statement is reset; a sealed value is copied.
void bind_cell(store::Engine& engine, const FieldInfo& info, std::int64_t owner, const Cell& cell,
               store::Statement& statement, int index);
/// The choices of one multiselect field, into `out`.
void read_choices(store::Engine& engine, std::int64_t subject, const FieldInfo& info, Cell& out);
void write_choices(store::Engine& engine, std::int64_t subject, const FieldInfo& info,
                   const Cell& cell);

/// Values that are there, by name. `first` is the column of the first field in `row`, which was
/// read with FieldSet::columns().
FieldValues read_values(store::Engine& engine, const FieldSet& fields, std::int64_t owner,
                        const store::Statement& row, int first);
/// Completes a Subject whose columns are id, version, created_at, changed_at, source, fields.
Subject read_subject(store::Engine& engine, const FieldSet& fields, const store::Statement& row);
/// "SELECT id, version, ... FROM subject" for read_subject.
std::string select_subject(const FieldSet& fields);

/// What decides, as evidence of profile_changed: canonical JSON.
std::string profile_evidence(const Profile& profile);

} // namespace habeas::subjects
