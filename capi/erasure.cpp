// Erasure: what would go, doing it, and what proves it.
#include "habeas/erasure.hpp"

#include "convert.hpp"
#include "json.hpp"
#include "store_object.hpp"

using namespace habeas::capi;
using habeas::Erasure;

namespace {

habeas::ErasureOptions erasure_options_in(const habeas_erasure_options* given) {
    const habeas_erasure_options options = struct_in(given, "options");
    habeas::ErasureOptions out;
    const std::string ground = string_in(options.ground, "ground");
    if (!ground.empty()) {
        out.ground = ground;
    }
    out.suppress = !flag_in(options.without_suppression, "without_suppression");
    for (const habeas_proof& each : array_in(options.proofs, options.proof_count, "proofs")) {
        out.proof[string_in(each.purpose, "proofs")] =
            enum_in(each.proof, habeas::ProofAfterErasure::sealed, "proofs");
    }
    out.proof_until = time_in(options.proof_until);
    return out;
}

Json result_json(const habeas::ErasureResult& result) {
    constexpr const char* states[] = {"logical", "physical_pending", "physical"};
    Json out{{"subject", static_cast<std::int64_t>(result.subject)},
             {"already", result.already},
             {"state", states[static_cast<std::size_t>(result.state)]},
             {"receipt", result.receipt.empty() ? Json(nullptr) : parse_own(result.receipt)},
             {"commitments", Json::array()},
             {"files_shared", result.files_shared}};
    for (const std::string& each : result.commitments) {
        out["commitments"].push_back(parse_own(each));
    }
    return out;
}

} // namespace

extern "C" {

habeas_status habeas_erasure_options_init(habeas_erasure_options* options, size_t struct_size) {
    return guard([&] { init_struct(options, struct_size, "options"); });
}

habeas_status habeas_erasure_plan(habeas_store* store, int64_t subject, habeas_string* plan) {
    return guard([&] {
        expect(plan, "plan");
        give_string(plan, Erasure(StoreUse(store).store()).plan(subject_in(subject)).to_json());
    });
}

habeas_status habeas_erasure_execute(habeas_store* store, const int64_t* subjects, size_t count,
                                     const habeas_erasure_options* options,
                                     habeas_progress_fn progress, void* user,
                                     habeas_string* results) {
    return guard([&] {
        expect(results, "results");
        habeas::ErasureOptions wanted = erasure_options_in(options);
        std::vector<habeas::SubjectId> who;
        for (const std::int64_t each : array_in(subjects, count, "subjects")) {
            who.push_back(subject_in(each));
        }
        ProgressCall call(progress, user);
        wanted.progress = call.progress();
        const StoreUse use(store);
        const auto done = call.run([&] { return Erasure(use.store()).execute(who, wanted); });
        Json out = Json::array();
        for (const habeas::ErasureResult& each : done) {
            out.push_back(result_json(each));
        }
        give_json(results, out);
    });
}

habeas_status habeas_erasure_receipt(habeas_store* store, int64_t subject, habeas_string* receipt) {
    return guard([&] {
        expect(receipt, "receipt");
        give_string(receipt, Erasure(StoreUse(store).store()).receipt(subject_in(subject)));
    });
}

habeas_status habeas_erasure_check_commitment(habeas_store* store, const char* commitment,
                                              size_t commitment_size, int32_t* valid) {
    return guard([&] {
        expect(valid, "valid");
        const std::string document = string_in(commitment, commitment_size, "commitment");
        *valid = Erasure(StoreUse(store).store()).check_commitment(document) ? 1 : 0;
    });
}

habeas_status habeas_erasure_open_proof(habeas_store* store, int64_t subject, const char* purpose,
                                        size_t purpose_size, const char* ground, size_t ground_size,
                                        habeas_string* evidence) {
    return guard([&] {
        expect(evidence, "evidence");
        const std::string code = string_in(purpose, purpose_size, "purpose");
        const std::string why = string_in(ground, ground_size, "ground");
        give_string(evidence,
                    Erasure(StoreUse(store).store()).open_proof(subject_in(subject), code, why));
    });
}
}
