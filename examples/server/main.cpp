// A small HTTP server around habeas: forms, the pages behind links in mails, one-click unsubscribe
// and what Mailjet calls back.
// usage: habeas_server STORE [PORT [ADDRESS]]   0 is any free port; 127.0.0.1 unless said
//
// It speaks plain HTTP: put it behind a server that does TLS, and set base_url to that one's
// address. It sends nothing: `habeas outbox run` does.
#include <habeas/habeas.hpp>

#include <httplib.h>

#include <cctype>
#include <csignal>
#include <iostream>
#include <mutex>
#include <thread>

using namespace habeas;
using HttpRequest = httplib::Request;
using HttpResponse = httplib::Response;

namespace {

constexpr std::size_t max_body = std::size_t{1} << 20;

std::string escape(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        default:
            out += c;
        }
    }
    return out;
}

/// The first of Accept-Language.
std::string language_of(const HttpRequest& request) {
    const std::string wanted = request.get_header_value("Accept-Language");
    return wanted.substr(0, wanted.find_first_of(",;"));
}

std::string percent_encoded(const std::string& text) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0) {
            out += c;
        } else {
            out += {'%', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    return out;
}

/// httplib takes multipart/form-data apart, which mail programs may send too (RFC 8058).
std::string body_of(const HttpRequest& request) {
    if (!request.is_multipart_form_data()) {
        return request.body;
    }
    std::string out;
    for (const auto& [name, part] : request.files) {
        out += percent_encoded(name) + "=" + percent_encoded(part.content) + "&";
    }
    return out;
}

/// The shop's own page around a form.
void show(HttpResponse& response, const std::string& language, const std::string& content,
          int status = 200) {
    response.status = status;
    response.set_header("Content-Security-Policy",
                        "default-src 'none'; form-action 'self'; frame-ancestors 'none'");
    response.set_header("Referrer-Policy", "no-referrer");
    response.set_content("<!doctype html>\n<html lang=\"" + escape(language) +
                             "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                             "content=\"width=device-width, initial-scale=1\">\n"
                             "<title>Example Shop</title>\n</head>\n<body>\n<main>\n"
                             "<h1>Example Shop</h1>\n" +
                             content + "\n</main>\n</body>\n</html>\n",
                         "text/html; charset=utf-8");
}

void show(HttpResponse& response, const Page& page) {
    response.status = page.status;
    std::string type = "text/html; charset=utf-8";
    for (const auto& [name, value] : page.headers) {
        if (name == "Content-Type") {
            type = value;
        } else {
            response.set_header(name, value);
        }
    }
    response.set_content(page.html, type);
}

class Site {
  public:
    explicit Site(const std::string& path) : store_(Store::open(path)) {
        store_.set_actor({Actor::Kind::system, "server", "pages and callbacks"});
    }

    void routes(httplib::Server& server) {
        server.Get(R"(/form/([a-z0-9_]+))", guarded(&Site::form));
        server.Post(R"(/form/([a-z0-9_]+))", guarded(&Site::submission));
        const char* pages = R"(/(unsubscribe|preferences|confirm|request)/.*)";
        server.Get(pages, guarded(&Site::page));
        server.Post(pages, guarded(&Site::answer));
        server.Post(R"(/events/mailjet/(.*))", guarded(&Site::events));
    }

  private:
    using Handler = void (Site::*)(const HttpRequest&, HttpResponse&);

    /// One handle, one thread at a time. What fails says its code alone: paths hold tokens.
    httplib::Server::Handler guarded(Handler handler) {
        return [this, handler](const HttpRequest& request, HttpResponse& response) {
            const std::scoped_lock alone(mutex_);
            try {
                (this->*handler)(request, response);
            } catch (const Error& error) {
                response.status = error.code() == Errc::not_found ? 404
                                  : error.code() == Errc::invalid ? 400
                                  : error.code() == Errc::busy    ? 503
                                                                  : 500;
                std::cerr << errc_name(error.code()) << std::endl;
            }
        };
    }

    void form(const HttpRequest& request, HttpResponse& response) {
        RenderOptions options;
        options.language = language_of(request);
        const RenderedForm form = Forms(store_).render(request.matches[1], options);
        show(response, form.language, form.html);
    }

    void submission(const HttpRequest& request, HttpResponse& response) {
        const std::string code = request.matches[1];
        SubmissionContext context;
        context.ip = request.remote_addr; // behind a proxy: what that one says
        context.user_agent = request.get_header_value("User-Agent").substr(0, 200);
        context.language = language_of(request);
        context.page = "/form/" + code;
        const SubmissionResult sent = Forms(store_).submit(code, request.params, context);
        RenderOptions options;
        options.language = context.language;
        switch (sent.outcome) {
        case SubmissionResult::Outcome::accepted:
            if (!sent.redirect.empty()) {
                response.set_redirect(sent.redirect, 303);
                return;
            }
            show(response, "en", "<p role=\"status\">" + escape(sent.message) + "</p>");
            return;
        case SubmissionResult::Outcome::rate_limited:
            response.status = 429;
            return;
        case SubmissionResult::Outcome::invalid:
            break;
        }
        options.values = request.params;
        options.errors = sent.errors;
        const RenderedForm again = Forms(store_).render(code, options);
        show(response, again.language, again.html, 422);
    }

    static PageRequest asked(const HttpRequest& request) {
        return {request.path, request.get_header_value("Accept-Language"), request.remote_addr,
                request.get_header_value("User-Agent").substr(0, 200)};
    }
    void page(const HttpRequest& request, HttpResponse& response) {
        show(response, Preferences(store_).get(asked(request)));
    }
    void answer(const HttpRequest& request, HttpResponse& response) {
        show(response, Preferences(store_).post(asked(request), body_of(request)));
    }

    /// Mailjet is told this address: base_url/events/mailjet/ and what `habeas event secret` says.
    void events(const HttpRequest& request, HttpResponse& response) {
        Deliveries deliveries(store_);
        if (!deliveries.is_secret(std::string(request.matches[1]))) {
            response.status = 404;
            return;
        }
        deliveries.ingest_mailjet(request.body); // invalid: 400, and it comes again
    }

    Store store_;
    std::mutex mutex_;
};

int serve(const std::string& store, int port, const std::string& address) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr); // all threads: the one below waits for them

    Site site(store);
    httplib::Server server;
    server.set_payload_max_length(max_body);
    server.set_read_timeout(10);
    site.routes(server);
    const int bound = port == 0 ? server.bind_to_any_port(address)
                                : (server.bind_to_port(address, port) ? port : -1);
    if (bound <= 0) {
        std::cerr << "cannot listen at " << address << ", port " << port << "\n";
        return 1;
    }
    std::cout << "http://" << address << ":" << bound << std::endl;
    std::thread([&server, ends] {
        int which = 0;
        sigwait(&ends, &which);
        server.stop();
    }).detach();
    return server.listen_after_bind() ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2 || argc > 4) {
        std::cerr << "usage: habeas_server STORE [PORT [ADDRESS]]\n";
        return 2;
    }
    try {
        return serve(argv[1], argc > 2 ? std::stoi(argv[2]) : 8080,
                     argc > 3 ? argv[3] : "127.0.0.1");
    } catch (const Error& error) {
        std::cerr << errc_name(error.code()) << ": " << error.what() << "\n";
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
    }
    return 1;
}
