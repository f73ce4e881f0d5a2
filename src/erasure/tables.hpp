// The tables that hold data of subjects, as the modules declare them: counting and deleting.
#pragma once

#include "store/engine.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace habeas::erasure {

/// All declared tables, those of the later modules first.
std::vector<const store::SubjectTable*> subject_tables(store::Engine& engine);

std::uint64_t count_rows(store::Engine& engine, const store::SubjectTable& table,
                         SubjectId subject);

/// Deletes the rows of these subjects and says how many each had. One subject: one statement by the
/// index. Many: one statement for all, which visits the pages in order (scattered ids: about half
/// of the time of one statement each).
void delete_rows(store::Engine& engine, const store::SubjectTable& table,
                 std::span<const SubjectId> subjects,
                 const std::function<void(SubjectId, std::uint64_t)>& deleted);

} // namespace habeas::erasure
