#include "steps/clients/docker/buildx/program.hpp"

#include <utility>

#include "steps/clients/docker/config.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/line_splitter.hpp"

namespace runner {
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
  LineSplitter out([&](auto text) { line(Stream::out, text); }),
      err([&](auto text) { line(Stream::err, text); });
  const auto sink = [&](Stream stream, std::string_view piece) {
    (stream == Stream::out ? out : err).add(piece);
  };
  const auto exit = run_process(command, sink, stop_, {});
  out.finish(), err.finish();
  return exit.code;
}

}  // namespace runner
