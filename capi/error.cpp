// The last error of each thread, and the names of statuses.
#include "convert.hpp"
#include "guard.hpp"

#include <cstring>
#include <new>
#include <stdexcept>

namespace habeas::capi {
namespace {

// Trivial to make and to destroy, so that it works without memory and while a thread ends.
constinit thread_local habeas_error last_error{};

} // namespace

void clear_last_error() noexcept {
    last_error.status = HABEAS_OK;
    last_error.sqlite_code = 0;
    last_error.where[0] = '\0';
    last_error.message[0] = '\0';
}

habeas_status keep_error(habeas_status status, std::string_view where, std::string_view message,
                         int sqlite_code) noexcept {
    last_error.status = status;
    last_error.sqlite_code = sqlite_code;
    copy_text(last_error.where, sizeof last_error.where, where);
    copy_text(last_error.message, sizeof last_error.message, message);
    return status;
}

habeas_status keep_exception() noexcept {
    try {
        throw;
    } catch (const Stop& stop) {
        return keep_error(stop.status(), stop.where(), stop.what());
    } catch (const Error& error) {
        return keep_error(static_cast<habeas_status>(error.code()), error.where(), error.what(),
                          error.sqlite_code());
    } catch (const NoMemoryForResult& error) {
        return keep_error(HABEAS_E_OUT_OF_MEMORY, "result", error.what());
    } catch (const std::bad_alloc&) {
        return keep_error(HABEAS_E_OUT_OF_MEMORY, {}, "memory ran out; nothing was changed");
    } catch (const std::length_error&) {
        return keep_error(HABEAS_E_INVALID, {}, "a count or size beyond what memory can hold");
    } catch (const std::exception& error) {
        return keep_error(HABEAS_E_INTERNAL, {}, error.what());
    } catch (...) {
        return keep_error(HABEAS_E_INTERNAL, {}, "an exception that is not of habeas");
    }
}

} // namespace habeas::capi

using namespace habeas::capi;

extern "C" {

habeas_status habeas_error_init(habeas_error* error, size_t struct_size) {
    // Not by guard: it is called to ask for the last error, which must stay.
    if (error == nullptr || !plausible_size(struct_size)) {
        return keep_error(HABEAS_E_INVALID, "error", "error: give a structure and its size");
    }
    std::memset(error, 0, struct_size);
    error->struct_size = static_cast<std::uint32_t>(struct_size);
    return HABEAS_OK;
}

habeas_status habeas_last_error(habeas_error* error) {
    // Not by guard either.
    if (error == nullptr || !plausible_size(error->struct_size)) {
        return HABEAS_E_INVALID;
    }
    habeas_error copy = last_error;
    give_struct(error, copy);
    return HABEAS_OK;
}

const char* habeas_status_name(int32_t status) {
    switch (status) {
    case HABEAS_OK:
        return "ok";
    case HABEAS_ROW:
        return "row";
    case HABEAS_DONE:
        return "done";
    default:
        return habeas::errc_name(static_cast<habeas::Errc>(status)).data();
    }
}
}
