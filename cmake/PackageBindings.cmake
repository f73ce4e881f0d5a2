# What python3-habeas and php-habeas hold: modules of Debian's own Python and PHP, with the library of libhabeas0.
find_program(HABEAS_DEBIAN_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
find_program(HABEAS_PHP_CONFIG php-config REQUIRED)
execute_process(COMMAND "${HABEAS_PHP_CONFIG}" --extension-dir OUTPUT_VARIABLE HABEAS_PHP_EXTENSIONS
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${HABEAS_PHP_CONFIG}" --version OUTPUT_VARIABLE HABEAS_PHP_VERSION COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${HABEAS_PHP_CONFIG}" --phpapi OUTPUT_VARIABLE HABEAS_PHP_API
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "^[0-9]+[.][0-9]+" HABEAS_PHP_VERSION "${HABEAS_PHP_VERSION}")

set(work "${CMAKE_CURRENT_BINARY_DIR}/packaging")
set(python "${CMAKE_CURRENT_SOURCE_DIR}/bindings/python")
set(php "${CMAKE_CURRENT_SOURCE_DIR}/bindings/php")
add_custom_command(OUTPUT "${work}/python/_habeas.abi3.so"
  COMMAND "${HABEAS_DEBIAN_PYTHON}" -B "${python}/tools/extension.py" "${CMAKE_CURRENT_SOURCE_DIR}/capi/habeas.h"
    "${work}/python/_habeas.c" --build "$<TARGET_FILE_DIR:habeas>" --installed
  DEPENDS habeas "${python}/tools/extension.py" "${CMAKE_CURRENT_SOURCE_DIR}/capi/habeas.h" VERBATIM)
add_custom_command(OUTPUT "${work}/php/habeas.so"
  COMMAND sh "${php}/build_ext.sh" "$<TARGET_FILE_DIR:habeas>" "${work}/php" --disable-rpath
  DEPENDS habeas "${php}/build_ext.sh" "${php}/ext/habeas.c" VERBATIM)
add_custom_target(habeas_bindings ALL DEPENDS "${work}/python/_habeas.abi3.so" "${work}/php/habeas.so")

install(DIRECTORY "${python}/src/habeas" DESTINATION lib/python3/dist-packages COMPONENT python
  PATTERN __pycache__ EXCLUDE PATTERN "*.so" EXCLUDE)
install(FILES "${work}/python/_habeas.abi3.so" DESTINATION lib/python3/dist-packages/habeas COMPONENT python)
install(FILES "${work}/php/habeas.so" DESTINATION "${HABEAS_PHP_EXTENSIONS}" COMPONENT php)
install(FILES "${php}/autoload.php" DESTINATION share/php/habeas COMPONENT php)
install(DIRECTORY "${php}/src" "${php}/preload" "${php}/resources" DESTINATION share/php/habeas COMPONENT php
  PATTERN "*.sh" EXCLUDE)
file(WRITE "${work}/habeas.ini" "; priority=20\nextension=habeas.so\n")
install(FILES "${work}/habeas.ini" DESTINATION "/etc/php/${HABEAS_PHP_VERSION}/mods-available" COMPONENT php)

list(APPEND CPACK_COMPONENTS_ALL python php)
set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-habeas)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS OFF) # libhabeas0 is not installed here; its needs are ours
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "libhabeas0 (= ${PROJECT_VERSION}-1), python3 (>= 3.9), python3-cffi-backend")
set(CPACK_COMPONENT_PYTHON_DESCRIPTION "GDPR-compliant marketing automation: for Python
 The package habeas: typed, on the C library.")
set(CPACK_DEBIAN_PHP_PACKAGE_NAME php-habeas)
set(CPACK_DEBIAN_PHP_PACKAGE_SECTION php)
set(CPACK_DEBIAN_PHP_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PHP_PACKAGE_DEPENDS "libhabeas0 (= ${PROJECT_VERSION}-1), phpapi-${HABEAS_PHP_API}, php-common")
set(CPACK_COMPONENT_PHP_DESCRIPTION "GDPR-compliant marketing automation: for PHP
 The extension and the package: require 'habeas/autoload.php'.")
file(WRITE "${work}/postinst" "#!/bin/sh\nset -e\n[ \"$1\" != configure ] || phpenmod habeas\n")
file(WRITE "${work}/prerm" "#!/bin/sh\nset -e\n[ \"$1\" != remove ] || phpdismod habeas\n")
file(CHMOD "${work}/postinst" "${work}/prerm" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
file(WRITE "${work}/conffiles" "/etc/php/${HABEAS_PHP_VERSION}/mods-available/habeas.ini\n")
set(CPACK_DEBIAN_PHP_PACKAGE_CONTROL_EXTRA "${work}/postinst;${work}/prerm;${work}/conffiles")
