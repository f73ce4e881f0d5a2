#include "catch.hpp"
#include "habeas/habeas.hpp"
#include "unit/consent/helpers.hpp"

#include <nlohmann/json.hpp>

namespace requests_rectify_test {

using namespace habeas;
using namespace habeas::test;
using nlohmann::json;

namespace {

struct Desk : Shop {
    Requests requests{store};
    SubjectId anna = person("anna@example.org");

    Desk() {
        SubjectInput before;
        before.fields["last_name"] = std::string("Wrong-Name");
        before.fields["first_name"] = std::string("Anna");
        Subjects(store).update(anna, before);
    }
    RequestId verified(RequestKind kind) {
        const RequestId id = requests.open(kind, anna, "letter");
        requests.vouch(id, "passport");
        return id;
    }
};

SubjectInput corrected() {
    SubjectInput input;
    input.fields["last_name"] = std::string("Right-Name");
    input.fields["first_name"] = std::string("Anna"); // as it is
    input.identifiers = {{IdentifierKind::external, "crm", "K-77"}};
    return input;
}

} // namespace

TEST_CASE("requests: a rectification tells before and after, and who has to be told",
          "[requests][rectify]") {
    Desk desk;
    BundleOptions lawyer;
    lawyer.recipient = "Kanzlei Adler";
    (void)Export(desk.store).access_json(desk.anna, lawyer);
    (void)Export(desk.store).access_json(desk.anna); // the person knows
    const RequestId id = desk.verified(RequestKind::rectification);
    RectifyOptions options;
    options.language = "de";
    options.note = "by letter";
    const json document = json::parse(desk.requests.rectify(id, corrected(), options));
    CHECK(document["preview"] == false);
    REQUIRE(document["changes"].size() == 2);
    CHECK(document["changes"][0]["name"] == "last_name");
    CHECK(document["changes"][0]["before"] == "Wrong-Name");
    CHECK(document["changes"][0]["after"] == "Right-Name");
    CHECK(document["changes"][1]["name"] == "external:crm");
    CHECK(document["changes"][1]["before"].is_null());
    REQUIRE(document["recipients"].size() == 1);
    CHECK(document["recipients"][0]["recipient"] == "Kanzlei Adler");

    CHECK(desk.requests.get(id).state == RequestState::fulfilled);
    const std::string note = desk.requests.steps(id).back().note;
    CHECK(note == "by letter: last_name, external:crm"); // no value is kept
    CHECK(desk.store.verify().ok());
}

TEST_CASE("requests: the preview of a rectification changes nothing", "[requests][rectify]") {
    Desk desk;
    const RequestId id = desk.verified(RequestKind::rectification);
    RectifyOptions options;
    options.preview = true;
    const json document = json::parse(desk.requests.rectify(id, corrected(), options));
    CHECK(document["preview"] == true);
    CHECK(document["changes"].size() == 2);
    CHECK(desk.requests.get(id).state == RequestState::verified);
    CHECK(Subjects(desk.store).get(desk.anna).fields.at("last_name") ==
          Value(std::string("Wrong-Name")));
}

TEST_CASE("requests: nothing is rectified without a verified request that differs",
          "[requests][rectify]") {
    Desk desk;
    const RequestId open = desk.requests.open(RequestKind::rectification, desk.anna, "letter");
    auto rectify = [&](RequestId id, const SubjectInput& input) {
        return code_of([&] { (void)desk.requests.rectify(id, input); });
    };
    CHECK(rectify(open, corrected()) == Errc::denied);
    desk.requests.vouch(open, "passport");
    CHECK(rectify(open, {}) == Errc::invalid);
    CHECK(rectify(desk.verified(RequestKind::access), corrected()) == Errc::invalid);
    CHECK(rectify(RequestId{999}, corrected()) == Errc::not_found);
    SubjectInput wrong;
    wrong.fields["email"] = std::string("no address");
    CHECK(rectify(open, wrong) == Errc::invalid);
    CHECK(desk.requests.get(open).state == RequestState::verified);
    CHECK(Subjects(desk.store).get(desk.anna).fields.at("last_name") ==
          Value(std::string("Wrong-Name")));
}

} // namespace requests_rectify_test
