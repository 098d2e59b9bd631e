#include "runner/journal/lost_runs.hpp"

#include <charconv>
#include <fstream>

#include "parser/base/text.hpp"
#include "runner/journal/stored_run.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr std::streamoff kLastEvents = 64 * 1024;

std::string last_lines(std::ifstream& file) {
  file.clear();
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::streamoff>(file.tellg());
  file.seekg(std::max<std::streamoff>(size - kLastEvents, 0));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

std::optional<ReadBack> read_back(const fs::path& folder) {
  std::ifstream file(folder / "events.jsonl", std::ios::binary);
  std::string first;
  StoredRun stored;
  if (!std::getline(file, first) || stored.read(first).kind != StoredRun::Kind::run_started) return {};
  const auto last = last_lines(file);
  for (const auto line : split_lines(last)) {
    if (line.find("\"run_finished\"") != std::string_view::npos) stored.read(line);
  }
  const auto& info = stored.info;
  ReadBack found{.run = {.repository = stored.repository,
                         .workflow_path = info.workflow_path,
                         .workflow_name = info.workflow_name,
                         .event = info.event,
                         .ref = info.ref,
                         .sha = info.sha,
                         .actor = info.actor,
                         .title = info.title,
                         .number = info.number,
                         .attempt = info.attempt,
                         .started = stored.started,
                         .seconds = {},
                         .status = {},
                         .folder = folder},
                 .process = stored.process};
  const auto name = folder.filename().string();
  std::from_chars(name.data(), name.data() + name.size(), found.run.id);
  if (stored.end) {
    found.run.seconds = stored.end->seconds;
    found.run.status = to_string(stored.end->conclusion);
  }
  return found;
}

}  // namespace runner
