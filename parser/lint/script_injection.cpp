#include "parser/lint/script_injection.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/ast.hpp"
#include "parser/expr/expression.hpp"
#include "parser/yaml/place.hpp"

namespace runner {
namespace {

// https://docs.github.com/en/actions/concepts/security/script-injections; * stands for any part
constexpr std::string_view kOfStrangers[] = {"github.head_ref",
                                             "github.event.comment.body",
                                             "github.event.commits.*.author.email",
                                             "github.event.commits.*.author.name",
                                             "github.event.commits.*.message",
                                             "github.event.discussion.body",
                                             "github.event.discussion.title",
                                             "github.event.head_commit.author.email",
                                             "github.event.head_commit.author.name",
                                             "github.event.head_commit.committer.email",
                                             "github.event.head_commit.committer.name",
                                             "github.event.head_commit.message",
                                             "github.event.issue.body",
                                             "github.event.issue.title",
                                             "github.event.pages.*.page_name",
                                             "github.event.pull_request.body",
                                             "github.event.pull_request.head.label",
                                             "github.event.pull_request.head.ref",
                                             "github.event.pull_request.head.repo.default_branch",
                                             "github.event.pull_request.title",
                                             "github.event.review.body",
                                             "github.event.review_comment.body",
                                             "github.event.workflow_run.head_branch",
                                             "github.event.workflow_run.head_commit.author.email",
                                             "github.event.workflow_run.head_commit.author.name",
                                             "github.event.workflow_run.head_commit.message",
                                             "github.event.workflow_run.pull_requests.*.head.ref"};

// Inputs of actions that a shell reads, here or on a server.
constexpr std::string_view kScripts[] = {"script", "script_before", "script_after", "switches", "args"};

bool same_path(std::string_view pattern, std::string_view path) {
  const auto wanted = split(pattern, '.'), parts = split(path, '.');
  return wanted.size() == parts.size() &&
         std::equal(wanted.begin(), wanted.end(), parts.begin(),
                    [](auto want, auto part) { return want == "*" || part == "*" || want == part; });
}

// `path` itself, or a whole object that has such a text somewhere below.
bool holds_text_of_strangers(std::string_view path) {
  const bool whole_event = path == "github" || path == "github.event" || path == "github.event.*";
  return whole_event || std::any_of(std::begin(kOfStrangers), std::end(kOfStrangers),
                                    [&](auto known) { return same_path(known, path); });
}

// "github.event.commits.*.message", a computed part as *; "" for an index into anything but a context.
std::string path_of(const expr::Ast& node) {
  using Kind = expr::Ast::Kind;
  if (node.kind == Kind::context) return lower(node.name);
  if (node.kind != Kind::index) return "";
  const auto above = path_of(node.children[0]);
  const auto& by = node.children[1];
  return above.empty() ? "" : above + "." + (by.kind == Kind::literal ? lower(by.literal.to_string()) : "*");
}

struct Found {
  std::string path;
  size_t at = 0;  // as Ast::at
};

// What becomes part of the expression's text; not what is only compared or asked about.
void collect(const expr::Ast& node, std::vector<Found>& found) {
  using Kind = expr::Ast::Kind;
  if (node.kind == Kind::context || node.kind == Kind::index) {
    if (auto path = path_of(node); !path.empty()) found.push_back({std::move(path), node.at});
    return;
  }
  if (node.kind == Kind::operation && node.op != expr::Operator::logical_and &&
      node.op != expr::Operator::logical_or)
    return;
  if (node.kind == Kind::call && node.function != nullptr) {
    for (const auto* asks : {"contains", "startsWith", "endsWith"}) {
      if (equal_ignoring_case(node.function->name, asks)) return;
    }
  }
  if (node.kind == Kind::call && node.function == nullptr) return;  // hashFiles() and the status
  for (const auto& child : node.children) collect(child, found);
}

std::string variable_for(std::string_view path) {
  const auto parts = split(path, '.');
  const auto last = parts.back();
  return last == "ref" || last == "*" || last == "event" ? "VALUE" : upper(last);
}

class Search {
 public:
  explicit Search(const Workflow& workflow) : workflow_(workflow), source_(workflow.source) {}

  void look_at(const Template& text) {
    if (text.kind != Template::Kind::expression || !text.expression) return;
    std::vector<Found> paths;
    collect(*text.expression, paths);
    for (const auto& [path, at] : paths) {
      if (!holds_text_of_strangers(path)) continue;
      const auto name = variable_for(path);
      found_.push_back(
          {workflow_.path, yaml::place_in_scalar(source_, text.pos, text.text, at), Severity::warning,
           "script-injection",
           fmt::format(
               "the text of {0} becomes part of the script before a shell reads it: who writes it can "
               "run commands. Hand it over as a variable: `env: {{{1}: ${{{{ {0} }}}}}}`, and \"${1}\" in "
               "the script",
               path, name)});
      return;  // one a text
    }
  }
  void look_at(const Step& step) {
    look_at(step.run);
    for (const auto& [key, value] : step.with.members) {
      const auto name = lower(key.text);
      if (std::find(std::begin(kScripts), std::end(kScripts), name) != std::end(kScripts)) look_at(value);
    }
    for (const auto& inner : step.steps) look_at(inner);
  }
  std::vector<Diagnostic> take() { return std::move(found_); }

 private:
  const Workflow& workflow_;
  yaml::Source source_;
  std::vector<Diagnostic> found_;
};

}  // namespace

std::vector<Diagnostic> script_injections(const Workflow& workflow) {
  Search search(workflow);
  for (const auto& job : workflow.jobs) {
    for (const auto& step : job.steps) search.look_at(step);
  }
  return search.take();
}

}  // namespace runner
