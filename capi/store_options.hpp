// Options of opening a store, with the host's callbacks.
#pragma once

#include "store_object.hpp"

namespace habeas::capi {

/// Takes over what the callbacks keep, so that it is given back whatever happens next.
class OpenOptions {
  public:
    explicit OpenOptions(const habeas_store_options* given);
    StoreUsers users;
    StoreOptions options;

  private:
    void set_callbacks(const habeas_store_options& given);
};

/// HABEAS_E_FORKED: the parent process had this file open when it forked.
void refuse_inherited(const std::string& path);

/// A path: not empty.
std::string path_in(const char* path, std::size_t size, std::string_view name);

} // namespace habeas::capi
