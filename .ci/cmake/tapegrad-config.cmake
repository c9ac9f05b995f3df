# find_package(tapegrad) gives the target tapegrad::tapegrad: headers, library, and the flags that its lambdas need, which
# are read from tapegrad.pc. It may be moved with the folder that it was installed in.

if(DEFINED CMAKE_CXX_STANDARD AND CMAKE_CXX_STANDARD MATCHES "^(98|11|14|17)$")
  set(tapegrad_FOUND FALSE)
  set(tapegrad_NOT_FOUND_MESSAGE "tapegrad needs C++20 and this project sets CMAKE_CXX_STANDARD to \
${CMAKE_CXX_STANDARD}. Write set(CMAKE_CXX_STANDARD 20) before find_package(tapegrad).")
  return()
endif()

if(NOT TARGET tapegrad::tapegrad)
  get_filename_component(_tapegrad_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
  set(_tapegrad_pc "${_tapegrad_prefix}/lib/pkgconfig/tapegrad.pc")
  file(STRINGS "${_tapegrad_pc}" _tapegrad_cflags REGEX "^Cflags: ")
  file(STRINGS "${_tapegrad_pc}" _tapegrad_libs REGEX "^Libs: ")
  string(REGEX REPLACE "^Cflags: -I[^ ]* -std=[^ ]* *" "" _tapegrad_cflags "${_tapegrad_cflags}")
  string(REGEX REPLACE "^Libs: -L[^ ]* -ltapegrad *" "" _tapegrad_libs "${_tapegrad_libs}")
  separate_arguments(_tapegrad_cflags UNIX_COMMAND "${_tapegrad_cflags}")
  separate_arguments(_tapegrad_libs UNIX_COMMAND "${_tapegrad_libs}")

  add_library(tapegrad::tapegrad STATIC IMPORTED)
  set_target_properties(tapegrad::tapegrad PROPERTIES
    IMPORTED_LOCATION "${_tapegrad_prefix}/lib/libtapegrad.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_tapegrad_prefix}/include/tapegrad"
    INTERFACE_COMPILE_FEATURES cxx_std_20
    INTERFACE_COMPILE_OPTIONS "$<$<COMPILE_LANGUAGE:CXX>:${_tapegrad_cflags}>"
    INTERFACE_LINK_LIBRARIES "${_tapegrad_libs}")
endif()
