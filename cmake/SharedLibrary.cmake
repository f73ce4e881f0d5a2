# libhabeas.so.0: hidden visibility, a version script and --exclude-libs keep every foreign symbol inside.
# Its objects are the program's too: `habeas serve` carries the calls of habeas_call over a pipe.
add_library(habeas_c OBJECT ${HABEAS_CAPI_SOURCES})
set_target_properties(habeas_c PROPERTIES POSITION_INDEPENDENT_CODE ON)
habeas_compile_together(habeas_c)
add_library(habeas SHARED $<TARGET_OBJECTS:habeas_c>)
set_target_properties(habeas PROPERTIES LINKER_LANGUAGE CXX)
add_library(habeas::habeas ALIAS habeas)
target_sources(habeas PUBLIC FILE_SET HEADERS BASE_DIRS "${CMAKE_CURRENT_SOURCE_DIR}/capi"
  FILES "${CMAKE_CURRENT_SOURCE_DIR}/capi/habeas.h")
# src/ is for the nlohmann/json.hpp of src/base/json alone; check_arrows.py keeps its headers out of capi/.
if(NOT HABEAS_SANITIZE)
  target_compile_options(habeas_c PRIVATE $<$<CONFIG:Debug>:-g>) # types, for the ABI gate
endif()
target_include_directories(habeas_c PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
target_link_libraries(habeas_c PRIVATE habeas_core habeas_build habeas_warnings)
target_link_libraries(habeas PRIVATE habeas_core habeas_build habeas_warnings)
set_target_properties(habeas PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0)
# nodelete: SQLite keeps pointers to our VFS, so the code must stay when a host unloads the library.
target_link_options(habeas PRIVATE "LINKER:--exclude-libs,ALL" "LINKER:-z,nodelete")
if(NOT HABEAS_SANITIZE AND NOT HABEAS_FUZZ) # a sanitizer's runtime is found only when the program is linked
  target_link_options(habeas PRIVATE "LINKER:--no-undefined"
    "LINKER:--version-script=${CMAKE_CURRENT_SOURCE_DIR}/capi/habeas.map")
  set_target_properties(habeas PROPERTIES LINK_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/capi/habeas.map")
endif()
