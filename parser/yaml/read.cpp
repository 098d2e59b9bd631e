#include <istream>
#include <streambuf>
#include <utility>

#include <fmt/core.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "parser/base/text.hpp"
#include "parser/yaml/builder.hpp"
#include "parser/yaml/source.hpp"
#include "parser/yaml/tree.hpp"

namespace runner::yaml {
namespace {

// Reads a string_view in place.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    auto* start = const_cast<char*>(text.data());  // the interface asks for it; nothing is written
    setg(start, start, start + text.size());
  }
};

void check_text(const Source& source, const Limits& limits) {
  const auto text = source.text();
  size_t characters = 0;
  for (size_t at = 0; at < text.size(); ++characters) {
    const auto length = utf8_length(text, at);
    if (length == 0) {
      const auto byte = static_cast<unsigned>(static_cast<unsigned char>(text[at]));
      throw Fault{source.pos_of(at), "syntax",
                  fmt::format("The file is not UTF-8: byte 0x{:02X} was found", byte)};
    }
    // yaml-cpp takes 0x04 for the end of the file and NUL for a sign of UTF-16.
    if (text[at] == '\0' || text[at] == '\x04') {
      throw Fault{
          source.pos_of(at), "syntax",
          fmt::format("The control character 0x{:02X} was not expected", static_cast<unsigned>(text[at]))};
    }
    at += length;
  }
  if (characters > limits.file_size) {
    throw Fault{{1, 1},
                "limits",
                fmt::format("The maximum file size of {} characters has been exceeded", limits.file_size)};
  }
}

struct Explanation {
  std::string_view theirs, ours;
};

// yaml-cpp's messages that say too little, in words that say what to do.
constexpr Explanation kExplanations[] = {
    {"illegal map value", "A mapping was not expected here; a value that contains \": \" needs quotes"},
    {"end of map not found",
     "The end of a mapping was not found; is the line indented as its neighbours, and a \":\" after its "
     "key?"},
    {"end of sequence not found", "The end of a list was not found; is the line indented as its neighbours?"},
    {"end of sequence flow not found", "The list is not closed; expected \",\" or \"]\""},
    {"end of map flow not found", "The mapping is not closed; expected \",\" or \"}\""},
    {"the referenced anchor is not defined", "The alias names an anchor that is not defined above it"},
    {"unknown token", "Unexpected character; a value that starts with it needs quotes"},
    {"illegal block entry", "\"- \" was not expected here; is the line indented as its neighbours?"},
};

std::string explain(const std::string& message) {
  for (const auto& [theirs, ours] : kExplanations) {
    if (message == theirs) return std::string(ours);
  }
  return "The YAML cannot be read: " + message;
}

Node parse(const Source& source, const Limits& limits) {
  check_text(source, limits);
  ViewBuffer buffer(source.text());
  std::istream input(&buffer);
  Builder builder(source, limits);
  YAML::Parser parser(input);
  while (parser.HandleNextDocument(builder)) {
  }
  auto root = builder.take_root();
  if (!root)
    throw Fault{{1, 1}, "syntax", "The file is empty; expected a workflow, a mapping with on: and jobs:"};
  return std::move(*root);
}

Diagnostic diagnostic(const std::string& file, const Fault& fault) {
  return {file, fault.pos, Severity::error, fault.rule, fault.message};
}

Diagnostic diagnostic(const std::string& file, const Source& source, const YAML::Exception& error) {
  const auto pos = error.mark.is_null() ? Pos{1, 1} : source.pos(error.mark.line, error.mark.column);
  const auto line = source.line(pos.line - 1);
  const auto tab = line.find('\t');
  if (tab != std::string_view::npos && tab == line.find_first_not_of(' ')) {
    return {file, source.pos(pos.line - 1, static_cast<int>(tab)), Severity::error, "syntax",
            "A tab was not expected; YAML is indented with spaces"};
  }
  return {file, pos, Severity::error, "syntax", explain(error.msg)};
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : members) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

std::optional<Node> read(std::string_view text, const std::string& file, std::vector<Diagnostic>& diagnostics,
                         const Limits& limits) {
  const Source source(text);
  try {
    return parse(source, limits);
  } catch (const Fault& fault) {
    diagnostics.push_back(diagnostic(file, fault));
  } catch (const YAML::Exception& error) {
    // With one more line end yaml-cpp delivers the scalar, and with it the place of the open quote.
    if (error.msg == YAML::ErrorMsg::EOF_IN_SCALAR && !text.ends_with('\n')) {
      return read(std::string(text) + '\n', file, diagnostics, limits);
    }
    diagnostics.push_back(diagnostic(file, source, error));
  }
  return std::nullopt;
}

}  // namespace runner::yaml
