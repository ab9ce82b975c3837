# SPDX-License-Identifier: Apache-2.0
# Every third-party library, found once. Debian 12 packages only; scripts/install names them.

# 1.74 runtimes are about on Debian 12: ask for the version we build against.
set(Boost_NO_WARN_NEW_VERSIONS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)
find_package(SQLite3 3.40 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(ICU 72 REQUIRED COMPONENTS i18n uc)
find_package(Threads REQUIRED)
find_package(absl REQUIRED)

# Debian's libs2 has no CMake file.
find_library(S2_LIBRARY s2 REQUIRED)
find_path(S2_INCLUDE_DIR s2/s2cell_id.h REQUIRED)
add_library(s2::s2 INTERFACE IMPORTED)
set_target_properties(s2::s2 PROPERTIES
  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${S2_INCLUDE_DIR}"
  INTERFACE_INCLUDE_DIRECTORIES "${S2_INCLUDE_DIR}"
  INTERFACE_LINK_LIBRARIES "${S2_LIBRARY};OpenSSL::Crypto;absl::base;absl::strings;absl::hash")

if(COUNTERSIGN_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
if(COUNTERSIGN_BENCH)
  find_package(benchmark REQUIRED)
endif()
