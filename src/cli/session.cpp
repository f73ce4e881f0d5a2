#include "session.hpp"

#include "arguments.hpp"
#include "text.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace habeas::cli {
namespace {

/// "person:jane", "subject:17", "system:nightly", or a person's name alone.
Actor read_actor(const std::string& text, const std::string& reason) {
    Actor actor;
    actor.reason = reason;
    if (text.empty()) {
        return actor;
    }
    const auto colon = text.find(':');
    const std::string kind = text.substr(0, colon);
    const bool named = colon != std::string::npos;
    if (named && kind == "subject") {
        actor.kind = Actor::Kind::subject;
    } else if (!(named && kind == "system") && text != "system") {
        actor.kind = Actor::Kind::person;
    }
    const bool prefix = named && (kind == "person" || kind == "subject" || kind == "system");
    actor.id = prefix ? text.substr(colon + 1) : text == "system" ? "" : text;
    return actor;
}

} // namespace

std::string Session::store_path() const {
    if (options_.store.empty()) {
        throw UsageError("no store is named: give --store PATH or set HABEAS_STORE");
    }
    return options_.store;
}

StoreOptions Session::store_options() const {
    StoreOptions out;
    out.key_file = options_.key_file;
    out.journal_file = options_.journal;
    out.read_only = options_.read_only;
    out.accept_missing_journal = options_.accept_missing_journal;
    out.accept_lost_key = options_.accept_lost_key;
    out.actor = read_actor(options_.actor, options_.reason);
    out.log = [verbose = options_.verbose](LogLevel level, std::string_view message) {
        if (verbose || level >= LogLevel::warning) {
            (void)std::fprintf(stderr, "habeas: note: %s\n", visible(message).c_str());
        }
    };
    return out;
}

Store& Session::store() {
    if (!store_) {
        const std::string path = store_path();
        try {
            store_.emplace(Store::open(path, store_options()));
        } catch (const Error& error) {
            if (error.code() != Errc::not_found) {
                throw;
            }
            throw Error(error.code(), fmt::format("{} (habeas init)", error.what()), error.where());
        }
    }
    return *store_;
}

std::optional<SubjectId> Session::find_subject(const std::string& reference) {
    if (const auto id = read_number(reference)) {
        return SubjectId{*id};
    }
    return Subjects(store()).find(read_identifier(reference));
}

SubjectId Session::subject(const std::string& reference) {
    if (const auto id = find_subject(reference)) {
        return *id;
    }
    throw Error(Errc::not_found,
                fmt::format("no subject has this identifier ({}); habeas subject create adds one",
                            identifier_kind_name(read_identifier(reference))),
                "subject");
}

std::vector<SubjectId> Session::subjects(const std::vector<std::string>& references,
                                         const std::string& file) {
    std::vector<SubjectId> out;
    out.reserve(references.size());
    for (const std::string& reference : references) {
        out.push_back(subject(reference));
    }
    if (!file.empty()) {
        std::size_t number = 0;
        for (const std::string& line : read_lines(file)) {
            ++number;
            if (line.empty()) {
                continue;
            }
            try {
                out.push_back(subject(line));
            } catch (const UsageError& error) {
                throw UsageError(fmt::format("{}, line {}: {}", file, number, error.what()));
            } catch (const Error& error) {
                throw Error(error.code(),
                            fmt::format("{}, line {}: {}", file, number, error.what()),
                            error.where());
            }
        }
    }
    if (out.empty()) {
        throw UsageError("name at least one subject, or a file of them with --from");
    }
    return out;
}

void Session::give_file(const std::string& path, std::string_view content,
                        const std::string& said) {
    write_new_file(path, content);
    if (json()) {
        out_.json({{"file", path}});
    } else {
        out_.line(said);
    }
}

void Session::note(const std::string& text) {
    if (!options_.json) {
        out_.flush(); // what it comes after stands before it
        (void)std::fprintf(stderr, "%s\n", visible(text).c_str());
    }
}

} // namespace habeas::cli
