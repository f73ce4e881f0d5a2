# The system's packages; their Debian names are in packages-debian.txt.
find_package(SQLite3 3.40 REQUIRED)
find_package(SQLiteCpp 3.2 CONFIG REQUIRED)
find_package(fmt 9 CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
find_package(date 3.0 CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.18)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)

add_library(habeas_dependencies INTERFACE)
target_link_libraries(habeas_dependencies INTERFACE
  SQLiteCpp SQLite::SQLite3 fmt::fmt-header-only nlohmann_json::nlohmann_json date::date date::date-tz
  PkgConfig::SODIUM PkgConfig::UTF8PROC PkgConfig::IDN2 Threads::Threads)
if(HABEAS_WITH_ARCHIVE)
  pkg_check_modules(ZIP REQUIRED IMPORTED_TARGET libzip) # its CMake package wants three more Debian packages
  target_link_libraries(habeas_dependencies INTERFACE PkgConfig::ZIP)
  target_compile_definitions(habeas_dependencies INTERFACE HABEAS_WITH_ARCHIVE=1)
endif()
if(HABEAS_WITH_PHONENUMBER)
  find_path(PHONENUMBER_INCLUDE phonenumbers/phonenumberutil.h REQUIRED)
  find_library(PHONENUMBER_LIBRARY phonenumber REQUIRED)
  target_include_directories(habeas_dependencies SYSTEM INTERFACE "${PHONENUMBER_INCLUDE}")
  target_link_libraries(habeas_dependencies INTERFACE "${PHONENUMBER_LIBRARY}")
  target_compile_definitions(habeas_dependencies INTERFACE HABEAS_WITH_PHONENUMBER=1)
endif()
