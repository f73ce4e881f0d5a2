#include "words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace habeas::cli {
extern const char report_words[]; ///< words.json
}

namespace habeas::cli::report {
namespace {

const nlohmann::json& all_words() {
    static const nlohmann::json words = nlohmann::json::parse(report_words);
    return words;
}

} // namespace

const Words& Words::of(std::string_view language) {
    static const std::map<std::string, Words, std::less<>> all = [] {
        std::map<std::string, Words, std::less<>> made;
        for (const auto& [tag, words] : all_words().items()) {
            made.emplace(tag, Words(tag, words));
        }
        return made;
    }();
    auto found = all.find(language.substr(0, language.find('-')));
    return found != all.end() ? found->second : all.find("en")->second;
}

const nlohmann::json& Words::ui_all() const {
    return (*words_)["ui"];
}

const std::string& Words::ui(std::string_view key) const {
    auto found = ui_all().find(key);
    if (found == ui_all().end()) {
        throw Error(Errc::internal, fmt::format("words.json lacks {}/ui/{}", tag_, key));
    }
    return found->get_ref<const std::string&>();
}

std::string Words::counted(std::string_view key, Count count) const {
    const auto& forms = (*words_)["counted"];
    auto found = forms.find(key);
    if (found == forms.end()) {
        throw Error(Errc::internal, fmt::format("words.json lacks {}/counted/{}", tag_, key));
    }
    return fill(found->at(count == 1 ? 0 : 1).get<std::string>(), {{"n", number(count)}});
}

std::string Words::name(const char* table, std::string_view key) const {
    const auto& names = (*words_)[table];
    auto found = names.find(key);
    return found == names.end() ? std::string(key) : found->get<std::string>();
}

std::string Words::number(Count count) const {
    std::string digits = std::to_string(count);
    const auto& separator = ui("thousands");
    std::size_t first = digits[0] == '-' ? 1 : 0;
    for (std::size_t at = digits.size(); at > first + 3;) {
        at -= 3;
        digits.insert(at, separator);
    }
    return digits;
}

std::string Words::percent(Count part, Count whole) const {
    if (whole <= 0) {
        return "–";
    }
    double share = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    std::string text;
    if (part == 0 || part == whole) {
        text = fmt::format("{:.0f}", share);
    } else if (share < 0.1) {
        text = "< 0.1";
    } else if (share > 99.9) {
        text = "> 99.9";
    } else {
        text = fmt::format("{:.1f}", share);
    }
    if (auto point = text.find('.'); point != std::string::npos) {
        text.replace(point, 1, ui("decimal"));
    }
    return fill(ui("percent"), {{"n", text}});
}

std::string Words::month(Month month) const {
    return fmt::format("{} {}", (*words_)["months"].at(month % 12).get<std::string>(), month / 12);
}

std::string Words::month_short(Month month) const {
    return fmt::format("{} {:02}", (*words_)["months_short"].at(month % 12).get<std::string>(),
                       month / 12 % 100);
}

std::string Words::date(Time time) const {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(time));
    return fill(ui("date"), {{"day", std::to_string(static_cast<unsigned>(day.day()))},
                             {"month", month(month_of(time))}});
}

std::string Words::date_time(Time time) const {
    std::chrono::hh_mm_ss clock(time - std::chrono::floor<std::chrono::days>(time));
    return fill(ui("date_time"), {{"date", date(time)},
                                  {"time", fmt::format("{:02}:{:02}", clock.hours().count(),
                                                       clock.minutes().count())}});
}

std::string Words::duration(std::string_view iso) const {
    std::string text;
    std::string number;
    bool time_part = false;
    for (char c : iso) {
        if (c >= '0' && c <= '9') {
            number += c;
        } else if (c == 'T') {
            time_part = true;
        } else if (c != 'P') {
            std::string unit(1, time_part && c == 'M' ? 'm' : c);
            const auto& units = (*words_)["units"];
            if (number.empty() || !units.contains(unit)) {
                return std::string(iso);
            }
            text += (text.empty() ? "" : ", ") + number + " " +
                    units[unit].at(number == "1" ? 0 : 1).get<std::string>();
            number.clear();
        }
    }
    return text.empty() ? std::string(iso) : text;
}

std::string Words::fill(const std::string& text, Values values) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text[at] == '{' ? text.find('}', at) : std::string::npos;
        const std::pair<std::string_view, std::string_view>* found = nullptr;
        if (end != std::string::npos) {
            std::string_view name(text.data() + at + 1, end - at - 1);
            for (const auto& value : values) {
                if (value.first == name) {
                    found = &value;
                }
            }
        }
        if (found) {
            out += found->second;
            at = end + 1;
        } else {
            out += text[at++];
        }
    }
    return out;
}

std::string escape(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') {
                out += "\xEF\xBF\xBD";
            } else {
                out += c;
            }
        }
    }
    return out;
}

} // namespace habeas::cli::report
