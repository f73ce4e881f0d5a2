# Debian packages: `cmake --preset package && cmake --build build/package --target package`.
# What they need of other packages is read from the programs (dpkg-shlibdeps).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/packages")
set(CPACK_PACKAGE_VENDOR "habeas")
set(CPACK_PACKAGE_CONTACT "The authors of habeas <habeas@users.noreply.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX "${CMAKE_INSTALL_PREFIX}")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_ALL runtime development program)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME libhabeas0)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_RUNTIME_DESCRIPTION "GDPR-compliant marketing automation: shared library
 Consent with proof, mail that cannot go to those who did not agree, and the
 rights of data subjects, over one SQLite file, behind a stable C ABI.")
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/packaging/triggers" "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_BINARY_DIR}/packaging/triggers")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libhabeas-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libhabeas0 (= ${PROJECT_VERSION}-1)")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SHLIBDEPS OFF)
# What habeas::core, which is static, is linked with.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "libsqlite3-dev, libsqlitecpp-dev, libfmt-dev, nlohmann-json3-dev, libsodium-dev, libutf8proc-dev, libidn2-dev, libre2-dev, libxml2-dev, libhowardhinnant-date-dev, libzip-dev, libcurl4-openssl-dev, libmariadb-dev, libphonenumber-dev, libkainjow-mustache-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "GDPR-compliant marketing automation: headers and static library
 The C header, the C++ headers, the static library for C++, and files for
 pkg-config and CMake.")

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME habeas)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION web)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION "GDPR-compliant marketing automation: the program
 Imports contacts, records consent, explains decisions, erases and exports,
 from the command line and over one SQLite file.")

if(HABEAS_PACKAGE_BINDINGS)
  include(PackageBindings)
endif()
include(CPack)
