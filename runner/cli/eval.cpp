#include "runner/cli/eval.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "parser/base/error.hpp"
#include "parser/base/unicode.hpp"
#include "parser/expr/expression.hpp"
#include "parser/expr/json.hpp"

namespace runner {
namespace {

using expr::Value;

constexpr size_t kMemoryLimit = 1'048'576;

// The inside of ${{ }}, where the source has them around it.
std::string_view without_markers(std::string_view source) {
  const auto text = trim_unicode(source);
  if (text.size() < 5 || !text.starts_with("${{") || !text.ends_with("}}")) return source;
  return trim_unicode(text.substr(3, text.size() - 5));
}

Value evaluate(std::string_view source, const Value::Object& contexts) {
  expr::Allowed allowed;
  for (const auto& context : contexts) allowed.contexts.push_back(context.first);
  const auto tree = expr::parse(without_markers(source), allowed);
  return expr::evaluate(*tree, {.contexts = contexts, .call = {}, .memory_limit = kMemoryLimit});
}

std::ifstream open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    throw UsageError("read {}: the file cannot be read", path);
  return file;
}

Value::Object read_contexts(const std::string& path) {
  if (path.empty()) return {};
  Value value;
  try {
    auto file = open(path);
    value = expr::from_json(std::string{std::istreambuf_iterator<char>(file), {}});
  } catch (const expr::EvalError& error) {
    throw UsageError("read {}: {}", path, error.what());
  }
  if (value.object() == nullptr) throw UsageError("read {}: the contexts have to be one JSON object", path);
  return *value.object();
}

std::string answer_error(const std::string& message) {
  return expr::to_json_line(Value::Object{{"error", message}});
}

std::string answer(const std::string& line) {
  try {
    const auto request = expr::from_json(line);
    const auto source = request.get("expr"), contexts = request.get("contexts");
    if (source.string() == nullptr)
      return answer_error("the line has to be an object with a string \"expr\"");
    if (!contexts.is_null() && contexts.object() == nullptr)
      return answer_error("\"contexts\" has to be an object");
    const auto value = evaluate(*source.string(), contexts.is_null() ? Value::Object{} : *contexts.object());
    return expr::to_json_line(Value::Object{{"value", value}});
  } catch (const expr::ParseError& error) {
    return answer_error(error.message());
  } catch (const expr::EvalError& error) {
    return answer_error(error.what());
  }
}

void answer_all(std::istream& lines, std::ostream& out) {
  for (std::string line; std::getline(lines, line);) {
    if (trim_unicode(line).empty()) continue;
    out << answer(line) << std::endl;  // at once: whoever writes the lines may wait for the answer
  }
}

void run_batch(const std::string& path, std::ostream& out) {
  if (path == "-") return answer_all(std::cin, out);
  auto file = open(path);
  answer_all(file, out);
}

}  // namespace

int eval_command(const EvalOptions& options, std::ostream& out, std::ostream& err) {
  try {
    if (!options.batch_file.empty()) {
      run_batch(options.batch_file, out);
    } else {
      out << expr::to_json_line(evaluate(options.expression, read_contexts(options.context_file))) << '\n';
    }
    return 0;
  } catch (const expr::ParseError& error) {
    err << error.what() << '\n';
  } catch (const expr::EvalError& error) {
    err << error.what() << '\n';
  }
  return 2;
}

}  // namespace runner
