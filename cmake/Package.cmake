# What a user installs: the program, its manual, what shells complete with, and what is written about it.
# scripts/package makes a Debian package and a tarball of it.
set(made ${CMAKE_BINARY_DIR}/installed)
file(MAKE_DIRECTORY ${made})
add_custom_command(
  OUTPUT ${made}/runner.1.gz ${made}/runner.bash ${made}/_runner ${made}/runner.fish
  COMMAND runner help --man | gzip -9n >${made}/runner.1.gz
  COMMAND runner completion bash >${made}/runner.bash
  COMMAND runner completion zsh >${made}/_runner
  COMMAND runner completion fish >${made}/runner.fish
  DEPENDS runner)
add_custom_target(installed DEPENDS ${made}/runner.1.gz)

include(GNUInstallDirs)
install(TARGETS runner)
install(FILES ${made}/runner.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${made}/runner.bash DESTINATION share/bash-completion/completions RENAME runner)
install(FILES ${made}/_runner DESTINATION share/zsh/vendor-completions)
install(FILES ${made}/runner.fish DESTINATION share/fish/vendor_completions.d)
install(FILES README.md DESTINATION share/doc/runner)
install(DIRECTORY docs workflows DESTINATION share/doc/runner)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "runs GitHub Actions workflows on this machine")
set(CPACK_PACKAGE_FILE_NAME runner-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
if(CPACK_DEBIAN_PACKAGE_MAINTAINER STREQUAL " <>")
  set(CPACK_DEBIAN_PACKAGE_MAINTAINER "runner <root@localhost>")
endif()
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS git)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "docker.io, rsync, nodejs")
include(CPack)
