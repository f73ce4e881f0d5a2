# The command line: the public headers and CLI11, nothing from src/; `serve` alone sees habeas.h.
find_package(CLI11 2.1 CONFIG REQUIRED)
add_executable(habeas_cli ${HABEAS_CLI_SOURCES} $<TARGET_OBJECTS:habeas_c>)
target_include_directories(habeas_cli PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/capi")
habeas_compile_together(habeas_cli)
set_target_properties(habeas_cli PROPERTIES OUTPUT_NAME habeas RUNTIME_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
target_link_libraries(habeas_cli PRIVATE habeas_core habeas_report habeas_warnings CLI11::CLI11 fmt::fmt-header-only
  nlohmann_json::nlohmann_json)
