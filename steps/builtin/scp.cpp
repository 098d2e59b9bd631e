// appleboy/scp-action: copies files to servers, as one tar stream over one login; over SFTP where tar is
// missing.
#include <charconv>
#include <fstream>
#include <set>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"
#include "steps/support/copy_list.hpp"
#include "steps/support/copy_stream.hpp"
#include "steps/support/ssh/inputs.hpp"
#include "steps/support/ssh/requirements.hpp"
#include "steps/support/ssh/script.hpp"

namespace runner {
namespace {

constexpr std::string_view kRule = "===============================================";
constexpr int kNotFound = 127;  // a shell's status for a program that is not there

std::vector<std::string> items_of(std::string_view list) {
  std::vector<std::string> items;
  for (const auto item : split(list, ',')) {
    if (const auto text = trim(item); !text.empty()) items.emplace_back(text);
  }
  return items;
}

int strip_input(const StepInputs& inputs) {
  const auto text = inputs.input("strip_components");
  if (text.empty()) return 0;
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc{} && end == text.data() + text.size() && count >= 0) return count;
  if (!inputs.version().at_least(1)) return 0;  // 0.1.x took "true" for 0
  throw InputError(fmt::format("strip_components: \"{}\" is not a number", text));
}

// Why `rm` must not be let loose on this target; "" when it may.
std::string rm_problem(std::string_view target) {
  auto path = std::filesystem::path(target).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  static const std::set<std::string, std::less<>> kForbidden{"",      "/",       ".", "..", "~",
                                                             "$HOME", "${HOME}", "*", "/*", "~/*"};
  const bool user_home = path.starts_with('~') && path.find('/') == std::string::npos;
  if (!user_home && !path.starts_with("../") && kForbidden.count(path) == 0) return "";
  return fmt::format("rm: refused for the target \"{}\": everything in it would be deleted", target);
}

struct Plan {
  std::vector<std::string> targets;
  CopyList list;
  std::string tar;
  bool rm = false, overwrite = false;
};

bool own_tar(const Plan& plan) { return plan.tar != "tar"; }

Plan read_plan(const StepHost& host) {
  Plan plan;
  plan.targets = items_of(host.input("target"));
  const auto sources = items_of(host.input("source"));
  if (sources.empty() || plan.targets.empty()) throw InputError("missing source or target config");
  plan.tar = host.input("tar_exec").empty() ? "tar" : host.input("tar_exec");
  plan.rm = is_true(host.input("rm"));
  plan.overwrite = is_true(host.input("overwrite"));
  for (const auto& target : plan.targets) {
    if (const auto problem = plan.rm ? rm_problem(target) : ""; !problem.empty()) throw InputError(problem);
  }
  plan.list = list_copies({.folder = host.workspace(),
                           .sources = sources,
                           .follow_symlinks = is_true(host.input("tar_dereference")),
                           .strip_components = strip_input(host)});
  return plan;
}

std::string size_text(const CopyList& list) {
  const auto files = fmt::format("{} file{}", list.files, list.files == 1 ? "" : "s");
  if (list.bytes < 10'000) return fmt::format("{} ({} bytes)", files, list.bytes);
  if (list.bytes < 10'000'000) return fmt::format("{} ({} kB)", files, list.bytes / 1000);
  return fmt::format("{} ({} MB)", files, list.bytes / 1'000'000);
}

bool loopback(const SshServer& server) {
  const auto& host = server.address.host;
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

// One server being served: all targets in turn.
class Copy {
 public:
  Copy(SshConnection& connection, const SshServer& server, const Plan& plan, const SshInputs& inputs,
       SshOutput& output)
      : connection_(connection),
        plan_(plan),
        prefix_(host_prefix(inputs, server)),
        output_(output),
        deadline_(inputs.command_timeout),
        gzip_(!loopback(server)) {}

  void run() {
    for (const auto& target : plan_.targets) {
      output_.line(fmt::format("{}copy {} to {}", prefix_, size_text(plan_.list), target));
      const auto exit = unpack(target);
      if (exit.refused || (exit.status == kNotFound && !own_tar(plan_))) {
        output_.line(prefix_ + "the server has no tar: copying file by file over SFTP");
        send_files(target, exit.refused);
      } else {
        check(exit, "tar on the server failed");
      }
    }
  }

 private:
  SshExit shell(const std::string& line, const std::function<size_t(char*, size_t)>& input,
                const OutputSink& sink) {
    const auto exit = connection_.run(
        {.line = line, .input = input, .output = sink, .timeout = deadline_, .terminal = false});
    if (exit.stopped) throw SshStopped();
    if (exit.timed_out) throw Error("Run Command Timeout");
    return exit;
  }

  std::string make_folder(const std::string& target) const {
    const auto path = remote_path(target);
    return fmt::format("{}mkdir -p -- {}", plan_.rm ? fmt::format("rm -rf -- {} && ", path) : "", path);
  }

  SshExit unpack(const std::string& target) {
    const auto there = own_tar(plan_) ? "" : "command -v tar >/dev/null 2>&1 || exit 127; ";
    const auto line =
        fmt::format("{}{} && {} -x{}f - {}-C {}", there, make_folder(target), plan_.tar, gzip_ ? "z" : "",
                    plan_.overwrite ? "--overwrite " : "", remote_path(target));
    CopyStream stream(plan_.list, gzip_);
    SshLines lines(output_, prefix_, prefix_);
    const auto exit = shell(
        line, [&](char* buffer, size_t size) { return stream.read(buffer, size); },
        [&](Stream, std::string_view piece) { lines.add(Stream::err, piece), last_ += piece; });
    lines.finish();
    return exit;
  }

  void check(const SshExit& exit, std::string_view what) {
    if (exit.status == 0) return;
    const auto lines = split_lines(last_);
    std::string system;
    const auto asked = shell("uname -s", {}, [&](Stream, std::string_view piece) { system += piece; });
    throw Error(
        "drone-scp error: {}: {}Process exited with status {}{}", what,
        lines.empty() ? "" : fmt::format("{}: ", lines.back()), exit.status,
        asked.status == 0 ? "" : " (the server does not seem to be a Unix: it does not know `uname`)");
  }

  void send_files(const std::string& target, bool no_shell) {
    CopySource source(plan_.list);
    connection_.upload(no_shell ? folder_without_shell(target) : folder_by_shell(target),
                       [&] { return source.next(); });
  }

  // The shell expands ~ and variables, SFTP does not.
  std::string folder_by_shell(const std::string& target) {
    std::string folder;
    last_.clear();
    const auto exit = shell(
        fmt::format("{} && cd -- {} >/dev/null && pwd", make_folder(target), remote_path(target)), {},
        [&](Stream stream, std::string_view piece) { (stream == Stream::out ? folder : last_) += piece; });
    check(exit, "making the folder failed");
    return std::string(trim(folder));
  }

  std::string folder_without_shell(const std::string& target) const {
    if (plan_.rm)
      throw Error("drone-scp error: rm: the server runs no commands, so nothing can be deleted first");
    return target.starts_with("~/") ? target.substr(2) : target;  // SFTP begins in the user's folder
  }

  // Feeds SFTP from the list.
  class CopySource {
   public:
    explicit CopySource(const CopyList& list) : list_(list) {}
    const SftpEntry* next() {
      if (at_ == list_.items.size()) return nullptr;
      const auto& item = list_.items[at_++];
      entry_ = {};
      entry_.name = item.entry.name, entry_.link = item.entry.link;
      entry_.mode = item.entry.mode, entry_.modified = item.entry.modified;
      if (item.entry.kind == TarKind::folder) entry_.kind = SftpEntry::Kind::folder;
      if (item.entry.kind == TarKind::symlink) entry_.kind = SftpEntry::Kind::symlink;
      if (item.entry.kind == TarKind::file) open(item.source);
      return &entry_;
    }

   private:
    void open(const std::filesystem::path& path) {
      file_ = std::ifstream(path, std::ios::binary);
      if (!file_) throw Error("read {}", path.string());
      entry_.content = [this](char* buffer, size_t size) {
        file_.read(buffer, static_cast<std::streamsize>(size));
        return static_cast<size_t>(file_.gcount());
      };
    }
    const CopyList& list_;
    size_t at_ = 0;
    SftpEntry entry_;
    std::ifstream file_;
  };

  SshConnection& connection_;
  const Plan& plan_;
  std::string prefix_;
  SshOutput& output_;
  std::optional<std::chrono::milliseconds> deadline_;
  bool gzip_;
  std::string last_;  // what the server said
};

StepResult run(StepHost& host) {
  const auto inputs = read_ssh_inputs(host);
  const auto plan = read_plan(host);
  warn_of_ssh_variables(host);
  for (const auto& text : plan.list.warnings) {
    Annotation warning;
    warning.level = AnnotationLevel::warning, warning.message = text;
    host.annotate(std::move(warning));
  }
  if (plan.list.items.empty()) host.log("nothing is left to copy: strip_components takes away every name");
  host.progress(fmt::format("copying {} to {}", size_text(plan.list), ssh_destination(host)));

  SshOutput output(host);
  const auto result =
      on_every_server(host, inputs, false, [&](SshConnection& connection, const SshServer& server) {
        Copy(connection, server, plan, inputs, output).run();
      });
  if (result.outcome == Outcome::success) {
    output.line(kRule);
    output.line("✅ Successfully executed transfer data to all host");
    output.line(kRule);
    host.note(fmt::format("{} copied", size_text(plan.list)));
  }
  if (is_true(host.input("capture_stdout"))) host.set_output("stdout", output.captured());
  return result;
}

std::vector<std::string> effects(const StepInputs& inputs) {
  std::vector<std::string> lines;
  for (const auto& target : items_of(inputs.input("target"))) {
    lines.push_back(fmt::format("copy {} to {}:{}{}", inputs.input("source"), ssh_destination(inputs), target,
                                is_true(inputs.input("rm")) ? fmt::format(" after rm -rf {}", target) : ""));
  }
  return lines;
}

std::vector<std::string> problems(const StepInputs& inputs) {
  auto found = ssh_input_problems(inputs);
  const auto strip = inputs.input("strip_components");
  try {
    if (known_before_run(strip)) strip_input(inputs);
  } catch (const InputError& error) {
    found.emplace_back(error.what());
  }
  if (!is_true(inputs.input("rm"))) return found;
  for (const auto& target : items_of(inputs.input("target"))) {
    if (const auto problem = rm_problem(target); known_before_run(target) && !problem.empty())
      found.push_back(problem);
  }
  return found;
}

}  // namespace

BuiltinAction scp() {
  auto specs = ssh_input_specs();
  for (InputSpec spec : std::vector<InputSpec>{
           {.name = "source",
            .doc = "files and patterns in the workspace, separated by commas; !x leaves x out",
            .fallback = {},
            .required = true},
           {.name = "target",
           .doc = "folders on the server, separated by commas; each gets everything",
           .fallback = {},
           .required = true},
           {.name = "rm", .doc = "delete the target first", .fallback = "false"},
           {.name = "strip_components",
           .doc = "how many leading folders to cut off each name",
           .fallback = "0"},
           {.name = "overwrite",
           .doc = "write into existing files instead of replacing them",
           .fallback = "false"},
           {.name = "tar_dereference", .doc = "copy what symlinks lead to", .fallback = "false"},
           {.name = "tar_tmp_path",
           .doc = "of the original; no temporary archive is needed here",
           .fallback = {}},
           {.name = "tar_exec", .doc = "the tar program on the server", .fallback = "tar"}}) {
    specs.push_back(std::move(spec));
  }
  return {.spec = {.uses = "appleboy/scp-action",
                   .doc = "Copies files to servers over SSH.",
                   .inputs = std::move(specs),
                   .outputs = {{"stdout", "what was printed, with capture_stdout"}},
                   .first_major = 0,
                   .last_major = 1},
          .run = run,
          .effects = effects,
          .problems = problems,
          .requirements = ssh_requirements};
}

}  // namespace runner
