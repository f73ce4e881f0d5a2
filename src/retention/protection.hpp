// Who stays although a period is over.
#pragma once

#include "consent/catalogue.hpp"
#include "consent/facts.hpp"
#include "store/engine.hpp"

#include <cstdint>

namespace habeas::retention {

/// Why nothing of the person may go at `at`: "hold", "request", "restricted", "objection",
/// "retention_until", "contract"; null: it may. In a Read or Write.
const char* kept_because(store::Engine& engine, const consent::Catalogue& purposes,
                         std::int64_t subject, const consent::SubjectFacts& facts, consent::Ms at);

/// Did the person say no to marketing, and no later yes?
bool said_no(const consent::SubjectFacts& facts, consent::Ms at);

} // namespace habeas::retention
