// What is said of a person on a command line: values of fields, identifiers, a source.
#pragma once

#include "args.hpp"
#include "habeas/subject.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace habeas::cli {

struct InputOptions {
    std::string subject; ///< update
    std::vector<std::string> values, identifiers;
    std::string file, source;
    bool overwrite_blanks = false;
    std::int64_t version = 0;
};

void declare_input(Args& args, InputOptions& o);
SubjectInput input_of(const InputOptions& o);

} // namespace habeas::cli
