#include "runner/doctor/known_programs.hpp"

#include <algorithm>
#include <iterator>

namespace runner {
namespace {

constexpr KnownProgram kKnownPrograms[] = {
    {"ansible", "apt-get install ansible"},
    {"ansible-playbook", "apt-get install ansible"},
    {"az", "see learn.microsoft.com/cli/azure/install-azure-cli"},
    {"bundle", "apt-get install ruby-bundler"},
    {"bun", "see bun.sh/docs/installation"},
    {"cargo", "apt-get install cargo, or see rustup.rs"},
    {"cmake", "apt-get install cmake"},
    {"composer", "apt-get install composer"},
    {"curl", "apt-get install curl"},
    {"deno", "see docs.deno.com/runtime/getting_started/installation"},
    {"dig", "apt-get install dnsutils"},
    {"docker", "apt-get install docker.io"},
    {"docker-buildx", "apt-get install docker-buildx, or see docs.docker.com/build/install-buildx"},
    {"docker-compose", "apt-get install docker-compose"},
    {"docker-compose-v2", "see docs.docker.com/compose/install/linux (the plugin for `docker compose`)"},
    {"dotnet", "see learn.microsoft.com/dotnet/core/install/linux-debian"},
    {"envsubst", "apt-get install gettext-base"},
    {"gcloud", "see cloud.google.com/sdk/docs/install"},
    {"gh", "see github.com/cli/cli/blob/trunk/docs/install_linux.md"},
    {"git", "apt-get install git"},
    {"go", "apt-get install golang-go, or see go.dev/doc/install"},
    {"gpg", "apt-get install gnupg"},
    {"gradle", "apt-get install gradle, or call ./gradlew"},
    {"helm", "see helm.sh/docs/intro/install"},
    {"java", "apt-get install default-jdk-headless"},
    {"jq", "apt-get install jq"},
    {"kubectl", "apt-get install kubernetes-client, or see kubernetes.io/docs/tasks/tools"},
    {"lftp", "apt-get install lftp"},
    {"make", "apt-get install make"},
    {"mvn", "apt-get install maven"},
    {"mysql", "apt-get install default-mysql-client"},
    {"nc", "apt-get install netcat-openbsd"},
    {"node", "apt-get install nodejs"},
    {"npm", "apt-get install npm"},
    {"npx", "apt-get install npm"},
    {"perl", "apt-get install perl"},
    {"php", "apt-get install php-cli"},
    {"pip", "apt-get install python3-pip"},
    {"pip3", "apt-get install python3-pip"},
    {"pnpm", "npm install --global pnpm"},
    {"poetry", "apt-get install python3-poetry"},
    {"psql", "apt-get install postgresql-client"},
    {"python", "apt-get install python-is-python3"},
    {"python3", "apt-get install python3"},
    {"rsync", "apt-get install rsync"},
    {"ruby", "apt-get install ruby"},
    {"scp", "apt-get install openssh-client"},
    {"sftp", "apt-get install openssh-client"},
    {"sqlite3", "apt-get install sqlite3"},
    {"ssh", "apt-get install openssh-client"},
    {"ssh-add", "apt-get install openssh-client"},
    {"ssh-agent", "apt-get install openssh-client"},
    {"ssh-keygen", "apt-get install openssh-client"},
    {"ssh-keyscan", "apt-get install openssh-client"},
    {"sshpass", "apt-get install sshpass"},
    {"sudo", "apt-get install sudo"},
    {"terraform", "see developer.hashicorp.com/terraform/install"},
    {"unzip", "apt-get install unzip"},
    {"uv", "see docs.astral.sh/uv/getting-started/installation"},
    {"wget", "apt-get install wget"},
    {"xz", "apt-get install xz-utils"},
    {"yarn", "npm install --global yarn"},
    {"yq", "apt-get install yq"},
    {"zip", "apt-get install zip"},
    {"zstd", "apt-get install zstd"},
};

struct Provider {
  std::string_view action;
  std::vector<std::string> programs;
};

const std::vector<Provider>& providers() {
  static const std::vector<Provider> all{{"actions/setup-node", {"node", "npm", "npx", "corepack"}},
                                         {"actions/setup-python", {"python", "python3", "pip", "pip3"}},
                                         {"actions/setup-java", {"java", "javac"}},
                                         {"actions/setup-go", {"go"}},
                                         {"pnpm/action-setup", {"pnpm"}}};
  return all;
}

}  // namespace

const KnownProgram* find_known_program(std::string_view name) {
  const auto* at = std::find_if(std::begin(kKnownPrograms), std::end(kKnownPrograms),
                                [&](const auto& program) { return name == program.name; });
  return at == std::end(kKnownPrograms) ? nullptr : at;
}

std::vector<std::string> programs_of_action(std::string_view action) {
  for (const auto& provider : providers()) {
    if (provider.action == action) return provider.programs;
  }
  return {};
}

}  // namespace runner
