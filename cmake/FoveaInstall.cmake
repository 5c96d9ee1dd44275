# What find_package(Fovea) of another project reads: headers, TableGen sources and the package files. The root includes
# this last; libraries join the export set FoveaTargets where they are defined. test/consumer is such a project.

include(CMakePackageConfigHelpers)

set(fovea_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Fovea)

foreach(tree ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  install(DIRECTORY ${tree}/include/fovea DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h" PATTERN "*.td" PATTERN "*.inc" PATTERN "CMakeFiles" EXCLUDE)
endforeach()
install(EXPORT FoveaTargets DESTINATION ${fovea_package_dir})

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/FoveaConfig.cmake.in ${PROJECT_BINARY_DIR}/cmake/FoveaConfig.cmake
  INSTALL_DESTINATION ${fovea_package_dir}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_BINDIR)
# Below 1.0 a minor version may change what others compile against.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/FoveaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/FoveaConfig.cmake ${PROJECT_BINARY_DIR}/cmake/FoveaConfigVersion.cmake
  DESTINATION ${fovea_package_dir})
