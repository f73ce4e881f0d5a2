#include "exports/archive.hpp"

#include "habeas/error.hpp"

#ifdef HABEAS_WITH_ARCHIVE
#include <zip.h>

#include <chrono>
#include <ctime>
#include <memory>
#endif

namespace habeas::exports {

#ifndef HABEAS_WITH_ARCHIVE

std::string make_zip(const std::vector<ArchiveEntry>&, Time) {
    throw Error(Errc::unsupported,
                "this build has no ZIP support; build it with HABEAS_WITH_ARCHIVE, "
                "or use the JSON, HTML and CSV separately");
}

#else

namespace {

[[noreturn]] void fail(zip_error_t* error) {
    bool memory = zip_error_code_zip(error) == ZIP_ER_MEMORY;
    throw Error(memory ? Errc::out_of_memory : Errc::internal,
                std::string("ZIP archive: ") + zip_error_strerror(error));
}

struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct Release {
    void operator()(zip_source_t* source) const { zip_source_free(source); }
};

} // namespace

std::string make_zip(const std::vector<ArchiveEntry>& entries, Time modified) {
    zip_error_t error;
    zip_error_init(&error);
    std::unique_ptr<zip_source_t, Release> target(zip_source_buffer_create(nullptr, 0, 0, &error));
    if (!target) {
        fail(&error);
    }
    zip_source_keep(target.get()); // the archive takes one reference, this function has the other
    std::unique_ptr<zip_t, Discard> archive(
        zip_open_from_source(target.get(), ZIP_TRUNCATE, &error));
    if (!archive) {
        zip_source_free(target.get());
        fail(&error);
    }
    auto seconds = static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(modified).time_since_epoch().count());
    for (const ArchiveEntry& entry : entries) {
        zip_source_t* source =
            zip_source_buffer(archive.get(), entry.content.data(), entry.content.size(), 0);
        if (source == nullptr) {
            fail(zip_get_error(archive.get()));
        }
        zip_int64_t index =
            zip_file_add(archive.get(), entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
        if (index < 0) {
            zip_source_free(source);
            fail(zip_get_error(archive.get()));
        }
        auto position = static_cast<zip_uint64_t>(index);
        zip_file_set_mtime(archive.get(), position, seconds, 0);
        zip_file_set_external_attributes(archive.get(), position, 0, ZIP_OPSYS_UNIX,
                                         0100600U << 16);
    }
    if (zip_close(archive.get()) != 0) {
        fail(zip_get_error(archive.get()));
    }
    static_cast<void>(archive.release()); // zip_close freed it
    zip_stat_t size;
    zip_stat_init(&size);
    if (zip_source_stat(target.get(), &size) != 0 || zip_source_open(target.get()) != 0) {
        fail(zip_source_error(target.get()));
    }
    std::string bytes(size.size, '\0');
    zip_int64_t got = zip_source_read(target.get(), bytes.data(), bytes.size());
    zip_source_close(target.get());
    if (got < 0 || static_cast<std::size_t>(got) != bytes.size()) {
        throw Error(Errc::internal, "ZIP archive: its end is missing");
    }
    return bytes;
}

#endif

} // namespace habeas::exports
