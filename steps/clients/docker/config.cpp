#include "steps/clients/docker/config.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/reference.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read_config(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return json::object();
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  auto value = read_json(text.empty() ? "{}" : text);
  if (!value.is_object())
    throw Error("read docker's configuration {}: it is not a JSON object", file.string());
  return value;
}

const json* member(const json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto at = object.find(std::string(name));
  return at == object.end() ? nullptr : &*at;
}

std::string text_of(const json& object, std::string_view name) {
  const auto* value = member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : "";
}

Credentials credentials_of(const json& entry) {
  Credentials result{text_of(entry, "username"), text_of(entry, "password"), text_of(entry, "identitytoken")};
  if (const auto decoded = base64_decode(text_of(entry, "auth")); decoded && !decoded->empty()) {
    const auto colon = decoded->find(':');
    result.username = decoded->substr(0, colon);
    if (colon != std::string::npos) result.password = decoded->substr(colon + 1);
    while (result.password.ends_with('\0')) result.password.pop_back();  // some writers pad
  }
  return result;
}

// "r.test/team/app". Docker's own old keys have the path of an interface: "r.test/v1/".
bool is_for_repository(const std::string& key) {
  const auto slash = key.find('/');
  if (slash == std::string::npos || key.find("://") != std::string::npos) return false;
  const auto path = key.substr(slash + 1);
  return !path.empty() && !path.starts_with("v1") && !path.starts_with("v2");
}

// Docker Hub's key has a path of its own, so a whole key is compared first and hosts only then.
std::optional<Credentials> find_in(const json& config, const std::string& key) {
  const auto* auths = member(config, "auths");
  if (auths == nullptr || !auths->is_object()) return std::nullopt;
  if (const auto* entry = member(*auths, key)) {
    if (auto found = credentials_of(*entry); !found.empty()) return found;
  }
  for (const auto& [name, entry] : auths->items()) {
    if (registry_host(name) != registry_host(key) || is_for_repository(name)) continue;
    if (auto found = credentials_of(entry); !found.empty()) return found;
  }
  return std::nullopt;
}

std::string helper_for(const json& config, const std::string& key) {
  if (const auto* helpers = member(config, "credHelpers")) {
    if (const auto* helper = member(*helpers, key); helper != nullptr && helper->is_string()) {
      return helper->get<std::string>();
    }
  }
  return text_of(config, "credsStore");
}

json copy_of_user_config(const fs::path& folder) {
  const auto user = read_config(folder / "config.json");
  json copy = json::object();
  for (const auto* name :
       {"auths", "credHelpers", "credsStore", "proxies", "currentContext", "HttpHeaders"}) {
    if (const auto* value = member(user, name)) copy[name] = *value;
  }
  return copy;
}

void write_private(const fs::path& file, const std::string& text) {
  std::string form = file.string() + ".XXXXXX";
  const int fd = ::mkostemp(form.data(), O_CLOEXEC);  // made with mode 0600
  if (fd < 0) throw Error("write docker's configuration {}: {}", file.string(), std::strerror(errno));
  size_t done = 0;
  while (done < text.size()) {
    const auto count = ::write(fd, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += static_cast<size_t>(count);
  }
  const bool written = ::close(fd) == 0 && done == text.size();
  if (written && ::rename(form.c_str(), file.c_str()) == 0) return;
  const int why = errno;
  ::unlink(form.c_str());
  throw Error("write docker's configuration {}: {}", file.string(), std::strerror(why));
}

}  // namespace

DockerConfig::DockerConfig(const fs::path& folder)
    : folder_(folder),
      file_(std::make_unique<json>(read_config(folder / "config.json"))),
      overrides_(std::make_unique<json>(json::object())) {}
DockerConfig::~DockerConfig() = default;
DockerConfig::DockerConfig(DockerConfig&&) noexcept = default;
DockerConfig& DockerConfig::operator=(DockerConfig&&) noexcept = default;

std::string DockerConfig::current_context() const { return text_of(*file_, "currentContext"); }

void DockerConfig::add_overrides(const std::string& json_text) {
  auto value = read_json(json_text);
  if (!value.is_object()) throw Error("read DOCKER_AUTH_CONFIG: it is not a JSON object");
  *overrides_ = std::move(value);
}

std::optional<Credentials> DockerConfig::find(const std::string& key, const CredentialHelper& helper) const {
  if (auto found = find_in(*overrides_, key)) return found;
  if (const auto name = helper_for(*file_, key); !name.empty()) return helper(name, key);
  return find_in(*file_, key);
}

std::optional<Credentials> DockerConfig::find_for_repository(const std::string& host,
                                                             std::string path) const {
  const auto* auths = member(*file_, "auths");
  while (auths != nullptr && auths->is_object() && !path.empty()) {
    if (const auto* entry = member(*auths, host + "/" + path)) {
      if (auto found = credentials_of(*entry); !found.empty()) return found;
    }
    const auto slash = path.rfind('/');
    path.resize(slash == std::string::npos ? 0 : slash);
  }
  return std::nullopt;
}

std::vector<std::string> DockerConfig::registries() const {
  std::set<std::string> names;
  for (const auto* config : {file_.get(), overrides_.get()}) {
    for (const auto* list : {"auths", "credHelpers"}) {
      const auto* entries = member(*config, list);
      if (entries == nullptr || !entries->is_object()) continue;
      for (const auto& [name, entry] : entries->items()) names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

std::string DockerConfig::saved_entry(const std::string& key) const {
  json saved = json::object();
  for (const auto* list : {"auths", "credHelpers"}) {
    const auto* entries = member(*file_, list);
    const auto* entry = entries == nullptr ? nullptr : member(*entries, key);
    if (entry != nullptr) saved[list] = *entry;
  }
  return saved.dump();
}

void DockerConfig::store(const std::string& key, const Credentials& credentials) {
  auto& entry = (*file_)["auths"][key];
  entry = json::object();
  entry["auth"] = base64(credentials.username + ":" + credentials.password);
  if (!credentials.identity_token.empty()) {
    entry["auth"] = base64(credentials.username + ":");
    entry["identitytoken"] = credentials.identity_token;
  }
  // An empty helper means the file: otherwise the user's keychain would be asked, which does not know this
  // login.
  if (!helper_for(*file_, key).empty()) (*file_)["credHelpers"][key] = "";
}

void DockerConfig::restore(const std::string& key, const std::string& saved_entry) {
  const auto saved = read_json(saved_entry.empty() ? "{}" : saved_entry);
  for (const auto* list : {"auths", "credHelpers"}) {
    if (const auto* entry = member(saved, list)) {
      (*file_)[list][key] = *entry;
    } else if (file_->contains(list)) {
      (*file_)[list].erase(key);
    }
  }
}

void DockerConfig::write() const { write_private(folder_ / "config.json", file_->dump(2) + "\n"); }

DockerUser docker_user(const StepSite& site) {
  return {program_environment(site), site.workspace(), site.user_home(), site.stop()};
}

fs::path docker_config_folder(const DockerUser& user) {
  const auto at = user.env.find("DOCKER_CONFIG");
  if (at != user.env.end() && !at->second.empty()) return at->second;
  return user.user_home / ".docker";
}

fs::path writable_docker_config(StepHost& host, const std::string& name) {
  const auto at = host.env().find("DOCKER_CONFIG");
  if (at != host.env().end() && !at->second.empty()) {
    fs::create_directories(at->second);
    return at->second;
  }
  const auto own = host.user_home() / ".docker", folder = host.temp() / name;
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    throw Error("make the folder {} for docker's configuration: {}", folder.string(), std::strerror(errno));
  }
  if (!fs::exists(folder / "config.json")) {
    write_private(folder / "config.json", copy_of_user_config(own).dump(2) + "\n");
    std::error_code ignored;  // both are conveniences: contexts of the user, plug-ins of the command line
    for (const auto* part : {"contexts", "cli-plugins"}) {
      if (fs::exists(own / part, ignored)) fs::create_directory_symlink(own / part, folder / part, ignored);
    }
  }
  host.set_env("DOCKER_CONFIG", folder.string());
  return folder;
}

}  // namespace runner
