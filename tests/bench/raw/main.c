/* bench_raw NAME FOLDER ROUND: one round of one benchmark, a line of bench.h for each figure. */
#include "raw.h"

#include "../bench.h"

static void run_truncate(const struct raw_run* run) {
    raw_truncate(raw_path(run, "raw/store.db"), NULL, "raw", run->round, run->people);
}

static const struct {
    const char* name;
    void (*body)(const struct raw_run*);
} bodies[] = {{"import_csv", raw_import_csv},
              {"calibrate", raw_calibrate},
              {"decision", raw_decision},
              {"filter_1m", raw_filter_1m},
              {"consent_grant", raw_consent_grant},
              {"consent_withdraw", raw_consent_withdraw},
              {"erase_one", raw_erase_one},
              {"truncate", run_truncate},
              {"access_bundle", raw_access_bundle},
              {"open_current", raw_open_current},
              {"segments", raw_segments},
              {"campaign_steps", raw_campaign_steps},
              {"queue_and_send", raw_queue_and_send}};

int main(int argc, char** argv) {
    struct raw_run run;
    unsigned i;
    if (argc != 4) {
        fputs("usage: bench_raw NAME FOLDER ROUND\n", stderr);
        return 2;
    }
    run.folder = argv[2];
    run.round = strtoull(argv[3], NULL, 10);
    run.people = bench_people(argv[2]);
    for (i = 0; i < sizeof bodies / sizeof bodies[0]; ++i) {
        if (strcmp(bodies[i].name, argv[1]) == 0) {
            bodies[i].body(&run);
            return 0;
        }
    }
    fprintf(stderr, "bench_raw: no benchmark %s\n", argv[1]);
    return 2;
}
