// Organisations and who belongs to them.
#include "convert.hpp"
#include "store_object.hpp"
#include "subject_json.hpp"

using namespace habeas::capi;
using habeas::Blank;
using habeas::FieldOwner;
using habeas::Organisations;

extern "C" {

habeas_status habeas_organisation_create(habeas_store* store, const char* input, size_t input_size,
                                         int64_t* organisation) {
    return guard([&] {
        expect(organisation, "organisation");
        const auto wanted = organisation_from_json(parse_document(input, input_size, "input"));
        *organisation = number(Organisations(StoreUse(store).store()).create(wanted.organisation));
    });
}

habeas_status habeas_organisation_update(habeas_store* store, int64_t organisation,
                                         const char* input, size_t input_size, int32_t blank,
                                         int64_t version) {
    return guard([&] {
        auto wanted = organisation_from_json(parse_document(input, input_size, "input"));
        const Blank blanks = enum_in(blank, Blank::overwrite, "blank");
        if (version < 0) {
            refuse_argument("version", "negative");
        }
        wanted.organisation.id = organisation_in(organisation);
        wanted.organisation.version = version;
        const StoreUse use(store);
        habeas::Transaction transaction = use.store().transaction();
        Organisations organisations(use.store());
        if (!wanted.names_external) { // what the input does not name stays
            wanted.organisation.external = organisations.get(wanted.organisation.id).external;
        }
        organisations.update(wanted.organisation, blanks);
        transaction.commit();
    });
}

habeas_status habeas_organisation_get(habeas_store* store, int64_t organisation,
                                      habeas_string* document) {
    return guard([&] {
        expect(document, "document");
        const StoreUse use(store);
        const auto found = Organisations(use.store()).get(organisation_in(organisation));
        give_json(document,
                  organisation_to_json(found, MoneyScales(use.store(), FieldOwner::organisation)));
    });
}

habeas_status habeas_organisation_find(habeas_store* store, const char* external,
                                       size_t external_size, int64_t* organisation) {
    return guard([&] {
        expect(organisation, "organisation");
        const std::string wanted = string_in(external, external_size, "external");
        if (const auto found = Organisations(StoreUse(store).store()).find(wanted)) {
            *organisation = number(*found);
        }
    });
}

habeas_status habeas_organisation_remove(habeas_store* store, int64_t organisation) {
    return guard(
        [&] { Organisations(StoreUse(store).store()).remove(organisation_in(organisation)); });
}

habeas_status habeas_organisation_link(habeas_store* store, int64_t organisation, int64_t subject,
                                       const char* role, size_t role_size, int32_t primary) {
    return guard([&] {
        habeas::Membership membership;
        membership.organisation = organisation_in(organisation);
        membership.role = string_in(role, role_size, "role");
        membership.primary = flag_in(primary, "primary");
        Organisations(StoreUse(store).store()).link(subject_in(subject), membership);
    });
}

habeas_status habeas_organisation_unlink(habeas_store* store, int64_t organisation,
                                         int64_t subject) {
    return guard([&] {
        Organisations(StoreUse(store).store())
            .unlink(subject_in(subject), organisation_in(organisation));
    });
}

habeas_status habeas_organisation_of(habeas_store* store, int64_t subject,
                                     habeas_string* memberships) {
    return guard([&] {
        expect(memberships, "memberships");
        Json out = Json::array();
        for (const habeas::Membership& each :
             Organisations(StoreUse(store).store()).of(subject_in(subject))) {
            out.push_back({{"organisation", number(each.organisation)},
                           {"role", each.role},
                           {"primary", each.primary}});
        }
        give_json(memberships, out);
    });
}

habeas_status habeas_organisation_members(habeas_store* store, int64_t organisation,
                                          habeas_string* subjects) {
    return guard([&] {
        expect(subjects, "subjects");
        const StoreUse use(store);
        give_json(subjects,
                  numbers_json(Organisations(use.store()).members(organisation_in(organisation))));
    });
}
}
