// What the setup actions' own code makes of version files (setup-java 5.7, setup-node 7.0, setup-python 7.0,
// setup-go 7.0, run under node): ours gives the same, oddities included.
#include "steps/builtin/toolchain/version_files.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "steps/builtin/toolchain/version_range.hpp"

namespace runner {
namespace {

struct JavaRow {
  const char *file, *text, *version, *distribution;
};
constexpr JavaRow kJava[] = {
    {".tool-versions", "java temurin-21.0.5+11.0.LTS\n", "21.0.5+11.0.LTS", "temurin"},
    {".tool-versions", "java\ttemurin-17.0.9+9\n", "17.0.9+9", "temurin"},
    {".tool-versions", "java temurin-17.0.9+9 temurin-21.0.5+11\n", "17.0.9+9", "temurin"},
    {".tool-versions", "nodejs 20\njava  zulu-8.74.0.17\n", "8.74.0", "zulu"},
    {".tool-versions", "java 21 # new\n", "21", ""},
    {".tool-versions", "# java 11\njava 17\n", "17", ""},
    {".tool-versions", "  java 17\n", "", ""},
    {".tool-versions", "java 17\njava 21\n", "17", ""},
    {".tool-versions", "java corretto-21.0.5.11.1\n", "21", "corretto"},
    {".tool-versions", "java openjdk-21.0.2\n", "21.0.2", ""},
    {".tool-versions", "java openjdk-ea-24+22\n", "24+22", ""},
    {".tool-versions", "java adoptopenjdk-8.0.432+6\n", "8.0.432+6", "temurin"},
    {".tool-versions", "java adoptopenjdk-openj9-11.0.25+9\n", "11.0.25+9", "temurin"},
    {".tool-versions", "java semeru-openj9-11.0.25+9_openj9-0.48.0\n", "0.48.0", "semeru"},
    {".tool-versions", "java graalvm-community-21.0.2\n", "21.0.2", "graalvm-community"},
    {".tool-versions", "java oracle-graalvm-21.0.5\n", "21.0.5", "graalvm"},
    {".tool-versions", "java graalvm-22.3.3+java17\n", "22.3.3+java17", "graalvm"},
    {".tool-versions", "java liberica-jre-17.0.13+12\n", "17.0.13+12", "liberica"},
    {".tool-versions", "java liberica-1.8.0_392\n", "8.0.0", "liberica"},
    {".tool-versions", "java microsoft-17.0.13\n", "17.0.13", "microsoft"},
    {".tool-versions", "java sapmachine-21.0.5\n", "21.0.5", "sapmachine"},
    {".tool-versions", "java dragonwell-17.0.13.0.13+11\n", "17.0.13", "dragonwell"},
    {".tool-versions", "java zulu-jre-javafx-21.38.21\n", "21.38.21", "zulu"},
    {".tool-versions", "java jetbrains-21.0.5b631.28\n", "21.0.5", "jetbrains"},
    {".tool-versions", "java 1.8\n", "8", ""},
    {".tool-versions", "java latest\n", "", ""},
    {".tool-versions", "java system\n", "", ""},
    {".tool-versions", "java temurin-latest\n", "", ""},
    {".tool-versions", "javac 17\n", "", ""},
    {".tool-versions", "Java 17\n", "17", ""},
    {".tool-versions", "java 17\r\nnodejs 20\r\n", "17", ""},
    {".tool-versions", "java temurin-23-ea\n", "23-ea", "temurin"},
    {".tool-versions", "java v17\n", "", ""},
    {".tool-versions", "java ref:1\n", "", ""},
    {".tool-versions", "", "", ""},
    {".tool-versions", "java\n", "", ""},
    {".tool-versions", "maven 3\njava trava-11.0.15+1\n", "11.0.15+1", ""},
    {".tool-versions", "java 17.0.9-tem\n", "17.0.9-tem", ""},
    {".tool-versions", "java temurin-17#x\n", "17", "temurin"},
    {".java-version", "17", "17", ""},
    {".java-version", "17.0.9\n", "17.0.9", ""},
    {".java-version", "1.8\n", "8", ""},
    {".java-version", "1.8.0_392\n", "8.0.0", ""},
    {".java-version", "temurin-17.0.9+9\n", "17.0.9+9", ""},
    {".java-version", "openjdk64-17.0.9\n", "17.0.9", ""},
    {".java-version", "openjdk64-1.8.0.392\n", "8.0.392", ""},
    {".java-version", "# the LTS\n21\n", "21", ""},
    {".java-version", "21 # LTS\n", "21", ""},
    {".java-version", "java 17\n", "17", ""},
    {".java-version", "v17\n", "", ""},
    {".java-version", "21-ea\n", "21-ea", ""},
    {".java-version", "17.0\n", "17.0", ""},
    {".java-version", "17.0.8.1\n", "17.0.8", ""},
    {".java-version", "corretto-17.0.9.8.1\n", "17.0.9", ""},
    {".java-version", "\n  11.0  \n", "11.0", ""},
    {".java-version", "17.x\n", "17.x", ""},
    {".java-version", ">=17\n", "", ""},
    {".java-version", "graalvm-ce-java17-22.3.0\n", "22.3.0", ""},
    {".java-version", "zulu-17.46\n", "17.46", ""},
    {".java-version", "temurin-17-jre\n", "17-jre", ""},
    {".java-version", "a-1b\n", "1.0.0", ""},
    {".java-version", "", "", ""},
    {"versions.txt", "java 17 and 21\n", "17", ""},
    {".sdkmanrc", "java=17.0.10-zulu\n", "17.0.10", "zulu"},
    {".sdkmanrc", "# x\njava=21.0.5-tem\n", "21.0.5", "temurin"},
    {".sdkmanrc", "java = 21.0.5-amzn\n", "21", "corretto"},
    {".sdkmanrc", "java=17.0.9-graalce\n", "17.0.9", "graalvm"},
    {".sdkmanrc", "java=17.0.9-nik\n", "17.0.9", ""},
    {".sdkmanrc", "java=17.0.9-librca\n", "17.0.9", "liberica"},
    {".sdkmanrc", "java=22.ea.36-open\n", "22.0.0", ""},
    {".sdkmanrc", "java=8.0.392-kona\n", "8.0.392", "kona"},
    {".sdkmanrc", "java=17.0.9\n", "17.0.9", ""},
    {".sdkmanrc", "java=17.0.9.fx-zulu\n", "17.0.9", "zulu"},
    {".sdkmanrc", "  java=17.0.9-tem\n", "", ""},
    {".sdkmanrc", "#java=11.0.9-tem\njava=17.0.9-sapmchn\n", "17.0.9", "sapmachine"},
    {".sdkmanrc", "java=17.0.9-TEM\n", "17.0.9", ""},
    {".sdkmanrc", "java=17.0.9-tem # x\n", "17.0.9", "temurin"},
    {".sdkmanrc", "java=21.0.5.r11-grl\n", "21.0.5", ""},
    {".sdkmanrc", "gradle=8\n", "", ""},
};

struct Row {
  const char *file, *text, *version;
};
constexpr Row kNode[] = {
    {".nvmrc", "20", "20"},
    {".nvmrc", "v20.1.0\n", "20.1.0"},
    {".nvmrc", "lts/iron\n", "lts/iron"},
    {".nvmrc", "lts/*\n", "lts/*"},
    {".nvmrc", "node\n", "node"},
    {".nvmrc", "# the LTS\n20\n", "20"},
    {".nvmrc", "20 # LTS\n", "20 # LTS"},
    {".nvmrc", "\n\n18\n", "18"},
    {".nvmrc", "  18  \n", "18"},
    {".nvmrc", "18\n20\n", "18"},
    {".nvmrc", "18\r\n", "18"},
    {".nvmrc", "", ""},
    {".nvmrc", ">=18 <21\n", ">=18 <21"},
    {".nvmrc", "v20 lts\n", "v20 lts"},
    {".nvmrc", "#20\n18\n", "#20"},
    {".node-version", "20.10.0", "20.10.0"},
    {".node-version", "v20\n", "20"},
    {".tool-versions", "nodejs 20.1.0\n", "20.1.0"},
    {".tool-versions", "node 20.1.0\n", "20.1.0"},
    {".tool-versions", "nodejs\t20.1.0\n", "20.1.0"},
    {".tool-versions", "nodejs v20.1.0\n", "20.1.0"},
    {".tool-versions", "nodejs 20.1.0 18.0.0\n", "nodejs 20.1.0 18.0.0"},
    {".tool-versions", "ruby 3.2.0\nnodejs 20\n", "20"},
    {".tool-versions", "nodejs 20 # comment\n", "nodejs 20 # comment"},
    {".tool-versions", "# nodejs 18\nnodejs 20\n", "20"},
    {".tool-versions", "  nodejs 20\n", "nodejs 20"},
    {".tool-versions", "python 3.11\n", "python 3.11"},
    {".tool-versions", "nodejs  lts-iron\n", "lts-iron"},
    {".tool-versions", "nodejs 20\r\n", "20"},
    {".tool-versions", "nodejs 20  \n", "nodejs 20"},
    {".tool-versions", "nodejs lts\nruby 3\n", "lts"},
    {"package.json", "{\"engines\":{\"node\":\">=18\"}}", ">=18"},
    {"package.json", "{\"volta\":{\"node\":\"20.1.0\"},\"engines\":{\"node\":\">=18\"}}", "20.1.0"},
    {"package.json",
     "{\"devEngines\":{\"runtime\":{\"name\":\"node\",\"version\":\"^22\"}},\"engines\":{\"node\":\"18\"}}",
     "^22"},
    {"package.json",
     "{\"devEngines\":{\"runtime\":[{\"name\":\"bun\",\"version\":\"1\"},{\"name\":\"Node\",\"version\":\"^"
     "22\"}]}}",
     "^22"},
    {"package.json", "{}", ""},
    {"package.json", "{\"engines\":{\"npm\":\"9\"}}", ""},
    {"package.json", "[]", ""},
    {"package.json", "{\"engines\":{\"node\":20}}", "20"},
    {"mise.toml", "[tools]\nnode = \"20\"\n", "20"},
    {"mise.toml", "[tools]\nnode = { version = \"20.1\", x = 1 }\n", "20.1"},
    {"mise.toml", "[tools]\nnode = [\"20\",\"18\"]\n", ""},
    {"mise.toml", "[tools]\n'node' = '18'\n", "18"},
    {"mise.toml", "tools.node = \"22\"\n", "22"},
    {"mise.toml", "tools = { node = \"22\" }\n", "22"},
    {"mise.toml", "[tools.node]\nversion = \"21\"\n", "21"},
    {"mise.toml", "[tools]\nnode = 20\n", ""},
    {"mise.toml", "[tools]\npython = \"3\"\n", "[tools]"},
    {".mise.toml", "[env]\nA = \"node\"\n[tools]\n# node = \"1\"\nnode = \"lts\" # x\n", "lts"},
};
constexpr Row kPython[] = {
    {".python-version", "3.11", "3.11"},
    {".python-version", "3.11.4\n3.12\n", "3.11.4|3.12"},
    {".python-version", "# x\n\n3.11\n", "3.11"},
    {".python-version", "3.10/envs/app\n", "3.10"},
    {".python-version", "  3.9  \n", "3.9"},
    {".python-version", "3.11 # x\n", "3.11 # x"},
    {".python-version", "pypy3.9-7.3\n", "pypy3.9-7.3"},
    {".python-version", "3.11\r\n3.12\r\n", "3.11|3.12"},
    {".python-version", "system\n", "system"},
    {".python-version", "", ""},
    {".python-version", " # 3.9\n3.11", "3.11"},
    {".tool-versions", "python 3.11.4\n", "3.11.4"},
    {".tool-versions", "python\t3.11\n", "3.11"},
    {".tool-versions", "python v3.11\n", "3.11"},
    {".tool-versions", "python 3.11 3.12\n", ""},
    {".tool-versions", "python 3.11 # x\n", ""},
    {".tool-versions", "# python 3.9\npython 3.11\n", "3.11"},
    {".tool-versions", "nodejs 20\n  python 3.12\n", "3.12"},
    {".tool-versions", "python3.9\n", "3.9"},
    {".tool-versions", "nodejs 20\n", ""},
    {".tool-versions", "python 3.11\r\n", "3.11"},
    {".tool-versions", "python pypy3.9-7.3.9\n", "pypy3.9-7.3.9"},
    {".tool-versions", "pythonx 3\n", ""},
    {"Pipfile", "[requires]\npython_version = \"3.11\"\n", "3.11"},
    {"Pipfile", "[requires]\npython_version = \"3.11\"\npython_full_version = \"3.11.4\"\n", "3.11.4"},
    {"Pipfile", "[packages]\nx = \"*\"\n", ""},
    {"mise.toml", "[tools]\npython = \"3.11\"\n", ""},
};
constexpr Row kGo[] = {
    {"go.mod", "module x\n\ngo 1.22\n", "1.22"},
    {"go.mod", "module x\ngo 1.22.3\ntoolchain go1.23.1\n", "1.23.1"},
    {"go.mod", "go 1.21\ntoolchain default\n", "1.21"},
    {"go.mod", "go 1.21\ntoolchain go1.24rc1\n", "1.24rc1"},
    {"go.mod", "go 1.22rc1\n", "1.22"},
    {"go.mod", "go 1.22 // x\n", "1.22"},
    {"go.mod", "go  1.22\n", ""},
    {"go.mod", " go 1.22\n", ""},
    {"go.mod", "// go 1.2\ngo 1.22\n", "1.22"},
    {"go.mod", "module x\n", ""},
    {"go.mod", "go 1.22\r\n", "1.22"},
    {"go.mod", "go\t1.22\n", ""},
    {"go.mod", "go 1.21\ntoolchain go1.22.3-custom\n", "1.22.3"},
    {"go.mod", "go 1.21\ntoolchain  go1.22.3\n", "1.21"},
    {"go.work", "go 1.22\n\nuse ./a\n", "1.22"},
    {"go.work", "go 1.21\ntoolchain go1.22.1 // x\n", "1.22.1"},
    {".go-version", "1.22.3\n", "1.22.3"},
    {".go-version", "go1.22\n", "go1.22"},
    {".go-version", "  1.21  \n", "1.21"},
    {".go-version", "1.22 # x\n", "1.22 # x"},
    {".go-version", "# x\n1.22\n", "# x\n1.22"},
    {".go-version", "stable\n", "stable"},
    {".tool-versions", "golang 1.22.3\n", "1.22.3"},
    {".tool-versions", "golang\t1.22\n", "1.22"},
    {".tool-versions", "golang 1.22 # x\n", "1.22"},
    {".tool-versions", "golang 1.22#x\n", "1.22"},
    {".tool-versions", "golang 1.22 1.21\n", "1.22 1.21"},
    {".tool-versions", "go 1.22\n", ""},
    {".tool-versions", "  golang 1.22\n", ""},
    {".tool-versions", "# golang 1.1\ngolang 1.22\r\n", "1.22"},
    {".tool-versions", "nodejs 20\n", ""},
    {".tool-versions", "golang  1.22  \n", "1.22"},
};
// A range is another text there: which of some versions are in it?
constexpr Row kPyproject[] = {
    {"pyproject.toml", "[project]\nrequires-python = \">=3.9\"\n",
     "3.9.0 3.9.1 3.10.2 3.11.4 3.12.0 3.13.0 4.0.0"},
    {"pyproject.toml", "[project]\nrequires-python = \">=3.9,<3.13\"\n", "3.9.0 3.9.1 3.10.2 3.11.4 3.12.0"},
    {"pyproject.toml", "[tool.poetry.dependencies]\npython = \"^3.10\"\n", "3.10.2 3.11.4 3.12.0 3.13.0"},
    {"pyproject.toml", "[project]\nname = \"x\"\n[tool.poetry.dependencies]\npython = \"^3.10\"\n", ""},
    {"pyproject.toml", "[project]\nrequires-python = \"~=3.9\"\n", "3.9.0 3.9.1"},
    {"pyproject.toml", "[project]\nrequires-python = \"==3.11.*\"\n", "3.11.4"},
    {"pyproject.toml", "[project]\nrequires-python = \">=3.9,!=3.9.1\"\n",
     "3.9.0 3.9.1 3.10.2 3.11.4 3.12.0 3.13.0 4.0.0"},
    {"pyproject.toml", "[tool.poetry]\ndependencies = { python = \"3.11\" }\n", "3.11.4"},
    {"pyproject.toml", "[project]\n\"requires-python\" = '>=3.8' # x\n",
     "3.8.0 3.9.0 3.9.1 3.10.2 3.11.4 3.12.0 3.13.0 4.0.0"},
    {"pyproject.toml", "project.requires-python = \">=3.7\"\n",
     "3.7.0 3.8.0 3.9.0 3.9.1 3.10.2 3.11.4 3.12.0 3.13.0 4.0.0"},
    {"pyproject.toml", "[project]\nrequires-python = \"3.11\"\r\n", "3.11.4"},
    {"pyproject.toml", "[tool.poetry.dependencies.python]\nversion = \"3.10\"\n", ""},
    {"pyproject.toml", "[project]\nrequires-python = \">= 3.9, < 4\"\n",
     "3.9.0 3.9.1 3.10.2 3.11.4 3.12.0 3.13.0"},
    {"pyproject.toml",
     "[project]\ndescription = \"\"\"\nrequires-python = \"2\"\n\"\"\"\nrequires-python = \">=3.9\"\n",
     "3.9.0 3.9.1 3.10.2 3.11.4 3.12.0 3.13.0 4.0.0"},
};

std::string row_name(const char* file, const char* text) { return fmt::format("{}: {}: ", file, text); }

}  // namespace

TEST_CASE("version files: setup-java") {
  for (const auto& row : kJava) {
    const auto name = row_name(row.file, row.text);
    const auto got = java_in_file(row.file, row.text, "");
    CHECK(name + got.version + " of " + got.distribution == name + row.version + " of " + row.distribution);
  }
  CHECK(java_in_file(".java-version", "17.0.9", "corretto").version == "17");
}

TEST_CASE("version files: setup-node") {
  for (const auto& row : kNode) {
    const auto name = row_name(row.file, row.text);
    std::string extends;
    CHECK(name + node_in_file(row.text, extends) == name + row.version);
  }
}

TEST_CASE("version files: setup-python") {
  for (const auto& row : kPython) {
    const auto name = row_name(row.file, row.text);
    CHECK(name + fmt::format("{}", fmt::join(python_in_file(row.file, row.text), "|")) == name + row.version);
  }
  for (const auto& row : kPyproject) {
    const auto name = row_name(row.file, row.text);
    const auto got = python_in_file(row.file, row.text);
    std::string fitting;
    for (const auto* version :
         {"3.7.0", "3.8.0", "3.9.0", "3.9.1", "3.10.2", "3.11.4", "3.12.0", "3.13.0", "4.0.0"}) {
      const bool fits = !got.empty() &&
                        VersionRange::parse(python_range(got[0]))->contains(*parse_semantic_version(version));
      if (fits) fitting += (fitting.empty() ? "" : " ") + std::string(version);
    }
    CHECK(name + fitting == name + row.version);
  }
}

TEST_CASE("version files: setup-go") {
  for (const auto& row : kGo) {
    const auto name = row_name(row.file, row.text);
    CHECK(name + go_in_file(row.file, row.text, true) == name + row.version);
  }
}

}  // namespace runner
