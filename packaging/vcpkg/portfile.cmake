# SPDX-License-Identifier: Apache-2.0
# A vcpkg port of a checkout: vcpkg install recurra --overlay-ports=packaging/vcpkg. A registry names the release's archive instead.
get_filename_component(SOURCE_PATH ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
vcpkg_cmake_configure(SOURCE_PATH ${SOURCE_PATH}
  OPTIONS -DRECURRA_BUILD_TESTS=OFF -DRECURRA_BUILD_CLI=OFF -DRECURRA_BUILD_EXAMPLES=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/recurra)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE ${CURRENT_PACKAGES_DIR}/debug/include ${CURRENT_PACKAGES_DIR}/debug/share)
vcpkg_install_copyright(FILE_LIST ${SOURCE_PATH}/LICENSE ${SOURCE_PATH}/packaging/NOTICES)
