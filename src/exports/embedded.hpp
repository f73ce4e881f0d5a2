// Files of this folder that are part of the library; written by cmake/Embed.cmake.
#pragma once

namespace habeas::exports {
extern const char strings_json[];         ///< strings.json
extern const char access_html_template[]; ///< access.html, mustache
extern const char document_html[];        ///< document.html, mustache
} // namespace habeas::exports
