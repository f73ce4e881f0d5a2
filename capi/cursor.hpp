// Walks over subjects: what a habeas_cursor stands for.
#pragma once

#include "store_object.hpp"
#include "subject_json.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace habeas::capi {

/// Knows its store by its handle, so that the store may be closed first.
class CursorObject : public HandleObject {
  public:
    explicit CursorObject(const void* store) : store_(store) {}
    /// HABEAS_ROW or HABEAS_DONE; `document` may be null. The place moves only when the result
    /// could be given.
    virtual habeas_status next(std::int64_t* subject, habeas_string* document) = 0;

  protected:
    [[nodiscard]] const void* store() const noexcept { return store_; }
    /// Where `document` is not null.
    void give_subject(Store& store, const Subject& subject, habeas_string* document);

  private:
    const void* store_;
    std::optional<MoneyScales> scales_;
};

/// Over numbers that are known: who was erased since then has no document and is left out.
class NumberWalk : public CursorObject {
  public:
    NumberWalk(const void* store, std::vector<SubjectId> subjects)
        : CursorObject(store), subjects_(std::move(subjects)) {}
    habeas_status next(std::int64_t* subject, habeas_string* document) override;

  private:
    std::vector<SubjectId> subjects_;
    std::size_t at_ = 0;
};

habeas_cursor* new_cursor(std::unique_ptr<CursorObject> object);

} // namespace habeas::capi
