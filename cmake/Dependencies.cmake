# Every library the project uses, as a target deps::NAME. All are static archives but glibc: a program with these
# libraries as shared objects needs 15 ms before main(), this way 2. scripts/setup provides them.

set(RUNNER_DEPS_DIR "${CMAKE_SOURCE_DIR}/build/deps" CACHE PATH "libssh2, libgit2 and curl, as scripts/setup built them")

function(_deps_archive variable file)  # the full path of an archive: ours first, then Debian's
  find_library(${variable} NAMES ${file} HINTS "${RUNNER_DEPS_DIR}/lib" NO_CACHE)
  if(NOT ${variable})
    message(FATAL_ERROR "${file} is not here: run scripts/setup first")
  endif()
  set(${variable} "${${variable}}" PARENT_SCOPE)
endfunction()

function(_deps_header file)
  find_path(where ${file} HINTS "${RUNNER_DEPS_DIR}/include" NO_CACHE)
  if(NOT where)
    message(FATAL_ERROR "the header ${file} is not here: run scripts/setup first")
  endif()
  if(NOT where STREQUAL "/usr/include")
    set(include "${where}" PARENT_SCOPE)
  endif()
endfunction()

# deps_library(NAME HEADER h [ARCHIVE a] [NEEDS targets...] [DEFINES d...])
function(deps_library name)
  cmake_parse_arguments(arg "" "HEADER;ARCHIVE" "NEEDS;DEFINES" ${ARGN})
  set(include "")
  if(arg_HEADER)
    _deps_header(${arg_HEADER})
  endif()
  if(arg_ARCHIVE)
    _deps_archive(archive ${arg_ARCHIVE})
    add_library(deps::${name} STATIC IMPORTED GLOBAL)
    set_target_properties(deps::${name} PROPERTIES IMPORTED_LOCATION "${archive}")
  else()
    add_library(deps::${name} INTERFACE IMPORTED GLOBAL)
  endif()
  set_target_properties(deps::${name} PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${include}"
    INTERFACE_COMPILE_DEFINITIONS "${arg_DEFINES}"
    INTERFACE_LINK_LIBRARIES "${arg_NEEDS}"
    INTERFACE_LINK_OPTIONS "-Wl,--gc-sections")
endfunction()

if(NOT EXISTS "${RUNNER_DEPS_DIR}/stamp")
  message(FATAL_ERROR "${RUNNER_DEPS_DIR} is not built: run scripts/setup first")
endif()

deps_library(cli11 HEADER CLI/CLI.hpp)
deps_library(doctest HEADER doctest/doctest.h)
deps_library(json HEADER nlohmann/json.hpp)
deps_library(yaml_cpp HEADER yaml-cpp/yaml.h ARCHIVE libyaml-cpp.a)
deps_library(zlib HEADER zlib.h ARCHIVE libz.a)
deps_library(sqlite HEADER sqlite3.h ARCHIVE libsqlite3.a)
deps_library(toml HEADER toml++/toml.h DEFINES TOML_HEADER_ONLY=1)
deps_library(expat HEADER expat.h ARCHIVE libexpat.a)
deps_library(pcre2 HEADER pcre2.h ARCHIVE libpcre2-8.a DEFINES PCRE2_CODE_UNIT_WIDTH=8)

deps_library(crypto ARCHIVE libcrypto.a)
deps_library(openssl HEADER openssl/ssl.h ARCHIVE libssl.a NEEDS deps::crypto)
deps_library(ssh2 HEADER libssh2.h ARCHIVE libssh2.a NEEDS deps::openssl deps::zlib)
deps_library(http_parser ARCHIVE libhttp_parser.a)
deps_library(git2 HEADER git2.h ARCHIVE libgit2.a NEEDS deps::http_parser deps::pcre2 deps::ssh2 deps::zlib)
deps_library(nghttp2 HEADER nghttp2/nghttp2.h ARCHIVE libnghttp2.a)
deps_library(curl HEADER curl/curl.h ARCHIVE libcurl.a NEEDS deps::openssl deps::zlib DEFINES CURL_STATICLIB)

# its archive formats name libxml2, which --gc-sections drops with them: ask for tar, zip and gzip by name
deps_library(nettle ARCHIVE libnettle.a)
deps_library(attr ARCHIVE libattr.a)
deps_library(acl ARCHIVE libacl.a NEEDS deps::attr)
deps_library(lzma ARCHIVE liblzma.a)
deps_library(zstd ARCHIVE libzstd.a)
deps_library(lz4 ARCHIVE liblz4.a)
deps_library(bz2 ARCHIVE libbz2.a)
deps_library(archive HEADER archive.h ARCHIVE libarchive.a
  NEEDS deps::nettle deps::acl deps::lzma deps::zstd deps::lz4 deps::bz2 deps::zlib)

find_package(Threads REQUIRED)
deps_library(boost_process HEADER boost/process.hpp ARCHIVE libboost_filesystem.a NEEDS Threads::Threads)

# Debian has no libfmt.a
add_library(runner_fmt STATIC "${CMAKE_CURRENT_LIST_DIR}/fmt.cc")
target_compile_features(runner_fmt PUBLIC cxx_std_20)
add_library(deps::fmt ALIAS runner_fmt)

# what a release links with on top: without libstdc++.so and the relocations of a PIE it starts in 2 ms
add_library(deps::release_link INTERFACE IMPORTED GLOBAL)
set_target_properties(deps::release_link PROPERTIES
  INTERFACE_LINK_OPTIONS "$<$<CONFIG:Release>:-static-libstdc++;-static-libgcc;-no-pie>")
