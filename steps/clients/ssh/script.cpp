#include "steps/clients/ssh/script.hpp"

#include <algorithm>
#include <cctype>

#include "parser/base/text.hpp"

namespace runner {
namespace {

constexpr size_t kLongestCommand = 34'000;

bool name_character(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool sent_by_allenvs(std::string_view name) {
  const bool wanted = name.starts_with("GITHUB_") || name.starts_with("INPUT_") ||
                      name.starts_with("PLUGIN_") || name.starts_with("DRONE_");
  const bool secret = name.find("PASSWORD") != std::string_view::npos ||
                      name.find("PASSPHRASE") != std::string_view::npos ||
                      (!name.starts_with("GITHUB_") && name.find("KEY") != std::string_view::npos);
  return wanted && !secret;
}

// The length of "$NAME" or "${NAME}" at the beginning of `text`, 0 where there is none.
size_t variable_length(std::string_view text) {
  const bool braces = text.starts_with("${");
  size_t at = braces ? 2 : 1;
  const size_t first = at;
  while (at < text.size() && name_character(text[at])) ++at;
  if (at == first || std::isdigit(static_cast<unsigned char>(text[first])) != 0) return 0;
  if (!braces) return at;
  return at < text.size() && text[at] == '}' ? at + 1 : 0;
}

// The length of "~" or "~user" in front of the first '/', 0 where there is none.
size_t tilde_length(std::string_view path) {
  if (!path.starts_with('~')) return 0;
  const auto end = std::min(path.find('/'), path.size());
  const auto user = path.substr(1, end - 1);
  const bool plain =
      std::all_of(user.begin(), user.end(), [](char c) { return name_character(c) || c == '-' || c == '.'; });
  return plain ? end : 0;
}

}  // namespace

std::vector<std::string> export_lines(const Environment& env, std::string_view names, bool all,
                                      std::string_view format) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& name, const std::string& value) {
    // the value last: it may hold {NAME} itself
    auto line = replace_all(std::string(format), "{NAME}", name);
    lines.push_back(replace_all(std::move(line), "{VALUE}", shell_quoted(value)));
  };
  if (all) {
    for (const auto& [name, value] : env) {
      if (sent_by_allenvs(name)) add(name, value);
    }
  }
  for (const auto item : split(names, ',')) {
    const auto at = env.find(upper(trim(item)));
    if (at != env.end()) add(at->first, at->second);
  }
  return lines;
}

std::string stopping_script(std::string_view script, bool joining) {
  std::string text;
  for (const auto whole : split_lines(script)) {
    const auto line = joining ? trim(whole) : whole;
    if (trim(line).empty()) continue;
    text.append(line).append("\n");
    if (joining && line.ends_with('\\')) continue;
    text += "runner_status=$?; if [ $runner_status -ne 0 ]; then exit $runner_status; fi\n";
  }
  return text;
}

RemoteText remote_text(std::string script, bool secret) {
  if (!secret && script.size() < kLongestCommand) return {std::move(script), ""};
  // eval: one argument of a program may not be longer than 128 KiB. The outer sh: login shells that are no
  // POSIX shells read it too.
  return {R"sh(exec /bin/sh -c 'exec "${SHELL:-/bin/sh}" -c '\''eval "$(cat)"'\''')sh", std::move(script)};
}

std::string remote_path(std::string_view path) {
  const auto tilde = tilde_length(path);
  std::string text(path.substr(0, tilde));
  path.remove_prefix(tilde);
  if (path.empty()) return text;
  if (tilde > 0 && path.front() == '/') text += '/', path.remove_prefix(1);
  if (path.empty()) return text;
  text += '"';
  while (!path.empty()) {
    const auto variable = path.front() == '$' ? variable_length(path) : 0;
    if (variable == 0 &&
        (path.front() == '$' || path.front() == '"' || path.front() == '\\' || path.front() == '`')) {
      text += '\\';
    }
    const auto length = std::max<size_t>(variable, 1);
    text += path.substr(0, length);
    path.remove_prefix(length);
  }
  return text + '"';
}

}  // namespace runner
