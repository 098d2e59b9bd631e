#include "steps/builtin/toolchain/maven_files.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {

namespace {

constexpr std::string_view kEnd = "</toolchains>";

std::string escaped(std::string_view text) {
  auto result = replace_all(std::string(text), "&", "&amp;");
  result = replace_all(std::move(result), "<", "&lt;");
  result = replace_all(std::move(result), ">", "&gt;");
  return replace_all(replace_all(std::move(result), "\"", "&quot;"), "'", "&apos;");
}

std::string namespaces(std::string_view name, std::string_view version) {
  return fmt::format(
      R"(xmlns="http://maven.apache.org/{0}/{1}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" )"
      R"(xsi:schemaLocation="http://maven.apache.org/{0}/{1} https://maven.apache.org/xsd/{2}-{1}.xsd")",
      name, version, lower(name));
}

std::string entry_of(const MavenToolchain& toolchain) {
  return fmt::format(
      "  <toolchain>\n    <type>jdk</type>\n    <provides>\n      <version>{}</version>\n      "
      "<vendor>{}</vendor>\n"
      "      <id>{}</id>\n    </provides>\n    <configuration>\n      <jdkHome>{}</jdkHome>\n    "
      "</configuration>\n"
      "  </toolchain>\n",
      escaped(toolchain.version), escaped(toolchain.vendor), escaped(toolchain.id), escaped(toolchain.home));
}

std::string without_entry(std::string text, const std::string& id) {
  const auto id_at = text.find("<id>" + escaped(id) + "</id>");
  if (id_at == std::string::npos) return text;
  const auto start = text.rfind("<toolchain>", id_at);
  const std::string_view close = "</toolchain>";
  const auto end = text.find(close, id_at);
  if (start == std::string::npos || end == std::string::npos) return text;
  const auto line = text.find_last_not_of(" \t", start - 1) + 1;
  auto after = end + close.size();
  if (after < text.size() && text[after] == '\n') ++after;
  return text.erase(line, after - line);
}

}  // namespace

std::string maven_settings(const MavenServer& server) {
  return fmt::format(
      "<settings {}>\n  <interactiveMode>false</interactiveMode>\n  <servers>\n    <server>\n      "
      "<id>{}</id>\n"
      "      <username>${{env.{}}}</username>\n      <password>${{env.{}}}</password>\n    </server>\n  "
      "</servers>\n"
      "</settings>\n",
      namespaces("SETTINGS", "1.0.0"), escaped(server.id), escaped(server.username_variable),
      escaped(server.password_variable));
}

std::string maven_toolchains(std::string_view before, const MavenToolchain& toolchain) {
  auto text = without_entry(std::string(before), toolchain.id);
  if (text.rfind(kEnd) == std::string::npos) {
    text = fmt::format("<?xml version=\"1.0\"?>\n<toolchains {}>\n{}\n", namespaces("TOOLCHAINS", "1.1.0"),
                       kEnd);
  }
  return text.insert(text.rfind(kEnd), entry_of(toolchain));
}

}  // namespace runner
