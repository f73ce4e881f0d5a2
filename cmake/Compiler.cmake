# Warnings are errors for our own code; sanitizers and coverage apply to every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

# Relative paths in ccache's hashes let every clone of the sources share one cache.
find_program(HABEAS_CCACHE ccache)
if(HABEAS_CCACHE AND PROJECT_IS_TOP_LEVEL)
  set(launcher "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${HABEAS_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${launcher}")
  set(CMAKE_C_COMPILER_LAUNCHER "${launcher}")
endif()

# A faster linker where there is one, for development builds only: what is shipped uses the system's.
find_program(HABEAS_MOLD mold)
if(HABEAS_MOLD AND PROJECT_IS_TOP_LEVEL AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_link_options(-fuse-ld=mold)
endif()

# Files compiled together see each other's names: that is no fault.
set(together $<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>)
add_library(habeas_warnings INTERFACE)
target_compile_options(habeas_warnings INTERFACE -Wall -Wextra -Wpedantic -Wimplicit-fallthrough
  $<$<NOT:${together}>:-Wshadow> $<$<AND:${together},$<CXX_COMPILER_ID:GNU>>:-Wshadow=local;-Wno-subobject-linkage>
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> $<$<BOOL:${HABEAS_WERROR}>:-Werror>)

if(HABEAS_SANITIZE)
  add_compile_options(-fsanitize=${HABEAS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HABEAS_SANITIZE})
endif()
if(HABEAS_SANITIZE MATCHES "undefined") # its tables want 13 million relocations in a program that can be moved, 300 MB
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-no-pie>)
endif()
# Lines for stack traces; all of -g takes 10 GB more.
if(PROJECT_IS_TOP_LEVEL AND CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_options(${HABEAS_DEBUG_INFO})
endif()
if(HABEAS_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()
if(HABEAS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer -fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fsanitize=address,undefined -fprofile-instr-generate)
endif()

# The files of a folder are compiled by the dozen: half of the time of a build went into reading the same headers
# again. So names in unnamed namespaces are unique in a folder.
function(habeas_compile_together target)
  if(NOT HABEAS_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources EXCLUDE REGEX "^\\$<") # objects of another target
  foreach(source ${sources})
    file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}" "${source}/..")
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    list(APPEND of_${folder} "${source}")
    list(LENGTH of_${folder} count)
    math(EXPR group "(${count} - 1) / 12")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP ${folder}_${group})
  endforeach()
endfunction()
