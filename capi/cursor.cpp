#include "cursor.hpp"

#include "convert.hpp"

namespace habeas::capi {
namespace {

/// Nothing where the subject was erased.
std::optional<Subject> still_there(Store& store, SubjectId id) {
    try {
        return Subjects(store).get(id);
    } catch (const Error& error) {
        if (error.code() == Errc::erased) {
            return std::nullopt;
        }
        throw;
    }
}

} // namespace

void CursorObject::give_subject(Store& store, const Subject& subject, habeas_string* document) {
    if (document == nullptr) {
        return;
    }
    if (!scales_) {
        scales_.emplace(store, FieldOwner::subject);
    }
    give_json(document, subject_to_json(subject, *scales_));
}

habeas_status NumberWalk::next(std::int64_t* subject, habeas_string* document) {
    const StoreUse use(store());
    for (; at_ < subjects_.size(); ++at_) {
        if (document != nullptr) {
            const auto found = still_there(use.store(), subjects_[at_]);
            if (!found) {
                continue;
            }
            give_subject(use.store(), *found, document);
        }
        *subject = number(subjects_[at_]);
        ++at_;
        return HABEAS_ROW;
    }
    return HABEAS_DONE;
}

habeas_cursor* new_cursor(std::unique_ptr<CursorObject> object) {
    return static_cast<habeas_cursor*>(
        const_cast<void*>(NewHandle().fill(HandleKind::cursor, std::move(object))));
}

} // namespace habeas::capi

using namespace habeas::capi;

extern "C" {

habeas_status habeas_cursor_next(habeas_cursor* cursor, int64_t* subject, habeas_string* document) {
    return guard([&] {
        expect(subject, "subject");
        if (document != nullptr) {
            *document = habeas_string{};
        }
        return Use<HandleKind::cursor, CursorObject>(cursor)->next(subject, document);
    });
}

void habeas_cursor_close(habeas_cursor* cursor) {
    guard([&] {
        if (cursor != nullptr) {
            close_handle(HandleKind::cursor, cursor);
        }
    });
}
}
