// The page for the person, put together section by section; used by its own folder alone.
#pragma once

#include "exports/model.hpp"
#include "exports/strings.hpp"

#include <kainjow/mustache.hpp>

#include <string>
#include <vector>

namespace habeas::exports {

class Page {
  public:
    explicit Page(const AccessModel& model) : m_(model), s_(Strings::of(model.language)) {}
    std::string render();

  private:
    using Data = kainjow::mustache::data;
    using List = kainjow::mustache::list;
    using Object = kainjow::mustache::object;

    // The sections; each fills its members of the template's data.
    void controller();
    void person();
    void purposes();
    void consents();
    void received();
    void history();
    void categories();
    void automated();
    void transfers();
    void lists();
    void parts(); ///< what modules say beside their lists
    void rest();
    void head(); ///< after the others: it counts what they wrote

    static Data list_of(const List& items) { return Data(items); }
    static Data yes_no(bool value) {
        return Data(value ? Data::type::bool_true : Data::type::bool_false);
    }
    static std::string join(const std::vector<std::string>& items);
    static void add(List& list, const std::string& label, const std::string& value);
    /// Members of an object as label and value, those inside of them too.
    void add_members(List& list, const nlohmann::json& object, const std::string& before) const;
    /// A value of a list's row as the person reads it.
    std::string cell(const BundleColumn& column, const nlohmann::json& value) const;
    std::string plain(const nlohmann::json& value) const;
    /// That there are more rows than these, and where; empty: there are not.
    std::string rest_of(std::uint64_t count, std::size_t shown, const std::string& file) const;
    const std::string& t(const char* key) const { return s_.ui(key); }
    std::string when(Time time) const { return s_.date_time(time, m_.zone); }
    /// A member of the controller setting: a text, or an object's texts line by line.
    std::string controller_text(const char* name) const;
    /// A value as the person reads it.
    std::string display(const Field& field, const Value& value) const;
    std::string purpose_label(const std::string& code) const;
    std::string channel_label(Channel channel) const;
    std::string evidence_text(const Evidence& evidence) const;
    std::string column_labels(std::vector<std::string> columns) const;

    void set_rest(const char* name, const std::string& text) {
        if (!text.empty()) { // an empty text would count as there
            root_.set(name, text);
        }
    }

    const AccessModel& m_;
    const Strings& s_;
    Data root_{Data::type::object};
    int filled_ = 0, allowed_ = 0, denied_ = 0;
    bool has_more_ = false;
};

} // namespace habeas::exports
