// Segments: saved filters over subjects, and who is in them; tags.
#include "habeas/segment.hpp"

#include "convert.hpp"
#include "cursor.hpp"
#include "write.hpp"

using namespace habeas::capi;
using habeas::Segments;
using habeas::SubjectId;
using habeas::Tags;

namespace {

habeas::Segment segment_in(const char* data, std::size_t size) {
    const Json document = parse_document(data, size, "segment");
    ObjectReader in(document, "");
    habeas::Segment out;
    in.read("code", out.code);
    in.read("labels", out.labels);
    if (const Json* filter = in.find("filter")) {
        out.filter = filter->dump();
    }
    in.read("live", out.live);
    in.read("vouched", out.vouched);
    in.finish();
    return out;
}

/// A place in the filter's own JSON begins with "/"; members of the segment do not.
void define_segment(habeas::Store& store, const habeas::Segment& segment) {
    try {
        Segments(store).define(segment);
    } catch (const habeas::Error& error) {
        const std::string& where = error.where();
        if (!where.starts_with('/')) {
            throw;
        }
        std::string said = error.what();
        if (said.starts_with(where + ": ")) {
            said.erase(0, where.size() + 2);
        }
        throw habeas::Error(error.code(), "/filter" + where + ": " + said, "/filter" + where,
                            error.sqlite_code());
    }
}

Json info_json(const habeas::SegmentInfo& info) {
    const habeas::Segment& segment = info.segment;
    Json definition{{"code", segment.code}, {"labels", texts_json(segment.labels)}};
    definition["filter"] = segment.filter.empty() ? Json(nullptr) : parse_own(segment.filter);
    definition["live"] = segment.live;
    definition["vouched"] = segment.vouched;
    return {{"segment", std::move(definition)},
            {"members", info.members},
            {"refreshed_at", time_json(info.refreshed_at)}};
}

Json report_json(const habeas::RefreshReport& report) {
    return {{"segment", report.segment},
            {"added", numbers_json(report.added)},
            {"removed", numbers_json(report.removed)},
            {"full", report.full}};
}

Json explanation_json(const habeas::SegmentExplanation& why) {
    Json steps = Json::array();
    for (const auto& each : why.steps) {
        steps.push_back({{"pointer", each.pointer},
                         {"question", each.question},
                         {"holds", each.holds},
                         {"depth", each.depth}});
    }
    return {{"sql", why.sql},         {"plan", why.plan},     {"steps", std::move(steps)},
            {"matches", why.matches}, {"manual", why.manual}, {"member", why.member}};
}

} // namespace

extern "C" {

habeas_status habeas_segment_define(habeas_store* store, const char* segment, size_t segment_size) {
    return guard([&] {
        const habeas::Segment wanted = segment_in(segment, segment_size);
        define_segment(StoreUse(store).store(), wanted);
    });
}

habeas_status habeas_segment_remove(habeas_store* store, const char* code, size_t code_size) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Segments(StoreUse(store).store()).remove(which);
    });
}

habeas_status habeas_segment_list(habeas_store* store, habeas_string* segments) {
    return guard([&] {
        expect(segments, "segments");
        Json out = Json::array();
        for (const habeas::SegmentInfo& each : Segments(StoreUse(store).store()).list()) {
            out.push_back(info_json(each));
        }
        give_json(segments, out);
    });
}

habeas_status habeas_segment_find(habeas_store* store, const char* code, size_t code_size,
                                  habeas_string* info) {
    return guard([&] {
        expect(info, "info");
        const std::string which = string_in(code, code_size, "code");
        const auto found = Segments(StoreUse(store).store()).find(which);
        if (!found) {
            throw habeas::Error(habeas::Errc::not_found, "there is no such segment", "code");
        }
        give_json(info, info_json(*found));
    });
}

habeas_status habeas_segment_refresh(habeas_store* store, const char* code, size_t code_size,
                                     int32_t full, habeas_string* report) {
    return guard([&] {
        expect(report, "report");
        const std::string which = string_in(code, code_size, "code");
        const bool everybody = flag_in(full, "full");
        write_and_give(store, report, [&](habeas::Store& in) {
            return report_json(Segments(in).refresh(which, everybody));
        });
    });
}

habeas_status habeas_segment_refresh_all(habeas_store* store, int32_t full,
                                         habeas_string* reports) {
    return guard([&] {
        expect(reports, "reports");
        const bool everybody = flag_in(full, "full");
        write_and_give(store, reports, [&](habeas::Store& in) {
            Json out = Json::array();
            for (const habeas::RefreshReport& each : Segments(in).refresh_all(everybody)) {
                out.push_back(report_json(each));
            }
            return out;
        });
    });
}

habeas_status habeas_segment_add(habeas_store* store, const char* code, size_t code_size,
                                 int64_t subject) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Segments(StoreUse(store).store()).add(which, subject_in(subject));
    });
}

habeas_status habeas_segment_remove_member(habeas_store* store, const char* code, size_t code_size,
                                           int64_t subject) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Segments(StoreUse(store).store()).remove_member(which, subject_in(subject));
    });
}

habeas_status habeas_segment_reset(habeas_store* store, const char* code, size_t code_size,
                                   int64_t subject) {
    return guard([&] {
        const std::string which = string_in(code, code_size, "code");
        Segments(StoreUse(store).store()).reset(which, subject_in(subject));
    });
}

habeas_status habeas_segment_contains(habeas_store* store, const char* code, size_t code_size,
                                      int64_t subject, int32_t* member) {
    return guard([&] {
        expect(member, "member");
        const std::string which = string_in(code, code_size, "code");
        *member = Segments(StoreUse(store).store()).contains(which, subject_in(subject)) ? 1 : 0;
    });
}

habeas_status habeas_segment_members(habeas_store* store, const char* code, size_t code_size,
                                     habeas_cursor** cursor) {
    return guard([&] {
        expect(cursor, "cursor");
        const std::string which = string_in(code, code_size, "code");
        std::vector<SubjectId> found;
        Segments(StoreUse(store).store()).members(which, [&found](SubjectId each) {
            found.push_back(each);
            return true;
        });
        *cursor = new_cursor(std::make_unique<NumberWalk>(store, std::move(found)));
    });
}

habeas_status habeas_segment_match(habeas_store* store, const char* filter, size_t filter_size,
                                   habeas_cursor** cursor) {
    return guard([&] {
        expect(cursor, "cursor");
        const std::string wanted = string_in(filter, filter_size, "filter");
        auto found = Segments(StoreUse(store).store()).match(wanted);
        *cursor = new_cursor(std::make_unique<NumberWalk>(store, std::move(found)));
    });
}

habeas_status habeas_segment_count(habeas_store* store, const char* filter, size_t filter_size,
                                   int64_t* count) {
    return guard([&] {
        expect(count, "count");
        const std::string wanted = string_in(filter, filter_size, "filter");
        *count = Segments(StoreUse(store).store()).count(wanted);
    });
}

habeas_status habeas_segment_explain(habeas_store* store, const char* code, size_t code_size,
                                     int64_t subject, habeas_string* explanation) {
    return guard([&] {
        expect(explanation, "explanation");
        const std::string which = string_in(code, code_size, "code");
        const auto whom = subject == 0 ? std::nullopt : std::optional(subject_in(subject));
        give_json(explanation,
                  explanation_json(Segments(StoreUse(store).store()).explain(which, whom)));
    });
}

habeas_status habeas_segment_from_glue_list(const char* list, size_t list_size,
                                            habeas_string* filter) {
    return guard([&] {
        expect(filter, "filter");
        give_string(filter, Segments::from_glue_list(string_in(list, list_size, "list")));
    });
}

habeas_status habeas_tag_add(habeas_store* store, int64_t subject, const char* tag,
                             size_t tag_size) {
    return guard([&] {
        const std::string wanted = string_in(tag, tag_size, "tag");
        Tags(StoreUse(store).store()).add(subject_in(subject), wanted);
    });
}

habeas_status habeas_tag_remove(habeas_store* store, int64_t subject, const char* tag,
                                size_t tag_size) {
    return guard([&] {
        const std::string wanted = string_in(tag, tag_size, "tag");
        Tags(StoreUse(store).store()).remove(subject_in(subject), wanted);
    });
}

habeas_status habeas_tag_of(habeas_store* store, int64_t subject, habeas_string* tags) {
    return guard([&] {
        expect(tags, "tags");
        give_json(tags, Json(Tags(StoreUse(store).store()).of(subject_in(subject))));
    });
}

habeas_status habeas_tag_list(habeas_store* store, habeas_string* tags) {
    return guard([&] {
        expect(tags, "tags");
        give_json(tags, Json(Tags(StoreUse(store).store()).list()));
    });
}
}
