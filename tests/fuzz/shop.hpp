// Stores for targets that need one: empty, and a shop with a person and a newsletter.
#pragma once

#include "habeas/habeas.hpp"

namespace fuzz {

/// In memory, with a clock that stands still.
inline habeas::Store still_store() {
    habeas::StoreOptions options;
    options.clock = [] { return habeas::parse_time("2026-06-01T10:00:00Z"); };
    return habeas::Store::in_memory(options);
}

struct Shop {
    habeas::Store store = habeas::Store::in_memory();
    habeas::SubjectId subject{};
    Shop() {
        habeas::SubjectInput somebody;
        somebody.fields = {{"email", "ann@example.org"}};
        subject = habeas::Subjects(store).create(somebody);
        habeas::Purpose news;
        news.code = "news";
        news.basis = habeas::Basis::consent;
        news.kind = habeas::PurposeKind::marketing;
        news.channels = {habeas::Channel::email};
        habeas::Purposes(store).define(news);
        habeas::TextVersion words;
        words.texts.push_back({"en", "Yes", "Yes"});
        habeas::Purposes(store).add_text("news", words);
    }
};

} // namespace fuzz
