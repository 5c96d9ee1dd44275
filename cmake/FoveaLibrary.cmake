# fovea_add_library(NAME sources... [DEPENDS targets...] [MLIR_LIBS libs...] [LINK libs...])
#
# A library of the compiler. MLIR_LIBS names upstream libraries (resolved to the
# MLIR dylib), LINK names Fovea's own. Installed and exported for find_package(Fovea).
function(fovea_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;MLIR_LIBS;LINK" ${ARGN})
  add_mlir_library(${name} ${ARG_UNPARSED_ARGUMENTS} DEPENDS ${ARG_DEPENDS} DISABLE_INSTALL)
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  target_link_libraries(${name} PUBLIC ${ARG_LINK})
  mlir_target_link_libraries(${name} PUBLIC ${ARG_MLIR_LIBS})
  install(TARGETS ${name} EXPORT FoveaTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  set_property(GLOBAL APPEND PROPERTY FOVEA_EXPORTS ${name})
endfunction()

# fovea_tablegen(OUTPUT_TARGET TD [output generator-flags]...)
function(fovea_tablegen target td)
  set(LLVM_TARGET_DEFINITIONS ${td})
  set(rest ${ARGN})
  while(rest)
    list(POP_FRONT rest output flags)
    separate_arguments(flag_list UNIX_COMMAND "${flags}")
    mlir_tablegen(${output} ${flag_list})
  endwhile()
  set(TABLEGEN_OUTPUT ${TABLEGEN_OUTPUT} PARENT_SCOPE)
  add_public_tablegen_target(${target})
endfunction()
