#include "serve.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <poll.h>
#include <unistd.h>

namespace habeas::cli {
namespace {

constexpr int protocol = 1;
volatile std::sig_atomic_t stopped = 0;

void stop_serving(int) {
    stopped = 1;
}

/// The signals that end it come while it waits for a line, and at no other time: a call that runs
/// is done first.
class Signals {
  public:
    Signals() {
        struct sigaction act {};
        act.sa_handler = stop_serving;
        (void)sigemptyset(&act.sa_mask);
        sigset_t ours;
        (void)sigemptyset(&ours);
        for (const int each : {SIGTERM, SIGINT}) {
            (void)sigaction(each, &act, nullptr);
            (void)sigaddset(&ours, each);
        }
        (void)sigprocmask(SIG_BLOCK, &ours, &waiting_);
        (void)sigdelset(&waiting_, SIGTERM);
        (void)sigdelset(&waiting_, SIGINT);
    }
    [[nodiscard]] const sigset_t* waiting() const { return &waiting_; }

  private:
    sigset_t waiting_{};
};

const Signals& signals() {
    static const Signals kept;
    return kept;
}

/// What is not UTF-8 becomes U+FFFD.
std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string quoted(std::string_view text) {
    return dump(Json(std::string(text)));
}

struct Request {
    std::string id, method, params;
};

bool take(std::string_view& text, std::string_view what) {
    const bool found = text.starts_with(what);
    text.remove_prefix(found ? what.size() : 0);
    return found;
}

std::string take_all(std::string_view& text, std::string_view of) {
    const auto size = std::min(text.find_first_not_of(of), text.size());
    std::string out(text.substr(0, size));
    text.remove_prefix(size);
    return out;
}

/// A line that is written as our bindings do, without blanks and in this order. Its parameters are
/// not looked at: habeas_call reads them, and thousands of them once instead of twice.
std::optional<Request> plain_request(std::string_view line) {
    constexpr std::string_view digits = "0123456789";
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz._";
    Request out;
    if (!take(line, R"({"id":)") || (out.id = take_all(line, digits)).empty() ||
        out.id.front() == '0' || !take(line, R"(,"method":")") ||
        (out.method = take_all(line, letters)).empty() || !take(line, R"(","params":)") ||
        !line.ends_with("}}")) {
        return std::nullopt;
    }
    line.remove_suffix(1);
    out.params = line;
    return out;
}

} // namespace

Server::~Server() {
    habeas_store_close(store_);
}

bool Server::fill() {
    constexpr std::size_t step = 65536;
    pollfd wait{in_, POLLIN, 0};
    (void)signals();
    while (stopped == 0) {
        const int ready = ::ppoll(&wait, 1, nullptr, signals().waiting());
        if (ready < 0 && errno == EINTR) {
            continue;
        }
        if (begin_ > 0 && begin_ == buffer_.size()) {
            buffer_.clear();
            begin_ = 0;
        }
        const std::size_t had = buffer_.size();
        buffer_.resize(had + step);
        const ssize_t got = ::read(in_, buffer_.data() + had, step);
        buffer_.resize(had + (got > 0 ? static_cast<std::size_t>(got) : 0));
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        return got > 0;
    }
    return false;
}

std::optional<Server::Line> Server::read_line() {
    Line out;
    std::size_t looked = begin_;
    for (;;) {
        const auto end = buffer_.find('\n', looked);
        if (end != std::string::npos) {
            out.too_long = out.too_long || end - begin_ > max_line_;
            if (!out.too_long) {
                out.text.assign(buffer_, begin_, end - begin_);
            }
            begin_ = end + 1;
            if (begin_ == buffer_.size()) {
                buffer_.clear();
                begin_ = 0;
            }
            return out;
        }
        if (buffer_.size() - begin_ > max_line_) { // to its end, but no longer kept
            out.too_long = true;
            buffer_.clear();
            begin_ = 0;
        }
        looked = buffer_.size();
        if (begin_ > 0) {
            looked -= begin_;
            buffer_.erase(0, begin_);
            begin_ = 0;
        }
        if (!fill()) {
            ended_ = true; // a line without its end is none: who wrote it died
            return std::nullopt;
        }
    }
}

void Server::write_line(std::string line) {
    line += '\n';
    std::string_view left = line;
    while (!left.empty() && !ended_) {
        const ssize_t done = ::write(out_, left.data(), left.size());
        if (done < 0 && errno != EINTR) {
            ended_ = true; // nobody reads
        } else if (done > 0) {
            left.remove_prefix(static_cast<std::size_t>(done));
        }
    }
}

void Server::answer_error(const std::string& id, habeas_status status, std::string_view where,
                          std::string_view message) {
    write_line(R"({"id":)" + id + R"(,"error":{"status":)" + quoted(habeas_status_name(status)) +
               R"(,"where":)" + quoted(where) + R"(,"message":)" + quoted(message) + "}}");
}

void Server::answer(const std::string& id, habeas_status status, std::string_view result) {
    if (status != HABEAS_OK) {
        habeas_error error{};
        (void)habeas_error_init(&error, sizeof error);
        (void)habeas_last_error(&error);
        answer_error(id, status, error.where, error.message);
        return;
    }
    std::string line = R"({"id":)" + id + R"(,"result":)";
    if (line.size() + result.size() + 1 > max_line_) {
        answer_error(id, HABEAS_E_FULL, "result",
                     "the answer has " + std::to_string(result.size()) +
                         " bytes, more than a line may have: ask for smaller pages, or begin with "
                         "--max-line; the call was done");
        return;
    }
    line += result;
    std::replace(line.begin(), line.end(), '\n', ' '); // within a document they are only blanks
    write_line(std::move(line) + "}");
}

std::int32_t Server::ask_host(void* user, const char* name, std::size_t name_size,
                              const char* document, std::size_t document_size,
                              habeas_reply* reply) {
    try {
        return static_cast<Server*>(user)->ask({name, name_size}, {document, document_size}, reply);
    } catch (...) {
        return HABEAS_E_CALLBACK;
    }
}

std::int32_t Server::ask(std::string_view name, std::string_view document, habeas_reply* reply) {
    if (name == "log") {
        write_line(R"({"log":)" + std::string(document) + "}");
        return HABEAS_OK;
    }
    write_line(R"({"callback":)" + quoted(name) + R"(,"params":)" + std::string(document) + "}");
    while (!ended_) {
        const auto line = read_line();
        if (!line) {
            break;
        }
        const Json given = line->too_long ? Json() : Json::parse(line->text, nullptr, false);
        if (given.is_object() && given.contains("id")) {
            answer_error(dump(given["id"]), HABEAS_E_CONCURRENT, "store",
                         "a call runs and waits for the answer to its callback");
            continue;
        }
        if (!given.is_object() || !given.contains("answer")) {
            return HABEAS_E_CALLBACK; // it failed, or said so in no words we know
        }
        const std::string text = dump(given["answer"]);
        return habeas_reply_set(reply, text.data(), text.size());
    }
    return HABEAS_E_CALLBACK;
}

habeas_status Server::open(const std::string& params) {
    if (store_ != nullptr) {
        habeas_store_close(store_);
        store_ = nullptr;
    }
    return habeas_call_open(params.data(), params.size(), ask_host, this, &store_);
}

habeas_status Server::call(std::string_view method, const std::string& params,
                           habeas_string* result) {
    if (method == "open") {
        return open(params);
    }
    if (method == "close") {
        habeas_store_close(store_);
        store_ = nullptr;
        return HABEAS_OK;
    }
    return habeas_call(store_, method.data(), method.size(), params.data(), params.size(), ask_host,
                       this, result);
}

void Server::serve(const Line& line) {
    if (line.too_long) {
        answer_error("null", HABEAS_E_INVALID, "line",
                     "the line is longer than " + std::to_string(max_line_) +
                         " bytes; send less at once, or begin with --max-line");
        return;
    }
    if (const auto request = plain_request(line.text)) {
        serve(request->id, request->method, request->params);
        return;
    }
    const Json given = Json::parse(line.text, nullptr, false);
    if (!given.is_object()) {
        answer_error("null", HABEAS_E_INVALID, "line", "no JSON object");
        return;
    }
    const std::string id = given.contains("id") ? dump(given["id"]) : "null";
    for (const auto& each : given.items()) {
        if (each.key() != "id" && each.key() != "method" && each.key() != "params") {
            answer_error(id, HABEAS_E_INVALID, "/" + each.key(),
                         "a line has id, method and params");
            return;
        }
    }
    if (!given.contains("method") || !given["method"].is_string()) {
        answer_error(id, HABEAS_E_INVALID, "/method", "write the name of a method");
        return;
    }
    serve(id, given["method"].get<std::string>(),
          given.contains("params") ? dump(given["params"]) : "{}");
}

void Server::serve(const std::string& id, const std::string& method, const std::string& params) {
    habeas_string result{};
    const habeas_status status = call(method, params, &result);
    if (status == HABEAS_OK && result.data == nullptr) {
        answer(id, status, "null");
    } else {
        answer(id, status, {result.data, result.size});
    }
    habeas_string_free(&result);
}

void Server::run() {
    write_line(
        Json{{"habeas", habeas_version()}, {"protocol", protocol}, {"max_line", max_line_}}.dump());
    while (!ended_ && stopped == 0) {
        if (const auto line = read_line()) {
            serve(*line);
        }
    }
}

} // namespace habeas::cli
