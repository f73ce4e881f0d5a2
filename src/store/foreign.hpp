// Another program's SQLite file: read and changed as its owner would, in transactions of its own.
#pragma once

#include "store/connection.hpp"

#include <string>

namespace habeas::store {

/// One transaction on a file that must be there. Rolled back unless committed. The file keeps its
/// journal mode; what is deleted is overwritten (`secure_delete`). Errc::not_found, Errc::denied
/// for a store of habeas.
class ForeignTransaction {
  public:
    enum class Access : std::uint8_t { read, write };
    ForeignTransaction(const std::string& path, Access access);
    ~ForeignTransaction();
    ForeignTransaction(const ForeignTransaction&) = delete;
    ForeignTransaction& operator=(const ForeignTransaction&) = delete;
    [[nodiscard]] Connection& db() noexcept { return db_; }
    void commit();

  private:
    Connection db_;
    bool open_ = false;
};

} // namespace habeas::store
