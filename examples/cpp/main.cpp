// The core steps of habeas in C++: from a CSV of contacts to a decision, a bundle and an erasure.
// usage: example DATA FOLDER    DATA: examples/data; FOLDER: a new folder for the store
#include <habeas/habeas.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace habeas;

namespace {

std::string read_file(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// Of the forty columns of the file these few; the others are left out.
ImportOptions columns() {
    ImportOptions options;
    options.columns = {{"id", "external:mautic", ""}, {"firstname", "first_name", ""},
                       {"lastname", "last_name", ""}, {"email", "email", ""},
                       {"mobile", "phone", ""},       {"country", "country", ""},
                       {"address1", "address1", ""},  {"birthday", "date_of_birth", ""}};
    return options;
}

/// A form was sent: what the person saw and how they agreed is kept as evidence.
ConsentEvent sign_up(SubjectId subject) {
    ConsentEvent event;
    event.subject = subject;
    event.purpose = "newsletter";
    event.channel = Channel::email;
    event.kind = EventKind::granted;
    event.evidence.method = "form";
    event.evidence.text_version = 2;
    event.evidence.language = "de";
    event.evidence.form = "footer";
    event.evidence.ip = "192.0.2.14"; // kept as 192.0.2.0
    return event;
}

bool run(const std::string& data, const std::string& folder) {
    std::filesystem::create_directory(folder);
    Store store = Store::create(folder + "/shop.habeas");
    store.set_actor({Actor::Kind::system, "example", "the core steps"});

    ApplyReport applied = Definitions(store).apply(read_file(data + "/definitions.json"));
    std::cout << applied.changes.size() << " definitions applied\n";

    ImportReport imported = Import(store).contacts(data + "/contacts.csv", columns());
    std::cout << imported.created << " people imported, " << imported.rejected
              << " rows rejected; nobody may be mailed yet\n";

    // A person is found by an identifier of yours, by e-mail or by telephone.
    std::optional<SubjectId> person =
        Subjects(store).find({IdentifierKind::external, "mautic", "1471"});
    if (!person) {
        throw Error(Errc::not_found, "the person of this example is not in contacts.csv");
    }
    Consent consent(store);
    Decision before = consent.may_process(*person, "newsletter", Channel::email);
    consent.record(sign_up(*person));
    Explanation after = consent.explain(*person, "newsletter", Channel::email);
    std::cout << "before the form: " << reason_code(before.reason) << "\n"
              << "after it: " << after.summary << "\n";

    // For the person: their data as a page, as JSON and CSV, and receipts of their consents.
    std::string bundle = folder + "/bundle.zip";
    if (has("archive")) { // libzip is optional
        Export(store).access_zip(*person, bundle);
    }

    VerifyOptions look;
    look.residue = {"nikolina.babic@post.example", "091/0004691", "Trg slobode 155"};
    bool there = !store.verify(look).ok(); // what is searched for must be found before

    ErasureResult erased = Erasure(store).execute(*person);
    std::cout << "erased; receipt: " << erased.receipt << "\n";

    VerifyReport report = store.verify(look); // the store's files and the bundle
    bool gone =
        report.ok() && !std::filesystem::exists(bundle) && erased.state == ErasureState::physical;
    std::cout << (there && gone ? "no byte of the person is left\n" : "something is left\n");
    return !before.allowed && after.decision.allowed && there && gone;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return argc == 3 && run(argv[1], argv[2]) ? 0 : 1;
    } catch (const Error& error) {
        std::cerr << errc_name(error.code()) << ": " << error.what() << "\n";
        return 1;
    }
}
