// Read-only SQL, row by row.
#include "convert.hpp"
#include "store_object.hpp"

#include <charconv>

using namespace habeas::capi;
using habeas::Errc;
using habeas::Error;

namespace {

using Names = std::vector<std::string>;
using Values = std::vector<std::optional<std::string>>;

/// The row of the moment; its handle ends with the query.
class RowObject : public HandleObject {
  public:
    const Names* names = nullptr;
    const Values* values = nullptr;
};

class RowUse : public Use<HandleKind::row, RowObject> {
  public:
    RowUse(const habeas_row* row, std::size_t column) : Use(row) {
        if (column >= (*this)->values->size()) {
            refuse_argument("column", "the row has fewer columns");
        }
    }
};

class RowHandle {
  public:
    RowHandle() {
        auto object = std::make_unique<RowObject>();
        object_ = object.get();
        handle_ = NewHandle().fill(HandleKind::row, std::move(object));
    }
    RowHandle(const RowHandle&) = delete;
    RowHandle& operator=(const RowHandle&) = delete;
    ~RowHandle() {
        try {
            close_handle(HandleKind::row, handle_);
        } catch (...) { // a child process may have closed its own
        }
    }
    const habeas_row* show(const Names& names, const Values& values) {
        object_->names = &names;
        object_->values = &values;
        return static_cast<const habeas_row*>(handle_);
    }

  private:
    RowObject* object_;
    const void* handle_;
};

const std::string& value_at(const RowUse& row, std::size_t column) {
    const auto& value = (*row->values)[column];
    if (!value) {
        throw Error(Errc::not_found, "the column has no value in this row", "column");
    }
    return *value;
}

template <class Number>
Number number_at(const RowUse& row, std::size_t column, std::string_view kind) {
    const std::string& text = value_at(row, column);
    Number number{};
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) {
        refuse_argument("column", "the value is no " + std::string(kind));
    }
    return number;
}

} // namespace

extern "C" {

habeas_status habeas_query(habeas_store* store, const char* sql, size_t sql_size,
                           const habeas_text* parameters, size_t parameter_count, int64_t limit_ms,
                           habeas_row_fn row, void* user) {
    return guard([&] {
        const std::string text = string_in(sql, sql_size, "sql");
        std::vector<std::string> values;
        for (const habeas_text& each : array_in(parameters, parameter_count, "parameters")) {
            values.push_back(string_in(each, "parameters"));
        }
        if (row == nullptr) {
            refuse_argument("row", "NULL");
        }
        if (limit_ms < 0) {
            refuse_argument("limit_ms", "negative");
        }
        const std::chrono::milliseconds limit(limit_ms == 0 ? 30'000 : limit_ms);
        const StoreUse use(store);
        RowHandle handle;
        habeas_status status = HABEAS_OK;
        use.store().query(
            text, values,
            [&](const Names& names, const Values& found) {
                status = call_back(row, user, handle.show(names, found));
                return status == HABEAS_OK;
            },
            limit);
        if (status != HABEAS_OK) {
            throw Stop(status);
        }
    });
}

habeas_status habeas_row_columns(const habeas_row* row, size_t* count) {
    return guard([&] {
        expect(count, "count");
        *count = Use<HandleKind::row, RowObject>(row)->values->size();
    });
}

habeas_status habeas_row_name(const habeas_row* row, size_t column, habeas_text* name) {
    return guard([&] {
        expect(name, "name");
        *name = view_of((*RowUse(row, column)->names)[column]);
    });
}

habeas_status habeas_row_text(const habeas_row* row, size_t column, habeas_text* value) {
    return guard([&] {
        expect(value, "value");
        const RowUse use(row, column);
        if (const auto& found = (*use->values)[column]) {
            *value = view_of(*found);
        }
    });
}

habeas_status habeas_row_integer(const habeas_row* row, size_t column, int64_t* value) {
    return guard([&] {
        expect(value, "value");
        *value = number_at<std::int64_t>(RowUse(row, column), column, "whole number");
    });
}

habeas_status habeas_row_number(const habeas_row* row, size_t column, double* value) {
    return guard([&] {
        expect(value, "value");
        *value = number_at<double>(RowUse(row, column), column, "number");
    });
}
}
