// Subjects one by one, page by page, and as a walk over all of them.
#include "convert.hpp"
#include "cursor.hpp"

using namespace habeas::capi;
using habeas::Blank;
using habeas::FieldOwner;
using habeas::Subjects;

namespace {

/// Walks by pages.
class SubjectWalk : public CursorObject {
  public:
    SubjectWalk(const void* store, std::int64_t changed_since, std::size_t page_size)
        : CursorObject(store), changed_since_(changed_since), page_size_(page_size) {}

    habeas_status next(std::int64_t* subject, habeas_string* document) override {
        const StoreUse use(store());
        if (at_ == page_.subjects.size() && !last_) {
            habeas::SubjectPage page =
                Subjects(use.store()).list(page_size_, after_, time_in(changed_since_));
            after_ = page.next;
            last_ = page.next.empty();
            page_ = std::move(page);
            at_ = 0;
        }
        if (at_ == page_.subjects.size()) {
            return HABEAS_DONE;
        }
        const habeas::Subject& found = page_.subjects[at_];
        give_subject(use.store(), found, document);
        *subject = number(found.id);
        ++at_;
        return HABEAS_ROW;
    }

  private:
    std::int64_t changed_since_;
    std::size_t page_size_;
    habeas::SubjectPage page_;
    std::size_t at_ = 0;
    std::string after_;
    bool last_ = false;
};

} // namespace

extern "C" {

habeas_status habeas_subject_create(habeas_store* store, const char* input, size_t input_size,
                                    int64_t* subject) {
    return guard([&] {
        expect(subject, "subject");
        const auto wanted = subject_input_from_json(parse_document(input, input_size, "input"), "");
        *subject = number(Subjects(StoreUse(store).store()).create(wanted));
    });
}

habeas_status habeas_subject_get(habeas_store* store, int64_t subject, habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        const StoreUse use(store);
        const habeas::Subject found = Subjects(use.store()).get(subject_in(subject));
        give_json(document, subject_to_json(found, MoneyScales(use.store(), FieldOwner::subject)));
    });
}

habeas_status habeas_subject_find(habeas_store* store, const char* kind, size_t kind_size,
                                  const char* value, size_t value_size, int64_t* subject) {
    return guard([&] {
        expect(subject, "subject");
        const auto identifier = identifier_in(kind, kind_size, value, value_size);
        if (const auto found = Subjects(StoreUse(store).store()).find(identifier)) {
            *subject = number(*found);
        }
    });
}

habeas_status habeas_subject_update(habeas_store* store, int64_t subject, const char* input,
                                    size_t input_size, int32_t blank, int64_t version) {
    return guard([&] {
        const auto wanted = subject_input_from_json(parse_document(input, input_size, "input"), "");
        const Blank blanks = enum_in(blank, Blank::overwrite, "blank");
        if (version < 0) {
            refuse_argument("version", "negative");
        }
        Subjects(StoreUse(store).store()).update(subject_in(subject), wanted, blanks, version);
    });
}

habeas_status habeas_subject_add_identifier(habeas_store* store, int64_t subject, const char* kind,
                                            size_t kind_size, const char* value,
                                            size_t value_size) {
    return guard([&] {
        const auto identifier = identifier_in(kind, kind_size, value, value_size);
        Subjects(StoreUse(store).store()).add_identifier(subject_in(subject), identifier);
    });
}

habeas_status habeas_subject_remove_identifier(habeas_store* store, int64_t subject,
                                               const char* kind, size_t kind_size,
                                               const char* value, size_t value_size) {
    return guard([&] {
        const auto identifier = identifier_in(kind, kind_size, value, value_size);
        Subjects(StoreUse(store).store()).remove_identifier(subject_in(subject), identifier);
    });
}

habeas_status habeas_subject_merge(habeas_store* store, int64_t keep, int64_t gone) {
    return guard(
        [&] { Subjects(StoreUse(store).store()).merge(subject_in(keep), subject_in(gone)); });
}

habeas_status habeas_subject_count(habeas_store* store, int64_t* count) {
    return guard([&] {
        expect(count, "count");
        *count = Subjects(StoreUse(store).store()).count();
    });
}

habeas_status habeas_subject_page(habeas_store* store, size_t limit, int64_t changed_since,
                                  const char* after, size_t after_size, habeas_string* page) {
    return guard([&] {
        expect(page, "page");
        const std::string former = string_in(after, after_size, "after");
        const StoreUse use(store);
        const habeas::SubjectPage found =
            Subjects(use.store()).list(limit, former, time_in(changed_since));
        const MoneyScales scales(use.store(), FieldOwner::subject);
        Json subjects = Json::array();
        for (const habeas::Subject& each : found.subjects) {
            subjects.push_back(subject_to_json(each, scales));
        }
        give_json(page, {{"subjects", std::move(subjects)}, {"next", found.next}});
    });
}

habeas_status habeas_subject_list(habeas_store* store, int64_t changed_since, size_t page_size,
                                  habeas_cursor** cursor) {
    return guard([&] {
        expect(cursor, "cursor");
        const StoreUse use(store); // that there is one, now already
        *cursor = new_cursor(
            std::make_unique<SubjectWalk>(store, changed_since, page_size == 0 ? 1000 : page_size));
    });
}
}
