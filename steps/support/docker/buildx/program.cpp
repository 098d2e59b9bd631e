#include "steps/support/docker/buildx/program.hpp"

#include <utility>

#include "steps/support/docker/config.hpp"
#include "steps/support/environment.hpp"

namespace runner {
namespace {

// Pieces of two streams as whole lines.
class Lines {
 public:
  explicit Lines(const Buildx::LineSink& sink) : sink_(sink) {}

  void add(Stream stream, std::string_view piece) {
    auto& open = stream == Stream::out ? out_ : err_;
    open += piece;
    size_t start = 0;
    for (auto end = open.find('\n'); end != std::string::npos; end = open.find('\n', start)) {
      give(stream, std::string_view(open).substr(start, end - start));
      start = end + 1;
    }
    open.erase(0, start);
  }
  void finish() {
    if (!out_.empty()) give(Stream::out, out_);
    if (!err_.empty()) give(Stream::err, err_);
  }

 private:
  void give(Stream stream, std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    sink_(stream, line);
  }

  const Buildx::LineSink& sink_;
  std::string out_, err_;
};

}  // namespace

std::optional<Buildx> Buildx::find(Environment env, std::filesystem::path folder, std::stop_token stop) {
  const auto program = find_program("docker", path_of(env), folder);
  if (!program) return std::nullopt;
  Buildx buildx;
  buildx.program_ = *program;
  buildx.env_ = std::move(env);
  buildx.folder_ = std::move(folder);
  buildx.stop_ = std::move(stop);
  // Without the plug-in, old programs take `buildx` for a mistake and some show their help with exit code 0.
  bool answered = false;
  const auto look = [&](Stream stream, std::string_view line) {
    answered = answered || (stream == Stream::out && line.find("buildx") != std::string_view::npos);
  };
  if (buildx.run({"version"}, look) != 0 || !answered) return std::nullopt;
  return buildx;
}

std::optional<Buildx> Buildx::find(StepHost& host) {
  auto env = program_environment(host);
  env["DOCKER_CONFIG"] = writable_docker_config(host).string();
  return find(std::move(env), host.workspace(), host.stop());
}

int Buildx::run(const std::vector<std::string>& arguments, const LineSink& line,
                const Environment& more) const {
  Command command{{program_, "buildx"}, env_, folder_};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  for (const auto& [name, value] : more) command.env[name] = value;
  Lines lines(line);
  const auto sink = [&](Stream stream, std::string_view piece) { lines.add(stream, piece); };
  const auto exit = run_process(command, sink, stop_, {});
  lines.finish();
  return exit.code;
}

}  // namespace runner
