#include "exports/archive.hpp"

#include "habeas/error.hpp"

#ifdef HABEAS_WITH_ARCHIVE
#include <zip.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <exception>
#include <memory>
#endif

namespace habeas::exports {

#ifndef HABEAS_WITH_ARCHIVE

void require_zip(bool) {
    throw Error(Errc::unsupported,
                "this build has no ZIP support; build it with HABEAS_WITH_ARCHIVE, "
                "or use the JSON, HTML and CSV separately");
}

void write_zip(const std::vector<ArchiveEntry>&, Time, const std::string&, const WriteAt&) {
    require_zip(false);
}

#else

namespace {

[[noreturn]] void fail(zip_error_t* error) {
    bool memory = zip_error_code_zip(error) == ZIP_ER_MEMORY;
    throw Error(memory ? Errc::out_of_memory : Errc::internal,
                std::string("ZIP archive: ") + zip_error_strerror(error));
}

/// What both kinds of sources share: nothing is thrown through C.
struct Source {
    zip_error_t error;
    std::exception_ptr* failed;

    explicit Source(std::exception_ptr* into) : failed(into) { zip_error_init(&error); }
    template <class Work>
    zip_int64_t run(const Work& work) {
        try {
            return work();
        } catch (...) {
            *failed = std::current_exception();
            zip_error_set(&error, ZIP_ER_INTERNAL, 0);
            return -1;
        }
    }
};

/// The bytes of one entry.
struct Content : Source {
    const base::Spool* spool;
    std::uint64_t offset = 0;

    Content(const base::Spool& bytes, std::exception_ptr* into) : Source(into), spool(&bytes) {}
};

zip_int64_t size_to(void* data, std::uint64_t size) {
    auto* stat = static_cast<zip_stat_t*>(data);
    zip_stat_init(stat);
    stat->size = size;
    stat->valid |= ZIP_STAT_SIZE;
    return sizeof *stat;
}

zip_int64_t content_call(void* state, void* data, zip_uint64_t size, zip_source_cmd_t command) {
    auto& content = *static_cast<Content*>(state);
    switch (command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                              ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                              -1);
    case ZIP_SOURCE_OPEN:
        content.offset = 0;
        return 0;
    case ZIP_SOURCE_READ:
        return content.run([&] {
            const std::size_t got =
                content.spool->read(content.offset, static_cast<char*>(data), size);
            content.offset += got;
            return static_cast<zip_int64_t>(got);
        });
    case ZIP_SOURCE_STAT:
        return size_to(data, content.spool->size());
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&content.error, data, size);
    default:
        return 0;
    }
}

/// Where the archive goes: empty at first, then written here and there.
struct Target : Source {
    const WriteAt* write;
    std::uint64_t offset = 0, size = 0;

    Target(const WriteAt& to, std::exception_ptr* into) : Source(into), write(&to) {}
};

zip_int64_t target_call(void* state, void* data, zip_uint64_t size, zip_source_cmd_t command) {
    auto& target = *static_cast<Target*>(state);
    switch (command) {
    case ZIP_SOURCE_SUPPORTS:
        return zip_source_make_command_bitmap(
            ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
            ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS,
            ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE,
            ZIP_SOURCE_REMOVE, ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_WRITE, -1);
    case ZIP_SOURCE_STAT:
        return size_to(data, 0);
    case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&target.error, data, size);
    case ZIP_SOURCE_SEEK_WRITE: {
        const zip_int64_t at =
            zip_source_seek_compute_offset(target.offset, target.size, data, size, &target.error);
        if (at < 0) {
            return -1;
        }
        target.offset = static_cast<std::uint64_t>(at);
        return 0;
    }
    case ZIP_SOURCE_TELL_WRITE:
        return static_cast<zip_int64_t>(target.offset);
    case ZIP_SOURCE_WRITE:
        return target.run([&] {
            (*target.write)(target.offset, {static_cast<const char*>(data), size});
            target.offset += size;
            target.size = std::max(target.size, target.offset);
            return static_cast<zip_int64_t>(size);
        });
    default:
        return 0;
    }
}

struct Discard {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

Archive open_archive(Target& target) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_function_create(target_call, &target, &error);
    if (source == nullptr) {
        fail(&error);
    }
    Archive archive(zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error));
    if (!archive) {
        zip_source_free(source);
        fail(&error);
    }
    return archive;
}

void add_entry(zip_t* archive, const std::string& name, Content& content, std::time_t modified,
               const std::string& password) {
    zip_source_t* source = zip_source_function(archive, content_call, &content);
    if (source == nullptr) {
        fail(zip_get_error(archive));
    }
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        fail(zip_get_error(archive));
    }
    const auto position = static_cast<zip_uint64_t>(index);
    zip_file_set_mtime(archive, position, modified, 0);
    zip_file_set_external_attributes(archive, position, 0, ZIP_OPSYS_UNIX, 0100600U << 16);
    if (!password.empty() &&
        zip_file_set_encryption(archive, position, ZIP_EM_AES_256, password.c_str()) != 0) {
        fail(zip_get_error(archive));
    }
}

} // namespace

void require_zip(bool encrypted) {
    if (encrypted && zip_encryption_method_supported(ZIP_EM_AES_256, 1) == 0) {
        throw Error(Errc::unsupported, "this libzip was built without encryption; build it with "
                                       "a crypto library, or leave the password out");
    }
}

void write_zip(const std::vector<ArchiveEntry>& entries, Time modified, const std::string& password,
               const WriteAt& write) {
    require_zip(!password.empty());
    std::exception_ptr failed;
    Target target(write, &failed);
    std::vector<std::unique_ptr<Content>> contents; // libzip reads them when it closes
    Archive archive = open_archive(target);
    const auto seconds = static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(modified).time_since_epoch().count());
    for (const ArchiveEntry& entry : entries) {
        contents.push_back(std::make_unique<Content>(entry.content, &failed));
        add_entry(archive.get(), entry.name, *contents.back(), seconds, password);
    }
    if (zip_close(archive.get()) != 0) {
        if (failed) {
            std::rethrow_exception(failed);
        }
        fail(zip_get_error(archive.get()));
    }
    static_cast<void>(archive.release()); // zip_close freed it
}

#endif

} // namespace habeas::exports
