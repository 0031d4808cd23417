# SPDX-License-Identifier: Apache-2.0
# `cpack` in a build folder: Debian packages (the command, its library for Open MPI, what a C++ program is built with, the
# documentation), or with -G TGZ an archive of each. There is no package of a shared library, because no binary interface is promised yet.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_VENDOR "The Recurra authors")
set(CPACK_PACKAGE_CONTACT "The Recurra authors <recurra@localhost>")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_COMPONENTS_ALL command dev doc)
if(TARGET recurra_mpi)
  list(APPEND CPACK_COMPONENTS_ALL mpi)
endif()
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME recurra)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION science)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SUGGESTS recurra-mpi)
set(CPACK_COMPONENT_COMMAND_DESCRIPTION "Recurrent nets for sequences: the command
 Trains, scores and runs RNNs, LSTMs and GRUs that forecast series, label
 sequences and their steps, translate and write.")
set(CPACK_DEBIAN_MPI_PACKAGE_NAME recurra-mpi)
set(CPACK_DEBIAN_MPI_PACKAGE_SECTION science)
set(CPACK_DEBIAN_MPI_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_MPI_PACKAGE_DEPENDS "recurra (= ${PROJECT_VERSION}), openmpi-bin")
set(CPACK_COMPONENT_MPI_DESCRIPTION "Recurrent nets for sequences: trainings on several machines
 What the command loads when mpirun has started it.")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME librecurra-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libhwy-dev (>= 1.0.3), nlohmann-json3-dev (>= 3.11), libhowardhinnant-date-dev (>= 3.0)")
set(CPACK_COMPONENT_DEV_DESCRIPTION "Recurrent nets for sequences: headers and static libraries
 A C++20 engine that trains recurrent nets and streams them one step at a time.")
set(CPACK_DEBIAN_DOC_PACKAGE_NAME recurra-doc)
set(CPACK_DEBIAN_DOC_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_DOC_PACKAGE_ARCHITECTURE all)
set(CPACK_COMPONENT_DOC_DESCRIPTION "Recurrent nets for sequences: documentation and examples
 A tutorial, recipes, the reference and the mathematics of each cell.")
include(CPack)
