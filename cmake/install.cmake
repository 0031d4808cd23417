# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: headers, static libraries, a CMake package and pkg-config files (component `dev`); the
# command with the lesson's page, if that was built (`command`); its library for Open MPI (`mpi`, in mpi/); the
# documentation (`doc`).
# The package has two components: `nn` builds, trains and streams nets and needs Highway alone; `tasks` is all the rest.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(recurra_nn_folders nn optim autograd ops stream tensor kernels simd base)  # as a linker wants them: users before what they use
set(recurra_stream_folders stream tensor kernels simd base)
set(recurra_tasks_folders tasks report train io data)
set(recurra_cmake_folder ${CMAKE_INSTALL_LIBDIR}/cmake/recurra)

install(DIRECTORY recurra DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev FILES_MATCHING PATTERN "*.h"
  PATTERN "*-inl.h" EXCLUDE PATTERN "targets.h" EXCLUDE PATTERN "ref" EXCLUDE)  # for kernels and their tests alone

set_target_properties(recurra PROPERTIES EXPORT_NAME recurra)
install(TARGETS recurra EXPORT recurra-tasks COMPONENT dev)
foreach(component nn tasks)
  list(TRANSFORM recurra_${component}_folders PREPEND recurra_ OUTPUT_VARIABLE targets)
  install(TARGETS ${targets} EXPORT recurra-${component} ARCHIVE COMPONENT dev INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
  install(EXPORT recurra-${component} FILE recurra-${component}-targets.cmake NAMESPACE recurra:: COMPONENT dev
    DESTINATION ${recurra_cmake_folder})
endforeach()

# A Highway that was built beside it is static and goes with it; that of the system is found again.
set(recurra_find_highway "find_dependency(hwy CONFIG)")
set(highway_package libhwy)  # for pkg-config
set(highway_library "")
get_target_property(highway hwy::hwy ALIASED_TARGET)
if(highway)
  install(TARGETS ${highway} EXPORT recurra-nn ARCHIVE COMPONENT dev)
  set(recurra_find_highway "")
  set(highway_package "")
  set(highway_library -lhwy)
endif()

configure_package_config_file(cmake/recurra-config.cmake.in recurra-config.cmake INSTALL_DESTINATION ${recurra_cmake_folder}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(recurra-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/recurra-config.cmake ${PROJECT_BINARY_DIR}/recurra-config-version.cmake
  DESTINATION ${recurra_cmake_folder} COMPONENT dev)

# recurra_pkg_config(NAME DESCRIPTION REQUIRES OTHERS FOLDER...): a file that finds its prefix from where it lies.
function(recurra_pkg_config name description requires others)
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  list(TRANSFORM ARGN PREPEND "-lrecurra_")
  list(JOIN ARGN " " libraries)
  configure_file(cmake/pkg-config.pc.in ${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endfunction()
recurra_pkg_config(recurra-stream "Recurrent nets from a file, one step at a time" "${highway_package}" "${highway_library}" ${recurra_stream_folders})
recurra_pkg_config(recurra-nn "Recurrent nets: training and streaming" "${highway_package}" "${highway_library}" ${recurra_nn_folders})
recurra_pkg_config(recurra "${PROJECT_DESCRIPTION}" "recurra-nn = ${PROJECT_VERSION}, nlohmann_json" "-ldate-tz" ${recurra_tasks_folders})

if(RECURRA_BUILD_CLI)
  install(TARGETS recurra_cli RUNTIME COMPONENT command)
  install(FILES LICENSE packaging/NOTICES DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT command)
  if(RECURRA_MAN_PAGE)
    # made by the command itself, of everything that it takes
    add_custom_command(OUTPUT recurra.1 recurra.bash _recurra recurra.fish DEPENDS recurra_cli
      COMMAND recurra_cli man > recurra.1
      COMMAND recurra_cli completions bash > recurra.bash
      COMMAND recurra_cli completions zsh > _recurra
      COMMAND recurra_cli completions fish > recurra.fish VERBATIM)
    add_custom_target(recurra_man_page ALL DEPENDS recurra.1)
    install(FILES ${PROJECT_BINARY_DIR}/recurra.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT command)
    set(data ${CMAKE_INSTALL_DATADIR})
    install(FILES ${PROJECT_BINARY_DIR}/recurra.bash DESTINATION ${data}/bash-completion/completions RENAME recurra COMPONENT command)
    install(FILES ${PROJECT_BINARY_DIR}/_recurra DESTINATION ${data}/zsh/site-functions COMPONENT command)
    install(FILES ${PROJECT_BINARY_DIR}/recurra.fish DESTINATION ${data}/fish/vendor_completions.d COMPONENT command)
  endif()
  install(DIRECTORY ${RECURRA_LESSON}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/recurra/lesson COMPONENT command OPTIONAL
    PATTERN now.safetensors EXCLUDE)  # the command has it
endif()
install(FILES LICENSE packaging/NOTICES DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/librecurra-dev COMPONENT dev)
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT doc)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT doc)
