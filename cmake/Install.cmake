# habeas::habeas (shared, C) needs nothing else; habeas::core (static, C++) comes as the component `core`.
include(CMakePackageConfigHelpers)
set(HABEAS_CMAKE_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/habeas")

set_target_properties(habeas_core PROPERTIES EXPORT_NAME core)
set_target_properties(habeas_dependencies PROPERTIES EXPORT_NAME dependencies)
install(TARGETS habeas_core habeas_dependencies EXPORT habeasCoreTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
  FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
install(EXPORT habeasCoreTargets NAMESPACE habeas:: DESTINATION "${HABEAS_CMAKE_DIR}" COMPONENT development)

if(TARGET habeas)
  install(TARGETS habeas EXPORT habeasTargets
    LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime NAMELINK_COMPONENT development
    FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
  install(EXPORT habeasTargets NAMESPACE habeas:: DESTINATION "${HABEAS_CMAKE_DIR}" COMPONENT development)

  # Written while installing, so that `cmake --install --prefix` is right; an absolute libdir is kept as it is.
  install(CODE "
    set(HABEAS_LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
    set(HABEAS_INCLUDEDIR \"${CMAKE_INSTALL_INCLUDEDIR}\")
    set(HABEAS_VERSION \"${PROJECT_VERSION}\")
    set(HABEAS_DESCRIPTION \"${PROJECT_DESCRIPTION}\")
    foreach(dir HABEAS_LIBDIR HABEAS_INCLUDEDIR)
      if(NOT IS_ABSOLUTE \"\${\${dir}}\")
        string(PREPEND \${dir} \"\\\${prefix}/\")
      endif()
    endforeach()
    configure_file(\"${CMAKE_CURRENT_SOURCE_DIR}/cmake/habeas.pc.in\" \"${CMAKE_CURRENT_BINARY_DIR}/habeas.pc\" @ONLY)" COMPONENT development)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/habeas.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)
endif()

file(GLOB HABEAS_JSON_SCHEMAS CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/*/schemas/*.schema.json"
  "${CMAKE_CURRENT_SOURCE_DIR}/capi/schemas/*.schema.json")
install(FILES ${HABEAS_JSON_SCHEMAS} DESTINATION "${CMAKE_INSTALL_DATADIR}/habeas/schemas" COMPONENT development)
install(FILES src/requests/holidays.json src/transfers/transfer_law.json DESTINATION "${CMAKE_INSTALL_DATADIR}/habeas" COMPONENT development)

# What foreign function interfaces read.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
set(HABEAS_FFI_HEADER "${CMAKE_CURRENT_BINARY_DIR}/habeas_ffi.h")
install(CODE "execute_process(COMMAND \"${Python3_EXECUTABLE}\" \"${CMAKE_CURRENT_SOURCE_DIR}/cmake/ffi_header.py\"
  \"${CMAKE_CURRENT_SOURCE_DIR}/capi/habeas.h\" \"${HABEAS_FFI_HEADER}\" COMMAND_ERROR_IS_FATAL ANY)" COMPONENT development)
install(FILES "${HABEAS_FFI_HEADER}" DESTINATION "${CMAKE_INSTALL_DATADIR}/habeas" COMPONENT development)

if(TARGET habeas_cli)
  install(TARGETS habeas_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT program)
endif()

configure_package_config_file(cmake/habeasConfig.cmake.in "${CMAKE_CURRENT_BINARY_DIR}/habeasConfig.cmake"
  INSTALL_DESTINATION "${HABEAS_CMAKE_DIR}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/habeasConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/habeasConfig.cmake" "${CMAKE_CURRENT_BINARY_DIR}/habeasConfigVersion.cmake"
  cmake/FindPhonenumber.cmake DESTINATION "${HABEAS_CMAKE_DIR}" COMPONENT development)
