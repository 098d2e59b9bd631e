#include <algorithm>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "runner/doctor/actrc.hpp"
#include "runner/doctor/checks.hpp"
#include "tests/support/cli_fixture.hpp"

namespace runner {
namespace {

// A machine that has what the test says.
class FakeWorld : public DoctorWorld {
 public:
  std::set<std::string> programs{"git", "docker"};
  std::map<std::string, std::string> versions{{"git", "git version 2.39.5"}};
  std::set<std::string> plugins;
  EngineReport report{.error = "",
                      .address = "unix:///run/docker.sock",
                      .version = "20.10.24",
                      .os = "linux",
                      .architecture = "amd64",
                      .buildkit = true};
  std::map<std::filesystem::path, FolderReport> folders;
  std::map<std::string, std::string> unreachable;  // "host:port" and why
  std::map<std::filesystem::path, std::string> files;

  std::optional<std::string> find_program(const std::string& name) const override {
    return programs.contains(name) ? std::optional("/bin/" + name) : std::nullopt;
  }
  std::string version_line(const std::vector<std::string>& command) const override {
    const auto at = versions.find(command[0].substr(5));
    return at == versions.end() ? "" : at->second;
  }
  bool has_docker_plugin(const std::string& name) const override { return plugins.contains(name); }
  EngineReport engine() const override { return report; }
  FolderReport folder(const std::filesystem::path& path) const override {
    const auto at = folders.find(path);
    return at == folders.end() ? FolderReport{true, true, false, 100'000'000'000} : at->second;
  }
  std::string connect(const std::string& host, int port, bool) const override {
    const auto at = unreachable.find(host + ":" + std::to_string(port));
    return at == unreachable.end() ? "" : at->second;
  }
  std::optional<std::string> read(const std::filesystem::path& file) const override {
    const auto at = files.find(file);
    return at == files.end() ? std::nullopt : std::optional(at->second);
  }
};

const NeededBy kBy{"deploy.yml (build)"};

struct Visit {
  FakeWorld world;
  Needs needs;
  ExposedSecrets exposed{};
  std::vector<Finding> findings() const {
    return examine({.needs = needs,
                    .world = world,
                    .directory = "/repo",
                    .folders = {"/state", "/cache", "/home/u"},
                    .exposed = exposed});
  }
  // The finding whose text begins like that.
  Finding at(std::string_view begin) const {
    for (const auto& finding : findings()) {
      if (finding.text.starts_with(begin)) return finding;
    }
    return {"", Health::good, "nothing begins with " + std::string(begin)};
  }
};

// A folder for PATH that has git alone, whatever else this machine has.
class OnlyGit {
  test::TempDir folder_;

 public:
  OnlyGit() { std::filesystem::create_symlink("/usr/bin/git", folder_.path() / "git"); }
  std::string path() const { return folder_.path().string(); }
};

}  // namespace

TEST_CASE("doctor: what is missing, and what mends it") {
  struct Case {
    const char* why;
    void (*set)(Visit&);
    const char* text;
    Health health;
    const char* fix;
  };
  for (const auto& c : {
           Case{"git", [](Visit& v) { v.world.programs.erase("git"); }, "git is not here", Health::missing,
                "apt-get install git"},
           Case{"a program", [](Visit& v) { v.needs.programs["jq"] = kBy; }, "jq is not here",
                Health::missing, "apt-get install jq"},
           Case{"a program nobody knows", [](Visit& v) { v.needs.programs["frob"] = kBy; },
                "frob is not here", Health::missing, "install frob"},
           Case{"a program that is here", [](Visit& v) { v.needs.programs["docker"] = kBy; },
                "docker (/bin/docker)", Health::good, ""},
           Case{"an engine that is down",
                [](Visit& v) { v.world.report.error = "Cannot connect", v.needs.engine = kBy; },
                "Cannot connect", Health::missing, "sudo systemctl start docker"},
           Case{"an engine that is not installed",
                [](Visit& v) {
                  v.world.report.error = "Cannot connect", v.needs.engine = kBy, v.world.programs.clear();
                },
                "Cannot connect", Health::missing, "apt-get install docker.io"},
           Case{"an engine nobody needs", [](Visit& v) { v.world.report.error = "Cannot connect"; },
                "no Docker Engine; no workflow here needs one", Health::note, ""},
           Case{"the classic builder only", [](Visit& v) { v.world.report.buildkit = false; },
                "it has the classic builder only", Health::note, "an engine of version 18.09 or later"},
           Case{"a file with secrets that git would take",
                [](Visit& v) { v.exposed.not_ignored = {".secrets"}; },
                "git does not ignore .secrets: `git add .` would take it along", Health::warning,
                "echo '/.secrets' >> .gitignore"},
           Case{"a file with secrets that git has", [](Visit& v) { v.exposed.committed = {"app/.secrets"}; },
                "app/.secrets is in git: whoever has the repository has its secrets", Health::warning,
                "git rm --cached 'app/.secrets' && echo '/app/.secrets' >> .gitignore  (and change what it "
                "holds)"},
           Case{"a platform of its own", [](Visit& v) { v.needs.platforms["linux/arm64"] = kBy; },
                "images for linux/arm64 cannot be built here", Health::missing,
                "apt-get install qemu-user-static binfmt-support"},
           Case{"a platform in an emulator",
                [](Visit& v) {
                  v.needs.platforms["linux/arm64"] = kBy, v.world.report.emulated = {"linux/arm64"};
                },
                "linux/arm64 runs in an emulator", Health::good, ""},
           Case{"two platforms need buildx",
                [](Visit& v) {
                  v.needs.platforms = {{"linux/arm64", kBy}, {"linux/amd64", kBy}};
                },
                "docker-buildx is not here", Health::missing,
                "apt-get install docker-buildx, or see docs.docker.com/build/install-buildx"},
           Case{"docker compose",
                [](Visit& v) {
                  v.needs.programs["docker-compose-v2"] = kBy, v.world.plugins = {"docker-compose"};
                },
                "docker-compose is here", Health::good, ""},
           Case{"a server that is down",
                [](Visit& v) {
                  v.needs.ssh_hosts["web1:2222"] = kBy, v.world.unreachable["web1:2222"] = "refused";
                },
                "ssh server web1:2222 does not answer: refused", Health::missing,
                "ssh -v -p 2222 web1  (is the server up, the name right, the way open?)"},
           Case{"a server that is up", [](Visit& v) { v.needs.ssh_hosts["web1"] = kBy; },
                "ssh server web1:22 answers", Health::good, ""},
           Case{"a registry that is down",
                [](Visit& v) {
                  v.needs.registries["ghcr.io"] = kBy, v.world.unreachable["ghcr.io:443"] = "timeout";
                },
                "registry ghcr.io:443 does not answer: timeout", Health::missing,
                "curl -v https://ghcr.io/v2/"},
           Case{"a secret", [](Visit& v) { v.needs.secrets["KEY"] = kBy; }, "the secret KEY is not set",
                Health::missing, "echo 'KEY=...' >> .secrets && chmod 600 .secrets"},
           Case{"a variable", [](Visit& v) { v.needs.variables["REGION"] = kBy; },
                "the variable REGION is not set", Health::missing, "echo 'REGION=...' >> .vars"},
           Case{"a folder of somebody else",
                [](Visit& v) {
                  v.world.folders["/state"] = {true, false, false, 1};
                },
                "records and logs in /state cannot be written to", Health::missing,
                "chown -R \"$USER\" /state"},
           Case{"a folder that others read",
                [](Visit& v) {
                  v.world.folders["/cache"] = {true, true, true, 100'000'000'000};
                },
                "caches in /cache can be read by others", Health::warning, "chmod -R go= /cache"},
           Case{"a full disk",
                [](Visit& v) {
                  v.world.folders["/cache"] = {true, true, false, 500'000'000};
                },
                "0.5 GB free for workspaces", Health::warning, "make room: du -xh -d 1 /cache | sort -h"},
           Case{"a workflow that cannot run",
                [](Visit& v) { v.needs.workflows = 1, v.needs.refused["deploy.yml:3: no"] = kBy; },
                "deploy.yml:3: no", Health::missing, ""},
           Case{"no workflow", [](Visit&) {}, "no workflow here", Health::note, ""},
           Case{"act's settings", [](Visit& v) { v.world.files["/repo/.actrc"] = "-P x=y\n--frob 1\n"; },
                "/repo/.actrc is not read; no counterpart here for: --frob 1", Health::note,
                "printf '%s\\n' '--platform x=host' > /repo/.runnerrc"},
       }) {
    CAPTURE(c.why);
    Visit visit;
    c.set(visit);
    const auto finding = visit.at(c.text);
    CHECK(finding.text.starts_with(c.text));
    CHECK(finding.health == c.health);
    CHECK(finding.fix == c.fix);
    CHECK(something_missing(visit.findings()) ==
          (c.health == Health::missing || visit.world.programs.empty()));
  }
}

TEST_CASE("doctor: the programs of a script") {
  struct Case {
    const char* script;
    std::set<std::string> want;
  };
  for (const auto& c : {
           Case{"npm ci\nnpm run build", {"npm"}},
           Case{"  FOO=1 BAR=2 node x.js | jq -r .a", {"node", "jq"}},
           Case{"if ! curl -f x; then sudo rsync -a b c; fi", {"curl", "sudo", "rsync"}},
           Case{"V=$(git describe) && docker compose up -d", {"git", "docker", "docker-compose-v2"}},
           Case{"docker buildx build .", {"docker", "docker-buildx"}},
           Case{"docker-compose pull", {"docker-compose"}},
           Case{"# npm ci\necho npm jq", {}},
           Case{"(cd a; kubectl apply -f x) || terraform apply", {"kubectl", "terraform"}},
           Case{"ls `yq .a b`", {"yq"}},
           Case{"mynode x; ./npm", {}},
       }) {
    CAPTURE(c.script);
    CHECK(script_programs(c.script) == c.want);
  }
}

TEST_CASE("doctor: a .actrc as a .runnerrc") {
  const auto translated = translate_actrc(
      "# mine\n-P ubuntu-latest=node:16\n-P gpu=some/image\n--secret-file my.secrets\n--env=A=b c\n-e "
      "event.json\n"
      "--action-offline-mode\n--verbose=false\n\n--container-architecture linux/amd64\n--bind\n");
  CHECK(translated.lines == std::vector<std::string>{"--platform gpu=host", "--secret-file my.secrets",
                                                     "--env A=b c", "--event-path event.json", "--offline"});
  CHECK(translated.dropped == std::vector<std::string>{"--container-architecture linux/amd64", "--bind"});
}

TEST_CASE("doctor: what workflows stand on") {
  test::CliFixture cli;
  cli.workflow("deploy.yml",
               "on: push\n"
               "env:\n"
               "  REGION: ${{ vars.REGION }}\n"
               "jobs:\n"
               "  build:\n"
               "    runs-on: ubuntu-latest\n"
               "    steps:\n"
               "      - run: frobnicate; terraform apply\n"
               "      - uses: docker/build-push-action@v6\n"
               "        with:\n"
               "          context: .\n"
               "          push: true\n"
               "          tags: 127.0.0.1:2/web:1\n"
               "  ship:\n"
               "    runs-on: ubuntu-latest\n"
               "    steps:\n"
               "      - uses: appleboy/ssh-action@v1\n"
               "        with:\n"
               "          host: ${{ secrets.HOST }}\n"
               "          username: u\n"
               "          password: ${{ secrets.PASSWORD }}\n"
               "          script: date\n");
  cli.workflow("manual.yml",
               "on:\n"
               "  workflow_dispatch:\n"
               "    inputs:\n"
               "      what: {required: true}\n"
               "      how: {required: true, type: choice, options: [a, b]}\n"
               "jobs:\n"
               "  one:\n"
               "    runs-on: ubuntu-latest\n"
               "    container: debian\n"
               "    steps:\n"
               "      - run: date\n");
  cli.write(".secrets", "HOST=127.0.0.1:1\n");
  const OnlyGit only_git;
  cli.environment["PATH"] = only_git.path();
  cli.environment["DOCKER_HOST"] = "unix:///nonexistent.sock";
  cli.http.answer = [](const HttpRequest&) -> HttpResponse { throw HttpError("GET", "refused"); };
  const auto result = cli.run({"doctor", "--format", "json"});
  CHECK(result.status == 1);
  const auto json = read_json(result.out);
  REQUIRE(json.is_object());
  const auto status = [&](const std::string& begin) -> std::string {
    for (const auto& finding : json["findings"]) {
      if (finding["text"].get<std::string>().starts_with(begin)) return finding["status"];
    }
    return "no such line: " + begin;
  };
  CHECK(status("git version 2") == "ok");
  CHECK(status("git does not ignore .secrets") == "warning");
  CHECK(status("terraform is not here") == "missing");
  CHECK(status("Cannot connect to the Docker daemon at unix:///nonexistent.sock") == "missing");
  CHECK(status("registry 127.0.0.1:2 does not answer") == "missing");
  CHECK(status("ssh server *** does not answer") == "missing");  // a secret here too
  CHECK(status("the secret PASSWORD is not set") == "missing");
  CHECK(status("the variable REGION is not set") == "missing");
  CHECK(status(".github/workflows/manual.yml:9:16: jobs in a container are not supported yet") == "missing");
  CHECK(result.out.find("HOST is not set") == std::string::npos);
  CHECK(json["missing"].get<size_t>() >= 7);
}

TEST_CASE("doctor: as text, for one workflow") {
  test::CliFixture cli;
  const OnlyGit only_git;
  cli.environment["PATH"] = only_git.path();
  cli.workflow("hello.yml", test::kHello);
  cli.workflow("other.yml",
               "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: terraform apply}]}}\n");
  const auto result = cli.run({"doctor", "hello"});
  CHECK(result.status == 0);
  CHECK(result.out.starts_with("Machine\n"));
  CHECK(result.out.find("terraform") == std::string::npos);
  CHECK(result.out.find("1 workflow can be planned") != std::string::npos);
  const auto all = cli.run({"doctor", "-q"});
  CHECK(all.status == 1);
  CHECK(all.out.find("terraform is not here  other.yml (a)\n      see developer.hashicorp.com") !=
        std::string::npos);
  CHECK(all.out.find("Machine") == std::string::npos);
  const auto wrong = cli.run({"doctor", "helo"});
  CHECK(wrong.status == 2);
  CHECK(cli.run({"help"}).out.find("doctor") != std::string::npos);
}

}  // namespace runner
