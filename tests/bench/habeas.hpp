// What the benchmarks of habeas share. Each measures through the public C++ interface.
#pragma once

#include "bench.h"
#include "habeas/habeas.hpp"

#include <cstdint>
#include <string>

namespace habeas::benchmark {

/// Where things are: <folder>/contacts.csv, base/ (stores nobody changes), habeas/ and raw/ (a copy
/// for each side to change).
struct Run {
    std::string folder;
    std::uint64_t round = 0; ///< part of every seed: both sides meet the same people, each once
    std::int64_t people = 0;

    [[nodiscard]] std::string csv() const { return folder + "/contacts.csv"; }
    [[nodiscard]] std::string empty() const { return folder + "/base/empty.db"; }
    [[nodiscard]] std::string base() const { return folder + "/base/store.db"; }
    [[nodiscard]] std::string own() const { return folder + "/habeas/store.db"; }
};

inline SubjectId random_subject(std::uint64_t& state, std::int64_t people) {
    return SubjectId{bench_person(&state, people)};
}

// prepare.cpp
void prepare(const Run& run); ///< makes base/
ImportOptions import_options();
// habeas_import.cpp
void import_csv(const Run& run); ///< and import_peak_mib
// habeas_decide.cpp
void decision(const Run& run); ///< and decision_in_read
void filter_1m(const Run& run);
// habeas_record.cpp
void consent_grant(const Run& run);
void consent_withdraw(const Run& run);
// habeas_erase.cpp
void erase_one(const Run& run);
void erase_batch_each(const Run& run);
void truncate(const Run& run);
// habeas_segment.cpp
void segments(const Run& run); ///< segment_full and segment_incremental
// habeas_campaign.cpp
void campaign_steps(const Run& run);
// habeas_send.cpp
inline constexpr const char* order_mail = "bench_order";
void declare_order_mail(Store& store);
void queue_and_send(const Run& run); ///< queue and send_smtp
// habeas_read.cpp
void access_bundle(const Run& run);
void open_current(const Run& run);

} // namespace habeas::benchmark
