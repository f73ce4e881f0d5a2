// Older files put back: what the restore journal does to erasures.
#include "catch.hpp"
#include "support/store.hpp"

#include "habeas/habeas.hpp"
#include "store/engine.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

namespace erasure_restore_test {

using namespace habeas;
using habeas::test::TestStore;
using nlohmann::json;

namespace {

SubjectId person(Store& store, const std::string& email) {
    SubjectInput input;
    input.fields["email"] = email;
    input.fields["last_name"] = std::string("Kvistgaard");
    return Subjects(store).create(input);
}

std::optional<SubjectId> find(Store& store, const std::string& email) {
    return Subjects(store).find({IdentifierKind::email, "", email});
}

Errc get(Store& store, SubjectId id) {
    try {
        (void)Subjects(store).get(id);
    } catch (const Error& e) {
        return e.code();
    }
    return Errc{};
}

void keep_copy(TestStore& t) {
    t.close();
    std::filesystem::copy_file(t.path(), t.folder.file("yesterday"),
                               std::filesystem::copy_options::overwrite_existing);
    t.reopen();
}

void put_back(TestStore& t) {
    t.close();
    std::filesystem::copy_file(t.folder.file("yesterday"), t.path(),
                               std::filesystem::copy_options::overwrite_existing);
    t.reopen();
}

bool errors(Store& store) {
    return !store.verify().ok();
}

} // namespace

TEST_CASE("erasure: yesterday's file shows nobody who was erased since", "[erasure][restore]") {
    TestStore t(TestStore::on_disk);
    const auto id = person(t.store, "zoe.quartz@example.org");
    const auto other = person(t.store, "other@example.org");
    keep_copy(t);
    const auto result = Erasure(t.store).execute(id);
    put_back(t);
    CHECK(get(t.store, id) == Errc::erased);
    CHECK(get(t.store, other) == Errc{});
    CHECK_FALSE(find(t.store, "zoe.quartz@example.org"));
    CHECK(Consent(t.store).suppressed({IdentifierKind::email, "", "zoe.quartz@example.org"}));
    const json receipt = json::parse(Erasure(t.store).receipt(id));
    CHECK(receipt["id"] == json::parse(result.receipt)["id"]);
    CHECK(receipt["ground"] == "17(1)(b)");
    CHECK(receipt["replayed"] == true);
    CHECK_FALSE(errors(t.store));
    t.store.tick();
    VerifyOptions look;
    look.residue = {"zoe.quartz@example.org"};
    CHECK(t.store.verify(look).ok());
    // Once more, now with a file that knows the replay.
    t.reopen();
    CHECK(get(t.store, id) == Errc::erased);
    put_back(t);
    CHECK(get(t.store, id) == Errc::erased);
    CHECK_FALSE(errors(t.store));
}

TEST_CASE("erasure: without suppression a replay adds none", "[erasure][restore]") {
    TestStore t(TestStore::on_disk);
    const auto id = person(t.store, "zoe.quartz@example.org");
    keep_copy(t);
    ErasureOptions options;
    options.suppress = false;
    Erasure(t.store).execute(id, options);
    put_back(t);
    CHECK(get(t.store, id) == Errc::erased);
    CHECK(Consent(t.store).suppression_count() == 0);
}

TEST_CASE("erasure: numbers that the older file never knew answer erased", "[erasure][restore]") {
    TestStore t(TestStore::on_disk);
    person(t.store, "first@example.org");
    keep_copy(t);
    const auto late = person(t.store, "late@example.org");
    Erasure(t.store).execute(late);
    put_back(t);
    CHECK(get(t.store, late) == Errc::erased);
    CHECK_NOTHROW((void)Erasure(t.store).receipt(late));
    CHECK_FALSE(errors(t.store));
}

TEST_CASE("erasure: the newest erased, yesterday's file restored: no number comes twice",
          "[erasure][restore]") {
    TestStore t(TestStore::on_disk);
    std::set<SubjectId> given;
    for (int i = 0; i < 5; ++i) {
        given.insert(person(t.store, "p" + std::to_string(i) + "@example.org"));
    }
    keep_copy(t);
    for (int i = 5; i < 30; ++i) {
        given.insert(person(t.store, "p" + std::to_string(i) + "@example.org"));
    }
    const auto newest = *given.rbegin();
    Erasure(t.store).execute(newest);
    put_back(t);
    CHECK(get(t.store, newest) == Errc::erased);
    for (int i = 0; i < 1000; ++i) {
        const auto id = person(t.store, "n" + std::to_string(i) + "@example.org");
        CHECK(given.insert(id).second);
    }
    CHECK_FALSE(errors(t.store));
}

TEST_CASE("erasure: a merge that the older file lacks does not save the merged number",
          "[erasure][restore]") {
    TestStore t(TestStore::on_disk);
    const auto keep = person(t.store, "keep@example.org");
    const auto gone = person(t.store, "gone@example.org");
    keep_copy(t);
    Subjects(t.store).merge(keep, gone);
    Erasure(t.store).execute(gone); // the same person
    put_back(t);
    CHECK(get(t.store, keep) == Errc::erased);
    CHECK(get(t.store, gone) == Errc::erased);
    CHECK_FALSE(find(t.store, "gone@example.org"));
    CHECK_FALSE(errors(t.store));
}

TEST_CASE("erasure: whoever signs up again after an erasure is not erased by a replay",
          "[erasure][restore]") {
    TestStore t(TestStore::on_disk);
    const auto before = person(t.store, "zoe.quartz@example.org");
    const auto other = person(t.store, "other@example.org");
    t.clock.advance(std::chrono::hours(1));
    Erasure(t.store).execute(before);
    t.clock.advance(std::chrono::hours(1));
    const auto again = person(t.store, "zoe.quartz@example.org");
    keep_copy(t);
    Erasure(t.store).execute(other);
    put_back(t);
    CHECK(get(t.store, before) == Errc::erased);
    CHECK(get(t.store, other) == Errc::erased);
    CHECK(get(t.store, again) == Errc{});
    CHECK_FALSE(errors(t.store));
}

} // namespace erasure_restore_test
