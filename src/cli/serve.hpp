// `habeas serve --stdio`: the calls of habeas_call (habeas.h), one JSON document a line.
#pragma once

#include "output.hpp"

#include "habeas.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace habeas::cli {

/// Lines from one descriptor, answers to another; see README.md, "serve".
class Server {
  public:
    /// max_line: bytes of a line, both ways, without its end.
    Server(int in, int out, std::size_t max_line) : in_(in), out_(out), max_line_(max_line) {}
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Until the input ends, nobody reads the answers, or SIGTERM or SIGINT comes.
    void run();

  private:
    struct Line {
        std::string text;
        bool too_long = false;
    };
    /// Nothing: it is over.
    std::optional<Line> read_line();
    bool fill(); ///< more of the input, if there is more
    void write_line(std::string line);
    void serve(const Line& line);
    void serve(const std::string& id, const std::string& method, const std::string& params);
    void answer(const std::string& id, habeas_status status, std::string_view result);
    void answer_error(const std::string& id, habeas_status status, std::string_view where,
                      std::string_view message);
    habeas_status call(std::string_view method, const std::string& params, habeas_string* result);
    habeas_status open(const std::string& params);
    std::int32_t ask(std::string_view name, std::string_view document, habeas_reply* reply);
    static std::int32_t ask_host(void* user, const char* name, std::size_t name_size,
                                 const char* document, std::size_t document_size,
                                 habeas_reply* reply);

    int in_, out_;
    std::size_t max_line_;
    std::string buffer_;
    std::size_t begin_ = 0; ///< of what is not yet read in the buffer
    bool ended_ = false;
    habeas_store* store_ = nullptr;
};

} // namespace habeas::cli
