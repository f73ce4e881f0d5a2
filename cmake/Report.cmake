# The page of `habeas report`: the public C++ headers and Mustache, nothing else from src/.
file(GLOB HABEAS_REPORT_SOURCES CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/cli/report/*.cpp")
add_library(habeas_report STATIC EXCLUDE_FROM_ALL ${HABEAS_REPORT_SOURCES})
habeas_compile_together(habeas_report)
target_include_directories(habeas_report SYSTEM PRIVATE "${HABEAS_MUSTACHE_INCLUDE}")
target_link_libraries(habeas_report PUBLIC habeas_core fmt::fmt-header-only PRIVATE habeas_warnings
  nlohmann_json::nlohmann_json)
habeas_embed_texts(habeas_report cli report_page report/page.html cli report_words report/words.json)
