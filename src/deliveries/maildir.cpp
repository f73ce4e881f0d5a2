// Mails from a pipe, and from a Maildir (new/ and cur/, as qmail made it).
#include "base/files.hpp"
#include "deliveries/ingest.hpp"
#include "deliveries/mail.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace habeas {
namespace deliveries {
namespace {

constexpr std::size_t batch = 50; ///< mails a transaction

/// Names of regular files, the oldest first: they begin with the time of their arrival.
std::vector<std::string> new_mails(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code failed;
    std::filesystem::directory_iterator each(folder + "/new", failed);
    if (failed || !std::filesystem::is_directory(folder + "/cur")) {
        throw Error(failed && failed != std::errc::no_such_file_or_directory ? Errc::io
                                                                             : Errc::not_found,
                    "it has no folders new and cur that can be read; name a Maildir", folder);
    }
    for (; each != std::filesystem::directory_iterator(); each.increment(failed)) {
        const std::string name = each->path().filename().string();
        std::error_code ignored;
        if (!name.starts_with('.') &&
            each->symlink_status(ignored).type() == std::filesystem::file_type::regular) {
            out.push_back(name);
        }
    }
    if (failed) {
        throw Error(Errc::io, "the folder new cannot be read to its end", folder);
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// Nothing: somebody else took it.
std::optional<MailReport> read_file(const std::string& path) {
    try {
        const auto bytes = base::file_size(path, "mail");
        if (!bytes) {
            return std::nullopt;
        }
        if (*bytes > max_mail_bytes) {
            return MailReport{};
        }
        const base::File file = base::open_file(path, base::OpenMode::read, "mail");
        return read_report(base::read_all(file), {});
    } catch (const Error& error) {
        if (error.code() == Errc::not_found) {
            return std::nullopt;
        }
        throw;
    }
}

/// Seen. Whoever took it meanwhile did the same.
void move_on(const std::string& folder, const std::string& name) {
    const std::string to =
        folder + "/cur/" + name + (name.find(":2,") == std::string::npos ? ":2,S" : "");
    if (std::rename((folder + "/new/" + name).c_str(), to.c_str()) != 0 && errno != ENOENT) {
        throw Error(Errc::io,
                    "a mail was recorded, but cannot be moved from new to cur; check the owner and "
                    "mode of the folders and call again",
                    folder);
    }
}

void add(IngestReport& sum, const IngestReport& one) {
    sum.received += one.received;
    sum.recorded += one.recorded;
    sum.repeated += one.repeated;
    sum.untracked += one.untracked;
    sum.unmatched += one.unmatched;
    sum.unread += one.unread;
}

} // namespace
} // namespace deliveries

IngestReport Deliveries::ingest_mail(std::string_view mail, std::string_view recipient) {
    engine_->check_writable();
    const deliveries::MailReport read = deliveries::read_report(mail, recipient);
    store::Engine::Write tx(*engine_);
    deliveries::Ingest ingest(*engine_, "mail");
    ingest.add(read);
    const IngestReport out = ingest.finish();
    tx.commit();
    return out;
}

IngestReport Deliveries::ingest_maildir(const std::string& folder, const Progress& progress) {
    engine_->check_writable();
    if (engine_->db().in_transaction()) {
        throw Error(Errc::invalid,
                    "mails are moved when they are recorded for good: end the transaction first",
                    "transaction");
    }
    const std::vector<std::string> names = deliveries::new_mails(folder);
    IngestReport sum;
    for (std::size_t begin = 0; begin < names.size();) {
        if (progress && !progress(begin, names.size())) {
            return sum;
        }
        const std::size_t end = std::min(begin + deliveries::batch, names.size());
        std::vector<deliveries::MailReport> reports;
        for (std::size_t i = begin; i < end; ++i) {
            if (auto read = deliveries::read_file(folder + "/new/" + names[i])) {
                reports.push_back(std::move(*read));
            }
        }
        store::Engine::Write tx(*engine_);
        deliveries::Ingest ingest(*engine_, "mail");
        for (const deliveries::MailReport& each : reports) {
            ingest.add(each);
        }
        const IngestReport done = ingest.finish();
        tx.commit();
        deliveries::add(sum, done);
        for (; begin < end; ++begin) {
            deliveries::move_on(folder, names[begin]);
        }
    }
    return sum;
}

} // namespace habeas
