#include "outbox/gateways/transfer.hpp"

#include "base/files.hpp"

#include <mutex>
#include <new>
#include <string_view>

namespace habeas::outbox {

CurlHandle make_curl(const char* protocol) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    const curl_version_info_data* info = curl_version_info(CURLVERSION_NOW);
    bool known = (info->features & CURL_VERSION_SSL) != 0;
    if (known) {
        known = false;
        for (const char* const* each = info->protocols; *each != nullptr; ++each) {
            known = known || std::string_view(*each) == protocol;
        }
    }
    if (!known) {
        throw Error(Errc::unsupported,
                    "the libcurl of this system cannot speak " + std::string(protocol) +
                        " with TLS; install a complete one",
                    "gateway");
    }
    CurlHandle out(curl_easy_init());
    if (!out) {
        throw std::bad_alloc();
    }
    return out;
}

void append(CurlList& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) {
        throw std::bad_alloc();
    }
    (void)list.release(); // it is in the longer one
    list.reset(longer);
}

void prepare(CURL* curl, const char* protocol, const std::string& url, const std::string& ca_file,
             const GatewayTimes& times, const Credentials& credentials) {
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocol);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(times.connect.count()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(times.message.count()));
    curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                     static_cast<long>((times.message.count() + 999) / 1000));
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!ca_file.empty()) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
        curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    }
    if (!credentials.user.empty()) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, credentials.user.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, credentials.secret.c_str());
    }
}

std::string word_for(CURLcode code) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return "name_not_found";
    case CURLE_COULDNT_CONNECT:
        return "connect";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
        return "certificate";
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
        return "tls";
    case CURLE_LOGIN_DENIED:
    case CURLE_AUTH_ERROR:
        return "login";
    case CURLE_OPERATION_TIMEDOUT:
        return "time_out";
    default:
        return "connection_lost";
    }
}

std::string sentence_for(CURLcode code) {
    const std::string word = word_for(code);
    if (word == "name_not_found") {
        return "no server of this name is known; look at the host";
    }
    if (word == "connect") {
        return "nobody answers there; look at host and port";
    }
    if (word == "certificate") {
        return "the server's certificate is not that of a trusted authority for this name; look at "
               "the host and ca_file";
    }
    if (word == "tls") {
        return "the server does not encrypt as wanted; look at tls and port";
    }
    if (word == "login") {
        return "the server does not accept the credentials, or no way to log in that is known here";
    }
    if (word == "time_out") {
        return "the server did not answer in time";
    }
    return "the connection ended too early";
}

void check_times(const GatewayTimes& times) {
    constexpr std::chrono::milliseconds least(1), most = std::chrono::hours(1);
    if (times.connect < least || times.connect > most || times.message < least ||
        times.message > most) {
        throw Error(Errc::invalid, "times: write 1 ms to one hour", "times");
    }
}

void check_ca_file(const std::string& path) {
    if (!path.empty()) {
        (void)base::open_file(path, base::OpenMode::read, "ca_file");
    }
}

} // namespace habeas::outbox
