#include "habeas/gateway.hpp"

#include <sodium.h>

namespace habeas {

Credentials::Credentials(std::string user_name, std::string password)
    : user(std::move(user_name)), secret(std::move(password)) {}

Credentials::~Credentials() {
    sodium_memzero(secret.data(), secret.size());
}

} // namespace habeas
