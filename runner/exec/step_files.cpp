#include "runner/exec/step_files.hpp"

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/aws_cli/aws_cli.hpp"
#include "steps/store/outgoing.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

constexpr size_t kSummaryBytes = 1024 * 1024;  // execution.md 4.2

}  // namespace

const StepFiles::Member StepFiles::kMembers[5]{{"env", &CommandFiles::env},
                                               {"output", &CommandFiles::output},
                                               {"path", &CommandFiles::path},
                                               {"state", &CommandFiles::state},
                                               {"step_summary", &CommandFiles::summary}};

void StepFiles::make() {
  const auto& folder = job_.folders.commands;
  make_private_folder(folder);
  files_.emplace(folder, key_);
}

void StepFiles::add_members(expr::Value::Object& github) const {
  for (const auto& [name, file] : kMembers) {
    if (files_) github.emplace_back(name, ((*files_).*file).string());
  }
}

void StepFiles::add_variables(Environment& variables) const {
  for (const auto& [name, file] : kMembers) {
    if (files_) variables["GITHUB_" + upper(name)] = ((*files_).*file).string();
  }
  if (files_) variables[aws::kSentVariable] = sent().string();
}

bool StepFiles::take() try {
  if (!files_) return true;
  bool well = take_pairs("env", files_->env,
                         [&](auto name, auto value) { effects_.set_env(name, std::move(value)); });
  for (auto& folder : parse_path_lines(CommandFiles::read(files_->path))) effects_.add_path(folder);
  well &= take_pairs("output", files_->output,
                     [&](auto name, auto value) { effects_.set_output(name, std::move(value)); });
  well &= take_pairs("state", files_->state,
                     [&](auto name, auto value) { effects_.save_state(name, std::move(value)); });
  take_summary();
  well &= look_at_sent();
  return well;
} catch (const std::exception& error) {  // a step may have put anything in their place
  effects_.error(error.what());
  return false;
}

bool StepFiles::take_pairs(const std::string& command, const std::filesystem::path& file, const Take& take) {
  const auto text = CommandFiles::read(file);
  if (text.empty()) return true;
  auto parsed = parse_key_values(text);
  for (auto& [name, value] : parsed.pairs) take(std::move(name), std::move(value));
  if (parsed.error.empty()) return true;
  effects_.error(fmt::format("Unable to process file command '{}' successfully.", command));
  effects_.error(parsed.error);
  return false;
}

std::filesystem::path StepFiles::sent() const { return job_.folders.commands / ("sent-" + key_); }

// A script's `aws` knows no secret of the run, and must not: what it sent is looked at when the step has
// ended.
bool StepFiles::look_at_sent() {
  const auto list = CommandFiles::read(sent());
  if (list.empty()) return true;
  Outgoing outgoing("what went to S3", job_.services.masker, job_.services.request.care, {},
                    [this](const std::string& text) { effects_.warning(text); });
  for (const auto name : split(list, '\0')) {
    if (!name.empty()) outgoing.look_at(name, std::string(name));
  }
  const auto problem = outgoing.tell_too_late();
  if (!problem.empty()) effects_.error(problem);
  return problem.empty();
}

// Its loss is told and does not fail the step: what it sums up has been done.
void StepFiles::take_summary() {
  const auto text = CommandFiles::read(files_->summary);
  if (text.empty()) return;
  if (text.size() > kSummaryBytes) {
    effects_.error(
        fmt::format("$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got {}k.",
                    text.size() / 1024));
    return;
  }
  const auto name = fmt::format("summary-{}-{}.md", job_.order.info.index, key_);
  const auto masked = job_.services.masker.mask(text);
  job_.services.reporter.summary(effects_.info(), masked);
  try {
    write_private_file(job_.services.request.run_folder / name, masked);
  } catch (const Error& error) {
    effects_.warning(fmt::format("the summary is lost: {}", error.what()));
  }
}

}  // namespace runner
