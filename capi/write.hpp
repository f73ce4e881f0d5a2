// Writing and telling in one go.
#pragma once

#include "json.hpp"
#include "store_object.hpp"

namespace habeas::capi {

/// `work` writes and gives its result as JSON or text, which goes to `output`. Where memory does
/// not suffice for the result, nothing was changed.
template <class Work>
void write_and_give(habeas_store* store, habeas_string* output, Work work) {
    const StoreUse use(store);
    Transaction transaction = use.store().transaction();
    const auto result = work(use.store());
    if constexpr (std::is_same_v<std::remove_cv_t<decltype(result)>, Json>) {
        give_json(output, result);
    } else {
        give_string(output, result);
    }
    try {
        transaction.commit();
    } catch (...) {
        habeas_string_free(output);
        throw;
    }
}

} // namespace habeas::capi
