#include "csv_reader.h"

#include "base/csv.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

struct raw_csv {
    habeas::base::CsvReader reader;
    std::vector<raw_cell> cells;
};

raw_csv* raw_csv_open(const char* path) {
    return new raw_csv{{habeas::base::read_file(path), {}}, {}};
}

size_t raw_csv_next(raw_csv* csv, const raw_cell** cells) {
    try {
        std::span<const habeas::base::CsvCell> row;
        if (!csv->reader.next(row)) {
            return 0;
        }
        csv->cells.clear();
        for (const auto& cell : row) {
            csv->cells.push_back({cell.text.data(), cell.text.size()});
        }
        *cells = csv->cells.data();
        return csv->cells.size();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_raw: %s\n", error.what());
        std::exit(1);
    }
}

void raw_csv_close(raw_csv* csv) {
    delete csv;
}
