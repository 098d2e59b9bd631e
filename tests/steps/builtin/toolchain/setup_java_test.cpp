#include <doctest/doctest.h>

#include "steps/builtin/toolchain/java_tool.hpp"
#include "steps/builtin/toolchain/maven_files.hpp"
#include "tests/steps/builtin/toolchain/tool_world.hpp"

namespace runner {
BuiltinAction setup_java();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Jdks : ToolWorld {
  Jdks() : ToolWorld(setup_java()) {
    version_ = {4, 0, 0, 1};
    jdk(".sdkman/candidates/java/17.0.9-tem", "17.0.9", "17.0.9+9", "Eclipse Adoptium");
    jdk(".sdkman/candidates/java/17.0.10-zulu", "17.0.10", "17.0.10+7-LTS", "Azul Systems, Inc.");
    jdk(".jdks/corretto-11", "11.0.3.1", "11.0.3.1+1", "Amazon.com Inc.");
    jdk(".jdks/old", "1.8.0_392", "1.8.0_392-b08", "Temurin");
    jdk(".jdks/early", "99", "99-ea+4", "Oracle Corporation");
    jdk(".jdks/jre", "97.0.1", "97.0.1+1", "Eclipse Adoptium", false);
  }
  fs::path jdk(const std::string& name, const std::string& version, const std::string& runtime,
               const std::string& vendor, bool compiler = true) {
    const auto home = at_home(name);
    prints(home / "bin/java", version);
    if (compiler) prints(home / "bin/javac", version);
    std::ofstream(home / "release") << "IMPLEMENTOR=\"" << vendor << "\"\nJAVA_VERSION=\"" << version
                                    << "\"\nJAVA_RUNTIME_VERSION=\"" << runtime << "\"\n";
    return home;
  }
  std::string use(const std::string& version, const std::string& distribution = "temurin") {
    with["java-version"] = version;
    with["distribution"] = distribution;
    const auto result = run();
    return result.message.empty() ? outputs["version"] : result.message;
  }
};

TEST_CASE("setup-java: the version and the vendor, else another vendor's") {
  struct Case {
    const char *version, *distribution, *want, *notice;
  };
  for (const auto& c : {Case{"17.0.9", "temurin", "17.0.9+9", ""}, Case{"17.0.10", "zulu", "17.0.10+7", ""},
                        Case{"17.0.10", "temurin", "17.0.10+7",
                             "There is no temurin 17.0.10 on this machine: the JDK of zulu"},
                        Case{"11.0", "corretto", "11.0.3+1", ""}, Case{"17.0.9+9", "temurin", "17.0.9+9", ""},
                        Case{"99-ea", "oracle", "99.0.0-ea+4", ""}}) {
    CAPTURE(c.version);
    Jdks host;
    CHECK(host.use(c.version, c.distribution) == c.want);
    CHECK(host.warning().find(c.notice) == 0);
    CHECK(host.outputs["distribution"] == c.distribution);
  }
}

TEST_CASE("setup-java: what is not here") {
  Jdks host;
  const auto message = host.use("96");
  CHECK(message.find("Java temurin 96 is not on this machine. Found: ") == 0);
  CHECK(message.find("temurin 97.0.1+1 without a compiler (") != std::string::npos);
  CHECK(message.find("Get it with: sdk install java 96-tem") != std::string::npos);
  CHECK(host.use("97").find("is not on this machine") != std::string::npos);  // a JRE only
  host.with["java-package"] = "jre";
  CHECK(host.use("97") == "97.0.1+1");
  CHECK(host.use("99").find("is not on this machine") !=
        std::string::npos);  // early access only when asked for
  CHECK(host.use("99.0.0+5", "oracle").find("is not on this machine") != std::string::npos);
  CHECK(host.use("eleven").find("The version specified is not valid: java-version \"eleven\"") == 0);
  CHECK(host.use("17", "") == "Input required and not supplied: distribution");
  CHECK(host.use("") == "java-version or java-version-file input expected");
  host.with["jdkFile"] = "x.tar.gz";
  CHECK(host.use("17").find("distribution jdkfile is not done here") == 0);
}

TEST_CASE("setup-java: several versions, the last is the default") {
  Jdks host;
  CHECK(host.use("11\n17.0.9") == "17.0.9+9");
  const auto home17 = fs::canonical(host.at_home(".sdkman/candidates/java/17.0.9-tem")).string(),
             home11 = fs::canonical(host.at_home(".jdks/corretto-11")).string();
  CHECK(host.exported["JAVA_HOME"] == home17);
  CHECK(host.exported["JAVA_HOME_17_X64"] == home17);
  CHECK(host.exported["JAVA_HOME_11_X64"] == home11);
  CHECK(host.paths == std::vector<std::string>{home11 + "/bin", home17 + "/bin"});
  CHECK(host.outputs["path"] == home17);

  Jdks beside;
  beside.with["set-default"] = "false";
  CHECK(beside.use("17.0.9") == "17.0.9+9");
  CHECK(beside.exported.count("JAVA_HOME") == 0);
  CHECK(beside.exported.count("JAVA_HOME_17_X64") == 1);
  CHECK(beside.paths.empty());
}

TEST_CASE("setup-java: the version of a file") {
  struct Case {
    int major;
    const char *distribution, *text, *want, *told;
  };
  for (const auto& c : {Case{5, "zulu", "java temurin-17.0.9+9.0.LTS temurin-11\n", "17.0.9+9", "temurin"},
                        Case{5, "", "java\tzulu-17\n", "17.0.10+7", "zulu"},
                        Case{4, "zulu", "java temurin-17\n", "17.0.10+7", "zulu"},
                        Case{5, "temurin", "java corretto-11.0.3.7.1\n", "11.0.3+1", "corretto"},
                        Case{5, "temurin", "java temurin-17.0.9+8\n", "", ""}}) {
    CAPTURE(c.text);
    Jdks host;
    host.version_ = {c.major, 0, 0, 1};
    host.put(".tool-versions", c.text);
    host.with["java-version-file"] = ".tool-versions";
    const auto got = host.use("", c.distribution);
    if (*c.want == '\0') {
      CHECK(got.find("is not on this machine") != std::string::npos);
    } else {
      CHECK(got == c.want);
      CHECK(host.outputs["distribution"] == c.told);
    }
  }
  Jdks host;
  host.put(".sdkmanrc", "java=17.0.10-zulu");
  host.with["java-version-file"] = ".sdkmanrc";
  CHECK(host.use("", "") == "17.0.10+7");
  CHECK(host.outputs["distribution"] == "zulu");
}

TEST_CASE("setup-java: Maven's settings name variables, and only the private HOME is written") {
  Jdks host;
  host.with = {
      {"server-id", "central & co"}, {"server-username", "MAVEN_USER"}, {"server-password", "MAVEN_TOKEN"}};
  CHECK(host.use("17.0.9") == "17.0.9+9");
  const auto folder = fs::path(host.env_["HOME"]) / ".m2";
  const auto text = read_file(folder / "settings.xml");
  CHECK(text.find("<id>central &amp; co</id>\n      <username>${env.MAVEN_USER}</username>\n      "
                  "<password>${env.MAVEN_TOKEN}</password>") != std::string::npos);
  CHECK(read_file(folder / "toolchains.xml").find("<id>temurin_17.0.9</id>") != std::string::npos);
  CHECK_FALSE(fs::exists(host.at_home(".m2")));

  host.with["overwrite-settings"] = "false";
  host.with["server-id"] = "other";
  CHECK(host.use("17.0.9") == "17.0.9+9");
  CHECK(read_file(folder / "settings.xml") == text);
}

TEST_CASE("setup-java: with the user's own HOME, their settings stay unless a server is asked for") {
  Jdks host;
  host.env_["HOME"] = host.user_home().string();
  fs::create_directories(host.at_home(".m2"));
  std::ofstream(host.at_home(".m2/settings.xml")) << "mine";
  CHECK(host.use("17.0.9") == "17.0.9+9");
  CHECK(read_file(host.at_home(".m2/settings.xml")) == "mine");
  CHECK_FALSE(fs::exists(host.at_home(".m2/toolchains.xml")));
  host.with["server-id"] = "central";
  CHECK(host.use("17.0.9") == "17.0.9+9");
  CHECK(read_file(host.at_home(".m2/settings.xml")).find("<id>central</id>") != std::string::npos);
}

TEST_CASE("setup-java: an entry of Maven's toolchains with the same id is replaced, others stay") {
  auto text = maven_toolchains("", {"11", "temurin", "a", "/jdk/11"});
  text = maven_toolchains(text, {"17", "temurin", "b", "/jdk/17"});
  text = maven_toolchains(text, {"11", "temurin", "a", "/jdk/11.2"});
  CHECK(text.find("/jdk/11<") == std::string::npos);
  CHECK(text.find("<jdkHome>/jdk/11.2</jdkHome>") != std::string::npos);
  CHECK(text.find("<jdkHome>/jdk/17</jdkHome>") != std::string::npos);
  CHECK(text.find("</toolchains>") == text.rfind("</toolchains>"));
}

TEST_CASE("setup-java: the cache of Maven") {
  const TempDir shared;
  const auto job = [&](const std::string& pom) {
    Jdks host;
    host.use_caches(shared.path());
    host.put("app/pom.xml", pom);
    host.with["cache"] = "maven";
    REQUIRE(host.use("17.0.9") == "17.0.9+9");
    const auto kept = fs::path(host.env_["HOME"]) / ".m2/repository/x";
    const auto restored = read_file(kept);
    fs::create_directories(kept.parent_path());
    std::ofstream(kept) << pom;
    host.run_post();
    return host.outputs["cache-hit"] + ":" + restored;
  };
  CHECK(job("one") == "false:");
  CHECK(job("one") == "true:one");
  CHECK(job("two") == "false:");
  Jdks host;
  host.with["cache"] = "gradle";
  CHECK(host.use("17.0.9").find("No file in " + host.workspace().string() + " matched to [**/*.gradle*,") ==
        0);
  host.with["cache"] = "ant";
  CHECK(host.use("17.0.9") == "unknown package manager specified: ant");
}

TEST_CASE("setup-java: what a plan knows before the run") {
  Jdks host;
  host.env_["HOME"] = host.user_home().string();
  host.with = {{"java-version", "17"}, {"distribution", "temurim"}, {"cache", "mavn"}};
  CHECK(setup_java().problems(host) ==
        std::vector<std::string>{
            "No supported distribution was found for input temurim; did you mean \"temurin\"?",
            "unknown package manager specified: mavn; did you mean \"maven\"?"});
  host.with = {{"java-version", "96"}, {"distribution", "temurin"}};
  REQUIRE(setup_java().problems(host).size() == 1);
  CHECK(setup_java().effects(host) == std::vector<std::string>{"put Java 96 on PATH and into JAVA_HOME"});
}

}  // namespace
}  // namespace runner::test
