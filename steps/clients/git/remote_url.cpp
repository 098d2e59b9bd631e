#include "steps/clients/git/remote_url.hpp"

#include "parser/base/text.hpp"

namespace runner {

namespace {

// The path of a URL on another machine; empty for a local one.
std::string_view remote_path(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    if (url.starts_with("file:")) return {};
    const auto rest = url.substr(scheme + 3);
    const auto slash = rest.find('/');
    return slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
  const auto colon = url.find(':');  // scp-like: the colon stands before any slash
  if (colon == std::string_view::npos || url.substr(0, colon).find('/') != std::string_view::npos) return {};
  return url.substr(colon + 1);
}

// Without the ends that say nothing.
std::string_view bare_path(std::string_view url) {
  auto path = remote_path(trim(url));
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.ends_with(".git")) path.remove_suffix(4);
  return path;
}

}  // namespace

std::string slug_of_remote(std::string_view url) {
  const auto path = bare_path(url);
  const auto last = path.rfind('/');
  if (last == std::string_view::npos || last + 1 == path.size()) return "";
  auto owner = path.substr(0, last);
  while (owner.ends_with('/')) owner.remove_suffix(1);
  if (const auto slash = owner.rfind('/'); slash != std::string_view::npos) owner.remove_prefix(slash + 1);
  if (owner.empty()) return "";
  return std::string(owner) + "/" + std::string(path.substr(last + 1));
}

std::string identity_of_remote(std::string_view url) {
  auto path = bare_path(url);
  while (path.starts_with('/')) path.remove_prefix(1);
  return path.empty() ? "" : lower(host_of_remote(url)) + "/" + std::string(path);
}

std::string without_credentials(std::string_view url) {
  const auto scheme = url.find("://");
  if (!url.starts_with("http") || scheme == std::string_view::npos) return std::string(url);
  const auto host = url.substr(scheme + 3);
  const auto at = host.substr(0, host.find('/')).rfind('@');
  if (at == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, scheme + 3)) + std::string(host.substr(at + 1));
}

std::string host_of_remote(std::string_view url) {
  const auto path = remote_path(trim(url));
  if (path.empty()) return "";
  auto host = url.substr(0, static_cast<size_t>(path.data() - url.data()) - 1);
  if (const auto scheme = host.find("://"); scheme != std::string_view::npos) host.remove_prefix(scheme + 3);
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  return std::string(host.substr(0, host.find(':')));
}

}  // namespace runner
