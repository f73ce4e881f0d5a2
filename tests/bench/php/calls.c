/* What the calls of a binding are held against: the same questions by the C ABI.
   usage: calls STORE SUBJECTS ROUNDS [MODE]; prints nanoseconds a decision, and a decision in a
   bulk of 1,000 */
#include <habeas.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SINGLE = 2000, BULK = 1000, BULKS = 5 };

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int by_value(const void* a, const void* b) {
    const double x = *(const double*)a, y = *(const double*)b;
    return (x > y) - (x < y);
}

int main(int count, char** arguments) {
    habeas_store* store = NULL;
    habeas_decision decision = {sizeof decision};
    static habeas_decision decisions[BULK];
    static int64_t subjects[BULK];
    static double single[1000], bulk[1000];
    if (count != 4) {
        return 2;
    }
    const int64_t people = atoll(arguments[2]);
    const int rounds = atoi(arguments[3]) < 1000 ? atoi(arguments[3]) : 1000;
    if (habeas_store_open(arguments[1], HABEAS_NUL_TERMINATED, NULL, &store) != HABEAS_OK) {
        return 1;
    }
    int64_t allowed = 0, at = 0;
    for (int n = 0; n < BULK; ++n) {
        decisions[n].struct_size = sizeof decision;
    }
    for (int round = 0; round < rounds; ++round) {
        double begin = now_ns();
        for (int n = 0; n < SINGLE; ++n) {
            at = (at * 7919 + 104729 + n) % people;
            if (habeas_may_process(store, at + 1, "newsletter", 10, HABEAS_CHANNEL_EMAIL, NULL,
                                   &decision) != HABEAS_OK) {
                return 1;
            }
            allowed += decision.allowed;
        }
        single[round] = (now_ns() - begin) / SINGLE;
        begin = now_ns();
        for (int n = 0; n < BULKS; ++n) {
            for (int each = 0; each < BULK; ++each) {
                at = (at * 7919 + 104729 + each) % people;
                subjects[each] = at + 1;
            }
            decisions[0].struct_size = sizeof decision;
            if (habeas_filter_subjects(store, "newsletter", 10, HABEAS_CHANNEL_EMAIL, NULL,
                                       subjects, BULK, decisions) != HABEAS_OK) {
                return 1;
            }
            allowed += decisions[BULK - 1].allowed;
        }
        bulk[round] = (now_ns() - begin) / (BULKS * BULK);
    }
    qsort(single, (size_t)rounds, sizeof *single, by_value);
    qsort(bulk, (size_t)rounds, sizeof *bulk, by_value);
    printf("{\"single\": %.0f, \"bulk\": %.0f, \"allowed\": %lld}\n", single[0], bulk[0],
           (long long)allowed);
    habeas_store_close(store);
    return 0;
}
