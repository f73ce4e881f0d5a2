/* Writes the contacts of the benchmarks: rows of 20 columns, the same bytes each time.
 *
 *   make_bench_data [--small] [--rows N] FILE      1,000,000 rows (--small: 100,000); FILE - is
 * stdout
 *
 * Row n depends on n alone, so a smaller file is the beginning of a larger one. Six custom fields
 * are filled in nearly every row and five (the last) in 5 % of them. All values are valid, all
 * identifiers unique: what is measured is the import, not its rejects. */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char* const header =
    "external_id,email,phone,first_name,last_name,language,country,timezone,date_of_birth,"
    "company,city,points,lifetime_value,vip,plan,"
    "referral_code,satisfaction,partner,contract_until,contact_time\n";

static const char* const first_names[] = {
    "Anna",  "Jürgen", "Zoë",   "Łukasz",   "Мария", "Γιώργος", "Niamh",     "José",
    "Bjørn", "Eszter", "Jānis", "Kateřina", "Luca",  "Ebba",    "Guðrún",    "Matti",
    "Petra", "Tiina",  "Iulia", "Ana",      "Peter", "Marie",   "Katharina", "Tom"};
static const char* const last_names[] = {
    "Müller", "Nowak",   "García", "Papadopoulou", "Иванов",  "O'Brien",
    "Rossi",  "Jensen",  "Nagy",   "Bērziņa",      "Dvořák",  "Virtanen",
    "Silva",  "Popescu", "Horvat", "Borg",         "Jónsson", "Maes",
    "Dubois", "Kask",    "Gruber", "Kazlauskas",   "Öztürk",  "van den Berg"};
static const char* const cities[] = {
    "Berlin",  "Kraków", "Sevilla",   "Αθήνα",   "София", "Cork",      "Bologna", "Aarhus",
    "Győr",    "Rīga",   "Brno",      "Turku",   "Porto", "Iași",      "Split",   "Valletta",
    "Vilnius", "Liège",  "Marseille", "Tallinn", "Graz",  "Reykjavík", "Oslo",    "Malmö"};
static const char* const company_forms[] = {"%s GmbH", "%s & Co.", "\"%s, Söhne\"", "Studio %s"};

struct place {
    const char *country, *language, *timezone;
};
static const struct place places[] = {
    {"DE", "de", "Europe/Berlin"},    {"FR", "fr", "Europe/Paris"},
    {"IT", "it", "Europe/Rome"},      {"ES", "es", "Europe/Madrid"},
    {"PL", "pl", "Europe/Warsaw"},    {"RO", "ro", "Europe/Bucharest"},
    {"NL", "nl", "Europe/Amsterdam"}, {"BE", "fr-BE", "Europe/Brussels"},
    {"GR", "el", "Europe/Athens"},    {"CZ", "cs", "Europe/Prague"},
    {"SE", "sv", "Europe/Stockholm"}, {"PT", "pt", "Europe/Lisbon"},
    {"HU", "hu", "Europe/Budapest"},  {"AT", "de-AT", "Europe/Vienna"},
    {"BG", "bg", "Europe/Sofia"},     {"DK", "da", "Europe/Copenhagen"},
    {"FI", "fi", "Europe/Helsinki"},  {"IE", "en-IE", "Europe/Dublin"}};
static const char* const plans[] = {"free", "basic", "plus", "business"};
static const char* const contact_times[] = {"morning", "noon", "evening"};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

/* SplitMix64, seeded by the row, so that rows do not depend on each other. */
static uint64_t state;
static uint32_t below(uint32_t bound) {
    uint64_t x = state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (uint32_t)((x ^ (x >> 31)) % bound);
}
#define PICK(array) (array)[below(COUNT(array))]

/* One random number a statement: the order in which arguments are evaluated is the compiler's
 * choice. */
static void date(char* out, size_t size, uint32_t from, uint32_t years) {
    uint32_t year = from + below(years);
    uint32_t month = 1 + below(12);
    uint32_t day = 1 + below(28);
    snprintf(out, size, "%04" PRIu32 "-%02" PRIu32 "-%02" PRIu32, year, month, day);
}
static void decimal(char* out, size_t size, uint32_t bound, uint32_t fraction, int digits) {
    uint32_t whole = below(bound);
    uint32_t rest = below(fraction);
    snprintf(out, size, "%" PRIu32 ".%0*" PRIu32, whole, digits, rest);
}

static int row(char* out, size_t size, uint32_t n) {
    char company[64] = "", points[16] = "", value[32] = "", born[40] = "", referral[16] = "";
    char satisfaction[32] = "", until[40] = "";
    const char *vip = "", *plan = "", *partner = "", *contact_time = "";
    state = UINT64_C(20261124) * 1000003u + n;
    uint32_t tag = below(65536);
    const struct place* where = &PICK(places);
    const char* first = PICK(first_names);
    const char* last = PICK(last_names);
    const char* city = PICK(cities);
    if (below(100) < 90)
        date(born, sizeof born, 1940, 66);
    if (below(100) < 30) {
        const char* form = PICK(company_forms);
        const char* name = PICK(last_names);
        int head = (int)(strstr(form, "%s") - form);
        snprintf(company, sizeof company, "%.*s%s%s", head, form, name, form + head + 2);
    }
    snprintf(points, sizeof points, "%" PRIu32, below(5000));
    decimal(value, sizeof value, 20000, 100, 2);
    vip = below(20) == 0 ? "1" : "0";
    plan = PICK(plans);
    if (below(20) == 0)
        snprintf(referral, sizeof referral, "R-%06" PRIu32, below(1000000));
    if (below(20) == 0)
        decimal(satisfaction, sizeof satisfaction, 10, 10, 1);
    if (below(20) == 0)
        partner = below(2) ? "1" : "0";
    if (below(20) == 0)
        date(until, sizeof until, 2026, 5);
    if (below(20) == 0)
        contact_time = PICK(contact_times);
    return snprintf(out, size,
                    "shop-%08" PRIu32 ",customer%" PRIu32 ".%04" PRIx32 "@mail%" PRIu32
                    ".example,+49151%08" PRIu32
                    ",%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n",
                    n, n, tag, n % 50, n, first, last, where->language, where->country,
                    where->timezone, born, company, city, points, value, vip, plan, referral,
                    satisfaction, partner, until, contact_time);
}

static int usage(void) {
    fputs("usage: make_bench_data [--small] [--rows N] FILE\n", stderr);
    return 2;
}

int main(int argc, char** argv) {
    uint32_t rows = 1000000;
    const char* path = NULL;
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--small") == 0) {
            rows = 100000;
        } else if (strcmp(argv[i], "--rows") == 0 && i + 1 < argc) {
            char* end = NULL;
            unsigned long value = strtoul(argv[++i], &end, 10);
            if (*end != '\0' || value == 0 || value > 99999999)
                return usage(); /* 8 digits of the phone */
            rows = (uint32_t)value;
        } else if (argv[i][0] != '-' || argv[i][1] == '\0') {
            path = argv[i];
        } else {
            return usage();
        }
    }
    if (!path)
        return usage();
    FILE* file = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
    if (!file) {
        fprintf(stderr, "make_bench_data: %s: %s\n", path, strerror(errno));
        return 1;
    }
    static char buffer[1 << 20];
    setvbuf(file, buffer, _IOFBF, sizeof buffer);
    fputs(header, file);
    for (uint32_t n = 1; n <= rows; ++n) {
        char line[512];
        int length = row(line, sizeof line, n);
        fwrite(line, 1, (size_t)length, file);
    }
    if (fflush(file) != 0 || ferror(file)) {
        fprintf(stderr, "make_bench_data: %s: %s\n", path, strerror(errno));
        return 1;
    }
    return file == stdout || fclose(file) == 0 ? 0 : 1;
}
