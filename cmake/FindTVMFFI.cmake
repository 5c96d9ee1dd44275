# Finds the C headers of TVM-FFI (tvm/ffi/c_api.h and dlpack/dlpack.h), which PyPI's
# apache-tvm-ffi carries. Headers only: nothing here links against the library.
#
# Looks in TVMFFI_INCLUDE_DIR if it is set (a folder, or a list of two), else asks
# the tvm_ffi module of ${Python3_EXECUTABLE}.
#
# Sets TVMFFI_FOUND, TVMFFI_VERSION, TVMFFI_INCLUDE_DIRS, and the target TVMFFI::Headers.

set(TVMFFI_INCLUDE_DIR "" CACHE PATH
  "Folder with tvm/ffi/c_api.h and dlpack/dlpack.h; empty: ask Python's tvm_ffi")

set(TVMFFI_INCLUDE_DIRS ${TVMFFI_INCLUDE_DIR})
if(NOT TVMFFI_INCLUDE_DIRS)
  if(NOT Python3_EXECUTABLE)
    find_package(Python3 COMPONENTS Interpreter QUIET)
  endif()
  # The module's own answer; it does not load the library for this.
  foreach(_tvmffi_option --includedir --dlpack-includedir)
    execute_process(
      COMMAND ${Python3_EXECUTABLE} -m tvm_ffi.config ${_tvmffi_option}
      OUTPUT_VARIABLE _tvmffi_dir
      OUTPUT_STRIP_TRAILING_WHITESPACE
      ERROR_QUIET)
    list(APPEND TVMFFI_INCLUDE_DIRS ${_tvmffi_dir})
  endforeach()
  list(REMOVE_DUPLICATES TVMFFI_INCLUDE_DIRS)
endif()

# Not find_file, whose cache would keep the place of a Python that has since changed.
unset(TVMFFI_C_API_H)
unset(TVMFFI_DLPACK_H)
foreach(_tvmffi_dir IN LISTS TVMFFI_INCLUDE_DIRS)
  if(EXISTS ${_tvmffi_dir}/tvm/ffi/c_api.h)
    set(TVMFFI_C_API_H ${_tvmffi_dir}/tvm/ffi/c_api.h)
  endif()
  if(EXISTS ${_tvmffi_dir}/dlpack/dlpack.h)
    set(TVMFFI_DLPACK_H ${_tvmffi_dir}/dlpack/dlpack.h)
  endif()
endforeach()

if(TVMFFI_C_API_H)
  set(TVMFFI_VERSION "")
  foreach(_tvmffi_part MAJOR MINOR PATCH)
    file(STRINGS ${TVMFFI_C_API_H} _tvmffi_line
      REGEX "^#define TVM_FFI_VERSION_${_tvmffi_part} ")
    string(REGEX MATCH "[0-9]+$" _tvmffi_number "${_tvmffi_line}")
    list(APPEND TVMFFI_VERSION ${_tvmffi_number})
  endforeach()
  list(JOIN TVMFFI_VERSION "." TVMFFI_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(TVMFFI
  REQUIRED_VARS TVMFFI_C_API_H TVMFFI_DLPACK_H TVMFFI_INCLUDE_DIRS
  VERSION_VAR TVMFFI_VERSION
  REASON_FAILURE_MESSAGE
    "Run '${Python3_EXECUTABLE} -m pip install apache-tvm-ffi', or set TVMFFI_INCLUDE_DIR.")

if(TVMFFI_FOUND AND NOT TARGET TVMFFI::Headers)
  add_library(TVMFFI::Headers INTERFACE IMPORTED)
  set_target_properties(TVMFFI::Headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${TVMFFI_INCLUDE_DIRS}")
endif()
