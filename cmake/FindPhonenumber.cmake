# libphonenumber comes with neither a CMake package nor a pkg-config file. Target: Phonenumber::phonenumber
find_path(PHONENUMBER_INCLUDE phonenumbers/phonenumberutil.h)
find_library(PHONENUMBER_LIBRARY phonenumber)
mark_as_advanced(PHONENUMBER_INCLUDE PHONENUMBER_LIBRARY)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Phonenumber DEFAULT_MSG PHONENUMBER_LIBRARY PHONENUMBER_INCLUDE)
if(Phonenumber_FOUND AND NOT TARGET Phonenumber::phonenumber)
  add_library(Phonenumber::phonenumber UNKNOWN IMPORTED)
  set_target_properties(Phonenumber::phonenumber PROPERTIES IMPORTED_LOCATION "${PHONENUMBER_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${PHONENUMBER_INCLUDE}")
endif()
