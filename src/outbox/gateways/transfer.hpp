// libcurl, as both gateways use it.
#pragma once

#include "habeas/gateway.hpp"

#include <curl/curl.h>

#include <memory>
#include <string>

namespace habeas::outbox {

struct CurlDelete {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using CurlHandle = std::unique_ptr<CURL, CurlDelete>;
using CurlList = std::unique_ptr<curl_slist, CurlDelete>;

/// Errc::out_of_memory, Errc::unsupported where this libcurl lacks TLS or the protocol.
CurlHandle make_curl(const char* protocol);
/// A list that takes one more. Errc::out_of_memory.
void append(CurlList& list, const std::string& line);

/// Forgets the options of the last transfer, keeps its connection, and sets what each has:
/// certificates checked, no signals, times, no other protocol than this.
void prepare(CURL* curl, const char* protocol, const std::string& url, const std::string& ca_file,
             const GatewayTimes& times, const Credentials& credentials);

/// A short word: "connect", "tls", "certificate", "login", "time_out", "connection_lost".
std::string word_for(CURLcode code);
/// The same for people, with what to look at.
std::string sentence_for(CURLcode code);

/// Errc::invalid for times that are nothing, and for a certificate file that cannot be read.
void check_times(const GatewayTimes& times);
void check_ca_file(const std::string& path);

} // namespace habeas::outbox
