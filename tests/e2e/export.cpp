// A person with very many rows gets a bundle in bounded memory, and all of the rows are in it.
//
//   e2e_export [--rows N]
//
// Without arguments: 1,000,000 entries of the ledger, as many messages, a tenth of that of points
// and submissions. Each bundle is made by a process of its own, whose greatest resident set is
// read.
#include "e2e/checks.hpp"
#include "exports/disclosure.hpp"
#include "habeas/habeas.hpp"
#include "store/engine.hpp"
#include "support/store.hpp"

#include <sys/wait.h>
#include <unistd.h>
#ifdef HABEAS_WITH_ARCHIVE
#include <zip.h>
#endif

#include <algorithm>
#include <array>
#include <fstream>

using namespace habeas;
using namespace habeas::e2e;

namespace {

constexpr std::uint64_t most_bytes = std::uint64_t{64} << 20;
constexpr std::array<const char*, 4> forms{"json", "html", "csv", "zip"};

std::string store_in(const std::string& folder) {
    return folder + "/store.habeas";
}
std::string bundle_in(const std::string& folder, std::size_t form) {
    return folder + "/bundle." + forms[form];
}

StoreOptions plain_options() {
    StoreOptions options;
    options.durability = Durability::normal;
    return options;
}

void declare(Store& store) {
    Purpose news;
    news.code = "news";
    news.channels = {Channel::email, Channel::sms};
    news.recipients = {"Mailer"};
    Purposes purposes(store);
    purposes.define(news);
    purposes.add_text("news", {0, {}, {{"en", "I want the news.", "Yes"}}, {}, {}});
    Purpose other; // the ledger says nothing of it
    other.code = "other";
    other.channels = {Channel::email};
    purposes.define(other);
}

void record_events(Store& store, SubjectId subject, std::uint64_t count) {
    constexpr std::uint64_t batch = 100'000;
    const Time now =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    std::vector<ConsentEvent> events;
    for (std::uint64_t i = 0; i < count; ++i) {
        ConsentEvent event;
        event.subject = subject;
        event.purpose = "news";
        event.channel = i % 3 == 0 ? Channel::sms : Channel::email;
        event.kind = i % 2 == 0 ? EventKind::granted : EventKind::withdrawn;
        event.evidence.method = "form";
        event.evidence.text_version = 1;
        event.evidence.language = "en";
        event.evidence.user_agent = "a program with a name of ordinary length/1.0";
        event.effective_at = now - std::chrono::seconds(count - i);
        events.push_back(std::move(event));
        if (events.size() == batch || i + 1 == count) {
            Consent(store).record(events);
            events.clear();
        }
    }
    store::Engine& engine = store.engine();
    store::Engine::Write tx(engine);
    for (std::uint64_t i = 0; i < count / 100; ++i) {
        exports::record_disclosure(engine, subject, "Recipient " + std::to_string(i), "csv");
    }
    tx.commit();
}

/// Rows as outbox, points and forms write them, without their work.
void insert_rows(Store& store, SubjectId subject, std::uint64_t count) {
    store::Engine& engine = store.engine();
    store::Engine::Write tx(engine);
    auto insert = [&](const char* sql, std::uint64_t rows) {
        engine.db()
            .prepare_text(
                std::string("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                            "WHERE i < ?2) ") +
                sql)
            .bind_all(static_cast<std::int64_t>(subject), static_cast<std::int64_t>(rows))
            .run();
    };
    insert(
        "INSERT INTO outbox(key, reference, kind, subject_id, purpose_id, channel, template_id, "
        "template_version, state, reason, priority, queued_at, due_at, attempts, repeated, "
        "settled, gateway, gateway_reference, finished_at, subject_line) SELECT 'key' || i, "
        "randomblob(8), 'service', ?1, (SELECT min(id) FROM purpose), 'email', 0, 0, 'sent', '', "
        "0, 1780000000000 + i, 1780000000000 + i, 1, 0, 0, 'eml', '', 1780000000000 + i, "
        "'A subject line of ordinary length, number ' || i FROM n",
        count);
    insert("INSERT INTO points_entry(subject_id, at, points, rule_id, reason) SELECT ?1, "
           "1780000000000 + i, 1, 0, 'rule opened_news' FROM n",
           count / 10);
    insert(
        "INSERT INTO form(id, code, version, published) SELECT 1, 'signup', 1, 1 FROM n WHERE i = "
        "1 AND ?1 = ?1",
        1);
    insert("INSERT INTO form_submission(subject_id, form_id, version, language, at, page, ip, "
           "user_agent, identified, data) SELECT ?1, 1, 1, 'en', 1780000000000 + i, '', '', '', 1, "
           "'{\"wish\":\"number ' || i || '\"}' FROM n",
           count / 10);
    tx.commit();
}

int prepare(const std::string& folder, std::uint64_t rows) {
    Store store = Store::create(store_in(folder), plain_options());
    declare(store);
    SubjectInput input;
    input.fields["email"] = std::string("much@example.org");
    const SubjectId subject = Subjects(store).create(input);
    record_events(store, subject, rows);
    insert_rows(store, subject, rows);
    return 0;
}

std::uint64_t greatest_resident_set() {
    std::ifstream status("/proc/self/status");
    std::string word;
    std::uint64_t kilobytes = 0;
    while (status >> word) {
        if (word == "VmHWM:" && status >> kilobytes) {
            break;
        }
    }
    return kilobytes * 1024;
}

int make_bundle(const std::string& folder, std::size_t form) {
    Store store = Store::open(store_in(folder), plain_options());
    const auto subject = Subjects(store).find({IdentifierKind::email, "", "much@example.org"});
    BundleOptions options;
    options.record = false;
    if (form == 3) {
        options.password = "bounded memory";
    }
    Export(store).access_file(*subject, bundle_in(folder, form), static_cast<BundleFormat>(form),
                              options);
    std::ofstream(folder + "/peak") << greatest_resident_set();
    return 0;
}

/// This program once more: a process forked from a large one would inherit its resident set.
int run_part(const char* program, const std::string& part, const std::string& folder,
             std::uint64_t number) {
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string text = std::to_string(number);
        ::execl(program, program, part.c_str(), folder.c_str(), text.c_str(), nullptr);
        ::_exit(127);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status)
               ? WEXITSTATUS(status)
               : 1;
}

#ifdef HABEAS_WITH_ARCHIVE
/// Line breaks of a file in the archive.
std::uint64_t lines_in(zip_t* archive, const char* name) {
    zip_file_t* file = zip_fopen(archive, name, 0);
    if (file == nullptr) {
        return 0;
    }
    std::array<char, 65536> piece{};
    std::uint64_t lines = 0;
    for (zip_int64_t got = 0; (got = zip_fread(file, piece.data(), piece.size())) > 0;) {
        lines += static_cast<std::uint64_t>(std::count(piece.begin(), piece.begin() + got, '\n'));
    }
    zip_fclose(file);
    return lines;
}

void check_zip(Checks& checks, const std::string& path, std::uint64_t rows) {
    int failed = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY, &failed);
    if (!checks.that(archive != nullptr, "the ZIP opens")) {
        return;
    }
    zip_set_default_password(archive, "bounded memory");
    checks.equal(lines_in(archive, "history.csv"), rows + 1, "lines of history.csv");
    checks.equal(lines_in(archive, "messages.csv"), rows + 1, "lines of messages.csv");
    checks.equal(lines_in(archive, "entries.csv"), rows / 10 + 1, "lines of entries.csv");
    checks.equal(lines_in(archive, "submissions.csv"), rows / 10 + 1, "lines of submissions.csv");
    checks.equal(lines_in(archive, "disclosures.csv"), rows / 100 + 1, "lines of disclosures.csv");
    checks.that(lines_in(archive, "data.json") > 5 * rows, "data.json has all of them");
    zip_close(archive);
}
#endif

int run(const char* program, std::uint64_t rows) {
    Checks checks;
    const test::ScratchFolder folder;
    Stopwatch watch;
    if (!checks.equal(run_part(program, "prepare", folder.path(), rows), 0, "the store is made")) {
        return checks.finish();
    }
    std::printf("%llu rows: made in %.1f s\n", static_cast<unsigned long long>(rows), watch.lap());
    for (std::size_t form = 0; form < forms.size(); ++form) {
#ifndef HABEAS_WITH_ARCHIVE
        if (form == 3) {
            continue;
        }
#endif
        const std::string path = bundle_in(folder.path(), form);
        checks.equal(run_part(program, "bundle", folder.path(), form), 0, forms[form]);
        std::uint64_t peak = 0;
        std::ifstream(folder.file("peak")) >> peak;
        std::error_code missing;
        const auto size = std::filesystem::file_size(path, missing);
        std::printf("%s: %.1f MB in %.1f s, at most %.1f MiB\n", forms[form],
                    static_cast<double>(missing ? 0 : size) / 1e6, watch.lap(),
                    static_cast<double>(peak) / (1 << 20));
        checks.that(peak > 0 && peak <= most_bytes,
                    std::string(forms[form]) + " stays within 64 MiB");
        std::size_t files = 0;
        for (const auto& each : std::filesystem::directory_iterator(folder.path())) {
            files += each.path().filename().string().find("store.") == 0 ? 0 : 1;
        }
        checks.equal(files, form + 2, "no further file is left"); // bundles, and the peak
    }
#ifdef HABEAS_WITH_ARCHIVE
    check_zip(checks, bundle_in(folder.path(), 3), rows);
#endif
    return checks.finish();
}

} // namespace

int main(int count, char** values) {
    return run_program(count, values, [&](const Arguments& arguments) {
        if (count == 4 && values[1] == std::string_view("prepare")) {
            return prepare(values[2], std::strtoull(values[3], nullptr, 10));
        }
        if (count == 4 && values[1] == std::string_view("bundle")) {
            return make_bundle(values[2], std::strtoull(values[3], nullptr, 10));
        }
        return run("/proc/self/exe", arguments.number("--rows", 1'000'000));
    });
}
