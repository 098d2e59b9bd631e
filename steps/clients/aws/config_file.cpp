#include "steps/clients/aws/config_file.hpp"

#include "parser/base/text.hpp"
#include "steps/clients/aws/types.hpp"
#include "steps/system/files.hpp"

namespace fs = std::filesystem;

namespace runner::aws {
namespace {

size_t indentation(std::string_view line) {
  return line.size() - line.substr(line.find_first_not_of(" \t")).size();
}

// One pass over the lines. A line that is indented deeper than the name above continues its value; where
// that value began empty, the continuations are names and values themselves.
class Reader {
 public:
  Sections read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    for (const auto line : split_lines(text)) {
      ++line_;
      const auto content = trim(line);
      if (content.empty() || content.front() == '#' || content.front() == ';') continue;
      const bool continues = !name_.empty() && indentation(line) > indentation_;
      if (continues) {
        continue_value(content);
      } else if (content.front() == '[') {
        begin_section(content);
      } else {
        begin_value(content, indentation(line));
      }
    }
    return std::move(sections_);
  }

 private:
  void begin_section(std::string_view content) {
    const auto end = content.find(']');
    if (end == std::string_view::npos) throw Error("line {}: a section without \"]\"", line_);
    const std::string title(content.substr(1, end - 1));
    section_ = &sections_[title];
    name_.clear();
  }

  void begin_value(std::string_view content, size_t indented) {
    if (section_ == nullptr) throw Error("line {}: a value before the first [section]", line_);
    const auto at = content.find_first_of("=:");
    if (at == std::string_view::npos || at == 0)
      throw Error("line {}: neither [section] nor name = value", line_);
    name_ = lower(trim(content.substr(0, at)));
    indentation_ = indented;
    const auto value = trim(content.substr(at + 1));
    nested_ = value.empty();
    if (!section_->emplace(name_, value).second) throw Error("line {}: \"{}\" is set twice", line_, name_);
  }

  void continue_value(std::string_view content) {
    if (!nested_) {
      (*section_)[name_].append("\n").append(content);
      return;
    }
    const auto at = content.find('=');
    if (at == std::string_view::npos) throw Error("line {}: \"{}\" needs name = value lines", line_, name_);
    (*section_)[name_ + "." + std::string(trim(content.substr(0, at)))] = trim(content.substr(at + 1));
  }

  Sections sections_;
  Settings* section_ = nullptr;
  std::string name_;
  size_t indentation_ = 0;
  bool nested_ = false;
  int line_ = 0;
};

Sections read_file_sections(const fs::path& file) {
  std::error_code error;
  if (file.empty() || !fs::exists(file, error)) return {};
  try {
    return read_sections(read_file(file));
  } catch (const Error& problem) {
    throw ConfigurationError(
        255, fmt::format("Unable to parse config file: {}: {}", file.string(), problem.what()));
  }
}

void sort_section(const std::string& title, Settings& settings, Configuration& to) {
  if (title == "default") {
    to.from_config[title].merge(settings);
    return;
  }
  std::vector<std::string> words;
  try {
    words = shell_words(title);
  } catch (const Error&) {
    return;  // no name that anybody could ask for
  }
  if (words.size() != 2) return;
  auto* kind = words[0] == "profile"       ? &to.from_config
               : words[0] == "services"    ? &to.services
               : words[0] == "sso-session" ? &to.sso_sessions
                                           : nullptr;
  if (kind != nullptr) (*kind)[words[1]].merge(settings);
}

}  // namespace

Sections read_sections(std::string_view text) { return Reader().read(text); }

Configuration read_configuration(const fs::path& config, const fs::path& credentials) {
  Configuration result;
  for (auto& [title, settings] : read_file_sections(config)) sort_section(title, settings, result);
  result.from_credentials = read_file_sections(credentials);
  result.profiles = result.from_config;
  for (const auto& [name, settings] : result.from_credentials) {
    for (const auto& [key, value] : settings) result.profiles[name][key] = value;
  }
  return result;
}

std::vector<std::string> shell_words(std::string_view text) {
  std::vector<std::string> words;
  bool open = false;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (quote == 0 && blank) {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < text.size() &&
                         (quote == 0 || text[i + 1] == '"' || text[i + 1] == '\\');
    if (escapes) {
      words.back() += text[++i];
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else {
      words.back() += c;
    }
  }
  if (quote != 0) throw Error("no closing quotation");
  return words;
}

}  // namespace runner::aws
