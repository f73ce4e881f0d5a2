# What an embedder can switch. Tests and the program are on only when habeas is the top-level project.
option(HABEAS_CLI "Build the habeas program" ${PROJECT_IS_TOP_LEVEL})
option(HABEAS_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(HABEAS_WITH_ARCHIVE "ZIP bundles (libzip)" ON)
option(HABEAS_WITH_PHONENUMBER "Phone numbers in national form (libphonenumber)" ON)
option(HABEAS_FUZZ "Build fuzz targets with libFuzzer (clang)" OFF)
option(HABEAS_COVERAGE "Instrument for gcov" OFF)
set(HABEAS_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=")
