// What a form says by itself, in the languages that habeas has.
#pragma once

#include "habeas/consent.hpp"

#include <string_view>

namespace habeas::forms {

enum class Word : unsigned char {
    errors_title, ///< {}: how many
    required_note,
    required,
    consent_required,
    invalid_email,
    invalid_phone,
    invalid_url,
    invalid_number,
    invalid_date,
    invalid_choice,
    invalid,
    taken,
    reload,
    sign_in,
    send,
    none_chosen,
    withdrawal,
    controller,
    privacy,
    channel_email,
    channel_sms,
    channel_phone,
    channel_post,
    channel_push,
    channel_web,
    no
};
/// In that language, or in English.
std::string_view word(Word which, std::string_view language) noexcept;
/// "by e-mail".
std::string_view channel_word(Channel channel, std::string_view language) noexcept;
/// The language that `word` answers in.
std::string_view word_language(std::string_view language) noexcept;

} // namespace habeas::forms
