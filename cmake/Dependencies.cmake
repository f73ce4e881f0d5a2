# The system's packages; their Debian names are in packages-debian.txt.
# What a user of the static library must link is found again in habeasConfig.cmake.in: keep the two alike.
find_package(SQLite3 3.40 REQUIRED)
find_package(SQLiteCpp 3.2 CONFIG REQUIRED)
find_package(fmt 9 CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
find_package(date 3.0 CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(HABEAS_SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
pkg_check_modules(HABEAS_UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(HABEAS_IDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(HABEAS_XML2 REQUIRED IMPORTED_TARGET libxml-2.0)
pkg_check_modules(HABEAS_RE2 REQUIRED IMPORTED_TARGET re2) # its .pc says version 0.0.0

add_library(habeas_dependencies INTERFACE)
target_link_libraries(habeas_dependencies INTERFACE
  SQLiteCpp SQLite::SQLite3 date::date-tz PkgConfig::HABEAS_SODIUM PkgConfig::HABEAS_UTF8PROC PkgConfig::HABEAS_IDN2 PkgConfig::HABEAS_RE2 PkgConfig::HABEAS_XML2
  Threads::Threads)
if(HABEAS_WITH_ARCHIVE)
  pkg_check_modules(HABEAS_ZIP REQUIRED IMPORTED_TARGET libzip) # its CMake package wants three more Debian packages
  target_link_libraries(habeas_dependencies INTERFACE PkgConfig::HABEAS_ZIP)
endif()
if(HABEAS_WITH_MAIL)
  pkg_check_modules(HABEAS_CURL REQUIRED IMPORTED_TARGET libcurl>=7.85)
  target_link_libraries(habeas_dependencies INTERFACE PkgConfig::HABEAS_CURL)
endif()
if(HABEAS_WITH_MYSQL)
  pkg_check_modules(HABEAS_MARIADB REQUIRED IMPORTED_TARGET libmariadb)
  target_link_libraries(habeas_dependencies INTERFACE $<LINK_ONLY:PkgConfig::HABEAS_MARIADB>) # one source has its headers
endif()
if(HABEAS_WITH_PHONENUMBER)
  find_package(Phonenumber REQUIRED)
  target_link_libraries(habeas_dependencies INTERFACE Phonenumber::phonenumber)
endif()

# Headers and switches that leave no trace in the compiled library; never exported.
add_library(habeas_build INTERFACE)
target_link_libraries(habeas_build INTERFACE
  habeas_dependencies fmt::fmt-header-only nlohmann_json::nlohmann_json date::date)
# In front of the system's nlohmann/json.hpp; as system headers, for #include_next is an extension.
target_include_directories(habeas_build SYSTEM INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}/src/base/json")
find_path(HABEAS_MUSTACHE_INCLUDE kainjow/mustache.hpp REQUIRED) # a header; its package has no CMake file
target_include_directories(habeas_build SYSTEM INTERFACE "${HABEAS_MUSTACHE_INCLUDE}")
target_compile_definitions(habeas_build INTERFACE
  $<$<BOOL:${HABEAS_WITH_ARCHIVE}>:HABEAS_WITH_ARCHIVE=1>
  $<$<BOOL:${HABEAS_WITH_MAIL}>:HABEAS_WITH_MAIL=1>
  $<$<BOOL:${HABEAS_WITH_PHONENUMBER}>:HABEAS_WITH_PHONENUMBER=1>)
