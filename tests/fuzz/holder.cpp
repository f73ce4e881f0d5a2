// covers: src/holders/definition.cpp src/holders/declared.cpp
// Laws of declared holders: a refusal names a place in the JSON; what is accepted is given back as
// it was; whatever it names, calling it ends and keeps other people's rows as they are.
#include "fuzz.hpp"

#include "habeas/habeas.hpp"
#include "holders/declared.hpp"
#include "store/foreign.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

using namespace habeas;

namespace {

class World {
  public:
    World() {
        std::string pattern = (std::filesystem::temp_directory_path() / "habeas-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data()) != nullptr ? pattern : std::string();
        path_ = folder_ + "/holder.db";
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    /// Two people, of whom 7 is the one who is looked for.
    void fill() {
        std::ofstream(path_, std::ios::trunc).close();
        store::ForeignTransaction tx(path_, store::ForeignTransaction::Access::write);
        tx.db().exec("CREATE TABLE t(id INTEGER, k TEXT, a, b, d); INSERT INTO t VALUES"
                     "(7, 'anna@example.org', 'x', 1.5, '2020-01-01'), (7, 'Anna@example.org', "
                     "x'00ff', NULL, '2090-01-01'), (7, 'anna@example.org', 3, 'y', 1000), (8, "
                     "'ben@example.org', 'x', 'y', '2020-01-01')");
        tx.commit();
    }
    std::string others() {
        store::ForeignTransaction tx(path_, store::ForeignTransaction::Access::read);
        return tx.db()
            .scalar("SELECT group_concat(id || k || a || b || d) FROM t WHERE id = 8")
            .value_or("gone");
    }
    [[nodiscard]] const std::string& path() const { return path_; }
    Store store = Store::in_memory();

  private:
    std::string folder_, path_;
};

/// All pages, as far as the database does not refuse (no such column).
void call(const holders::Database& database, HolderOperation operation) {
    HolderCall call;
    call.subject = SubjectId{7};
    call.operation = operation;
    call.fields = R"({"last_name":"N","city":null})";
    call.identifiers = {{IdentifierKind::email, "", "anna@example.org", "Anna@Example.org"},
                        {IdentifierKind::external, "shop", "7", "7"}};
    constexpr std::int64_t now = 1'780'000'000'000;
    for (int page = 0;; ++page) {
        fuzz::require(page < 1000, "pages end");
        try {
            static_cast<void>(holders::count_declared(database, call, now));
            const HolderAnswer answer = holders::call_declared(database, call, now);
            fuzz::require(answer.data.empty() || nlohmann::json::accept(answer.data),
                          "data is JSON");
            call.cursor = answer.next;
        } catch (const Error&) {
            return;
        }
        if (call.cursor.empty()) {
            return;
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static World world;
    const std::string text(fuzz::view(data, size));
    DataHolders all(world.store);
    try {
        all.define(text);
    } catch (const Error& error) {
        fuzz::require(error.code() == Errc::invalid, "a holder is refused as invalid");
        fuzz::require(error.where().empty() || error.where().front() == '/',
                      "a refusal names a JSON pointer");
        return 0;
    }
    const nlohmann::json given = nlohmann::json::parse(text);
    const std::string code = given.at("code").get<std::string>();
    const HolderInfo known = all.find(code).value();
    fuzz::require(nlohmann::json::parse(known.definition) == given, "it is kept as it was given");
    fuzz::require(!known.operations.empty(), "it can be asked something");
    all.remove(code);
    auto definition = holders::read_definition(given, "");
    if (!definition.database) {
        return 0;
    }
    definition.database->path = world.path();
    world.fill();
    const std::string others = world.others();
    for (const HolderOperation operation :
         {HolderOperation::export_data, HolderOperation::restrict_data, HolderOperation::rectify,
          HolderOperation::lift}) {
        call(*definition.database, operation);
    }
    for (int again = 0; again < 2; ++again) {
        call(*definition.database, HolderOperation::erase);
    }
    fuzz::require(world.others() == others, "other people's rows stay as they are");
    return 0;
}
