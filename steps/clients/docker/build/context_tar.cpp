#include "steps/clients/docker/build/context_tar.hpp"

#include <map>

namespace runner {
namespace {

constexpr const char* kIgnoreFile = ".dockerignore";

// A pattern that matches this path alone.
std::string literal_pattern(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (std::string_view("*?[]\\!#").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

// The .dockerignore that makes a classic builder take out what has to go; nothing: the one that is there
// does.
std::optional<std::string> ignore_for_classic(const BuildContext& context, const DockerIgnore& ignore) {
  const bool hidden = !context.ignore_text || ignore.excludes(kIgnoreFile);
  auto text = hidden ? std::string(kIgnoreFile) + "\n" : *context.ignore_text;
  const auto settle = [&text](const std::string& path, bool excluded) {
    if (DockerIgnore(text).excludes(path) == excluded) return;
    text +=
        (text.ends_with('\n') ? "" : "\n") + std::string(excluded ? "" : "!") + literal_pattern(path) + "\n";
  };
  settle(kIgnoreFile, hidden);
  settle(context.dockerfile, context.dockerfile_outside || ignore.excludes(context.dockerfile));
  const bool needed = text != std::string(kIgnoreFile) + "\n" || context.ignore_text;
  return needed && text != context.ignore_text ? std::optional(text) : std::nullopt;
}

}  // namespace

void write_context(TarWriter& tar, const BuildContext& context, TarReader reader) {
  std::map<std::string, std::string> texts;  // in place of what the files hold, or where there is none
  auto ignore = context.ignore();
  if (reader == TarReader::classic) {
    if (auto text = ignore_for_classic(context, ignore)) texts[kIgnoreFile] = std::move(*text);
  }
  if (context.dockerfile_outside || context.rewritten) texts[context.dockerfile] = context.dockerfile_text;
  ignore.keep(context.dockerfile);
  ignore.keep(kIgnoreFile);
  const auto files = context.open();
  files.list(ignore, [&](const TarEntry& entry) {
    if (const auto own = texts.extract(entry.name); !own.empty()) return tar.add_file(entry, own.mapped());
    tar.add(entry);
    if (entry.kind == TarKind::file) files.read(entry, [&](std::string_view bytes) { tar.write(bytes); });
  });
  for (const auto& [name, text] : texts) {
    TarEntry entry;
    entry.name = name;
    tar.add_file(entry, text);
  }
}

}  // namespace runner
