// Calls by name: one table binds each function of habeas.h to a method, its parameters and its
// result, so that every way in (this call, the program's `serve`, bindings) gives the same answer.
#pragma once

#include "guard.hpp"
#include "json.hpp"

#include <array>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace habeas::capi {

/// What `methods` tells of a parameter.
struct Parameter {
    std::string name;
    std::string kind; ///< text, document, number, flag, time, or words that are known
    bool required = false;
};

using Parameters = std::vector<Parameter>;
Parameters joined(Parameters first, const Parameters& more);

/// One call: its store and its parameters, each asked for once.
struct Call {
    habeas_store* store;
    ObjectReader in;
};

struct Method {
    std::string name;
    Parameters parameters;
    std::function<std::string(Call&)> run; ///< gives the result as JSON text
};
using Methods = std::vector<Method>;

/// The last error as an exception, unless the call went well.
void check(habeas_status status);

/// Writes what a call gave; where memory does not suffice for that, says that the call was done.
template <class Write>
auto written(const Write& write) {
    try {
        return write();
    } catch (const std::bad_alloc&) {
        throw NoMemoryForResult();
    }
}

/// "a text" with its quotes; what is not UTF-8 becomes U+FFFD.
std::string json_text(std::string_view text);
std::string dump(const Json& json);
/// A copy; NULL is empty.
std::string as_text(const habeas_text& text);
/// A member that may be missing: 0.
void read_flag(ObjectReader& in, const char* name, std::int32_t& flag);
/// What structures of C point to while a call runs.
class Texts {
  public:
    habeas_text keep(std::string text);

  private:
    std::deque<std::string> kept_;
};
/// A member that must be there. Errc::invalid at its pointer.
const Json& member(Call& call, const char* name);
/// Many numbers. Errc::invalid at the pointer of the one that is none.
std::vector<std::int64_t> numbers_at(const Json& value, const std::string& pointer);
/// RFC 3339 or a date. Errc::invalid at the pointer.
std::int64_t time_at(const Json& value, const std::string& pointer);
/// The number of a word, in a list of habeas.h. Errc::invalid at the pointer.
std::int32_t word_at(const Json& value, const std::string& pointer, std::int32_t list);

// ---- what a function is given: `load` reads it, `arguments` are those of C

struct OwnedText {
    std::string value;
    bool given = true;
    [[nodiscard]] std::tuple<const char*, std::size_t> arguments() const {
        return {given ? value.c_str() : nullptr, value.size()};
    }
};

/// Text; not required: empty, or NULL.
struct TextIn {
    using Held = OwnedText;
    const char* name;
    bool required = true;
    [[nodiscard]] Held load(Call& call) const;
    [[nodiscard]] Parameter parameter() const { return {name, "text", required}; }
};
inline TextIn text(const char* name) {
    return {name};
}
inline TextIn maybe_text(const char* name) {
    return {name, false};
}

/// Any JSON value, handed on as text.
struct DocumentIn {
    using Held = OwnedText;
    const char* name;
    bool required = true;
    [[nodiscard]] Held load(Call& call) const;
    [[nodiscard]] Parameter parameter() const { return {name, "document", required}; }
};
inline DocumentIn document(const char* name) {
    return {name};
}
inline DocumentIn maybe_document(const char* name) {
    return {name, false};
}

/// A member of `params` that is a single C argument.
template <class C>
struct One {
    C value;
    [[nodiscard]] std::tuple<C> arguments() const { return {value}; }
};

template <class C>
struct NumberIn {
    using Held = One<C>;
    const char* name;
    bool required = true;
    std::int64_t otherwise = 0;
    [[nodiscard]] Held load(Call& call) const {
        const Json* found = required ? &member(call, name) : call.in.find(name);
        const std::int64_t value =
            found == nullptr ? otherwise : integer_at(*found, call.in.at(name));
        if (!std::in_range<C>(value)) {
            refuse_at(call.in.at(name), "a number beyond what it can be");
        }
        return {static_cast<C>(value)};
    }
    [[nodiscard]] Parameter parameter() const { return {name, "number", required}; }
};
inline NumberIn<std::int64_t> id(const char* name) {
    return {name};
}
template <class C>
NumberIn<C> maybe(const char* name, std::int64_t otherwise = 0) {
    return {name, false, otherwise};
}
template <class C>
NumberIn<C> number_of(const char* name) {
    return {name};
}

/// Default false.
struct FlagIn {
    using Held = One<std::int32_t>;
    const char* name;
    [[nodiscard]] Held load(Call& call) const;
    [[nodiscard]] Parameter parameter() const { return {name, "flag", false}; }
};
inline FlagIn flag(const char* name) {
    return {name};
}

struct TimeIn {
    using Held = One<std::int64_t>;
    const char* name;
    bool required = false;
    [[nodiscard]] Held load(Call& call) const;
    [[nodiscard]] Parameter parameter() const { return {name, "time", required}; }
};
inline TimeIn time(const char* name) {
    return {name, true};
}
inline TimeIn maybe_time(const char* name) {
    return {name, false};
}

/// A name of one of the lists of habeas.h.
struct ListWordIn {
    using Held = One<std::int32_t>;
    const char* name;
    std::int32_t list;
    bool required = true;
    [[nodiscard]] Held load(Call& call) const;
    [[nodiscard]] Parameter parameter() const { return {name, "name", required}; }
};
/// "any" unless it is said.
inline ListWordIn channel() {
    return {"channel", HABEAS_LIST_CHANNEL, false};
}

/// One of these words, by its place; the first where nothing is said.
struct WordIn {
    using Held = One<std::int32_t>;
    const char* name;
    std::vector<const char*> words;
    [[nodiscard]] Held load(Call& call) const;
    [[nodiscard]] Parameter parameter() const;
};
inline WordIn owner() {
    return {"owner", {"subject", "organisation"}};
}
inline WordIn blank() {
    return {"blank", {"keep", "overwrite"}};
}

/// progress: true asks the callback "progress" of the host.
struct ProgressIn {
    struct Held {
        bool wanted;
        [[nodiscard]] std::tuple<habeas_progress_fn, void*> arguments() const;
    };
    [[nodiscard]] Held load(Call& call) const;
    [[nodiscard]] Parameter parameter() const { return {"progress", "flag", false}; }
};
inline ProgressIn progress() {
    return {};
}

// ---- what it gives

/// Frees what the library gave.
class GivenString {
  public:
    GivenString() = default;
    GivenString(GivenString&& other) noexcept : value_(std::exchange(other.value_, {})) {}
    GivenString& operator=(GivenString&&) = delete;
    ~GivenString() { habeas_string_free(&value_); }
    [[nodiscard]] habeas_string* out() { return &value_; }
    [[nodiscard]] std::string_view view() const { return {value_.data, value_.size}; }

  private:
    habeas_string value_{};
};

/// The result is the document.
struct DocumentOut {
    struct Held {
        GivenString string;
        std::tuple<habeas_string*> arguments() { return {string.out()}; }
        [[nodiscard]] std::string result() const { return std::string(string.view()); }
    };
};
/// The result is the text: a token, a page, a path.
struct TextOut {
    struct Held {
        GivenString string;
        std::tuple<habeas_string*> arguments() { return {string.out()}; }
        [[nodiscard]] std::string result() const { return json_text(string.view()); }
    };
};
template <class C>
struct NumberOut {
    struct Held {
        C value{};
        std::tuple<C*> arguments() { return {&value}; }
        [[nodiscard]] std::string result() const { return std::to_string(value); }
    };
};
/// 0 is nobody: null.
struct FoundOut {
    struct Held {
        std::int64_t value{};
        std::tuple<std::int64_t*> arguments() { return {&value}; }
        [[nodiscard]] std::string result() const {
            return value == 0 ? "null" : std::to_string(value);
        }
    };
};
struct FlagOut {
    struct Held {
        std::int32_t value{};
        std::tuple<std::int32_t*> arguments() { return {&value}; }
        [[nodiscard]] std::string result() const { return value == 0 ? "false" : "true"; }
    };
};
struct TimeOut {
    struct Held {
        std::int64_t value{};
        std::tuple<std::int64_t*> arguments() { return {&value}; }
        [[nodiscard]] std::string result() const;
    };
};
struct NameOut {
    struct Held {
        std::int32_t list{}, value{};
        std::tuple<std::int32_t*> arguments() { return {&value}; }
        [[nodiscard]] std::string result() const { return json_text(habeas_name(list, value)); }
    };
    std::int32_t list;
};
/// Walks: see `cursor.next`.
struct CursorOut {
    struct Held {
        habeas_cursor* value{};
        std::tuple<habeas_cursor**> arguments() { return {&value}; }
        [[nodiscard]] std::string result() const;
    };
};

/// The document itself as the result.
inline std::string result_of(const GivenString& document) {
    return written([&document] { return std::string(document.view()); });
}

// ---- the binding

template <class Part>
concept Input = requires(const Part& part, Call& call) {
    part.load(call);
};

template <class Part>
auto load_part(const Part& part, Call& call) {
    if constexpr (Input<Part>) {
        return part.load(call);
    } else if constexpr (requires { part.list; }) {
        typename Part::Held held;
        held.list = part.list;
        return held;
    } else {
        return typename Part::Held{};
    }
}

template <class Held>
void add_result(const Held& held, std::string& out) {
    if constexpr (requires { held.result(); }) {
        out = held.result();
    }
}

template <bool with_store, class Function, class... Parts>
Method bind_call(const char* name, Function function, Parts... parts) {
    Method out{name, {}, {}};
    [[maybe_unused]] const auto tell = [&out](const auto& part) {
        if constexpr (Input<std::decay_t<decltype(part)>>) {
            out.parameters.push_back(part.parameter());
        }
    };
    (tell(parts), ...);
    out.run = [function, parts...](Call& call) {
        using All = std::tuple<decltype(load_part(parts, call))...>;
        All held{load_part(parts, call)...}; // in this order
        call.in.finish();
        const auto given =
            std::apply([](auto&... each) { return std::tuple_cat(each.arguments()...); }, held);
        if constexpr (with_store) {
            check(std::apply(function, std::tuple_cat(std::make_tuple(call.store), given)));
        } else {
            check(std::apply(function, given));
        }
        return written([&] {
            std::string result = "null";
            std::apply([&result](const auto&... each) { (add_result(each, result), ...); }, held);
            return result;
        });
    };
    return out;
}

/// The function's first argument is the store; the others follow in order.
template <class Function, class... Parts>
Method bind(const char* name, Function function, Parts... parts) {
    return bind_call<true>(name, function, parts...);
}
/// One that has no store.
template <class Function, class... Parts>
Method bind_free(const char* name, Function function, Parts... parts) {
    return bind_call<false>(name, function, parts...);
}

// ---- the parts of the table

Methods store_methods();
Methods people_methods();
Methods consent_methods();
Methods decision_methods();
Methods privacy_methods();
Methods marketing_methods();
Methods message_methods();
Methods callback_methods();

// ---- the host while a call runs (call_host.cpp)

/// Lends the callback to what the call calls back.
class HostOfCall {
  public:
    HostOfCall(habeas_callback_fn function, void* user) noexcept;
    HostOfCall(const HostOfCall&) = delete;
    HostOfCall& operator=(const HostOfCall&) = delete;
    ~HostOfCall();
    [[nodiscard]] static bool there() noexcept;
    /// What the host returned; the answer is null where it gave none. HABEAS_E_CALLBACK without a
    /// host.
    static habeas_status ask(std::string_view name, const Json& document, Json& answer);

  private:
    habeas_callback_fn function_;
    void* user_;
    HostOfCall* former_;
};

/// RFC 4648. Errc::invalid at the pointer.
std::string decode_base64(const Json& value, const std::string& pointer);
std::string encode_base64(std::string_view bytes);

/// Options of a document <call_open>, with what they point to.
class OpenDocument {
  public:
    explicit OpenDocument(const Json& document);
    OpenDocument(const OpenDocument&) = delete;
    OpenDocument& operator=(const OpenDocument&) = delete;
    ~OpenDocument();
    [[nodiscard]] habeas_store* open();
    /// Lent to a function that opens the store by itself, which then owns the users.
    [[nodiscard]] const habeas_store_options* lend();
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_, key_, key_file_, journal_file_, actor_id_, actor_reason_;
    bool create_ = false, memory_ = false;
    habeas_store_options options_{};
};

} // namespace habeas::capi
