#include "steps/clients/docker/build/image_build.hpp"

#include <atomic>
#include <thread>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/build/trace.hpp"
#include "steps/clients/docker/status_lines.hpp"
#include "steps/system/byte_pipe.hpp"

namespace runner {
namespace {

using nlohmann::json;

struct Abandoned {};  // the engine no longer reads: unwinds the thread that makes the context

// Makes the context's tar in a thread of its own, a few megabytes ahead of the connection.
class ContextStream {
 public:
  ContextStream(const ImageBuild& build, const BuildLog& log)
      : thread_([this, &build, &log] { make(build, log); }) {}
  ~ContextStream() { pipe_.give_up(); }  // then the thread ends, and is waited for
  ContextStream(const ContextStream&) = delete;
  ContextStream& operator=(const ContextStream&) = delete;

  size_t read(char* buffer, size_t size) { return pipe_.read(buffer, size); }

 private:
  void make(const ImageBuild& build, const BuildLog& log) {
    uint64_t sent = 0;
    TarWriter tar([&](std::string_view bytes) {
      if (!pipe_.write(bytes)) throw Abandoned{};
      sent += bytes.size();
    });
    try {
      write_context(tar, *build.context, build.reader);
      tar.finish();
      log.line(fmt::format("Sending build context to Docker daemon  {}", shown_size(sent)));
      pipe_.close();
    } catch (const Abandoned&) {
      pipe_.close();
    } catch (...) {
      pipe_.close(std::current_exception());
    }
  }

  BytePipe pipe_;
  std::jthread thread_;  // last: it uses what is above
};

// The builder's own lines: of the classic one put together from pieces and freed of the red it wraps the
// commands' errors in, of BuildKit decoded. Some engines pass the one off for the other, so both are always
// understood.
class BuildOutput {
 public:
  explicit BuildOutput(const BuildLog& log)
      : log_(log), status_(log.line, log.progress), trace_(log.line, log.progress) {}

  void add(const json& object) {
    if (const auto at = object.find("stream"); at != object.end() && at->is_string()) {
      add_text(at->get<std::string>());
    } else if (const auto aux = object.find("aux"); aux != object.end() && aux->is_object()) {
      image.id = aux->value("ID", image.id);
    } else if (aux != object.end() && aux->is_string()) {
      if (object.value("id", "") == "moby.buildkit.trace") add_trace(aux->get<std::string>());
    } else {
      status_.add(object);  // of a base image being pulled
    }
  }
  void finish(bool failed) {
    if (!line_.empty()) end_line();
    if (failed) trace_.repeat_failure();
    image.steps += trace_.steps();
    image.cached += trace_.cached_steps();
  }

  BuiltImage image;

 private:
  void add_trace(const std::string& base64_text) {
    const auto message = base64_decode(base64_text);
    if (!message) throw Error("read the progress of the build: found text that is not base64");
    trace_.add(read_build_status(*message));
  }

  void add_text(std::string text) {
    text = replace_all(replace_all(std::move(text), "\x1b[91m", ""), "\x1b[0m", "");
    for (const char c : text) {
      if (c == '\n') {
        end_line();
      } else {
        line_ += c;
      }
    }
    if (line_.size() > kLongestLine) end_line();
  }

  void end_line() {
    if (line_.ends_with('\r')) line_.pop_back();
    int step = 0, steps = 0;
    if (line_.starts_with("Step ") && std::sscanf(line_.c_str(), "Step %d/%d :", &step, &steps) == 2) {
      image.steps = steps;
      log_.progress(line_);
    }
    if (line_ == " ---> Using cache") ++image.cached;
    log_.line(line_);
    line_.clear();
  }

  static constexpr size_t kLongestLine = 1 << 20;
  const BuildLog& log_;
  StatusLines status_;
  BuildTrace trace_;
  std::string line_;
};

}  // namespace

BuiltImage build_image(DockerEngine& engine, const ImageBuild& build, const BuildLog& log) {
  BuildOutput output(log);
  EngineRequest request;
  request.path = "/build?" + build.query;
  if (!build.registry_config.empty())
    request.headers.emplace_back("X-Registry-Config", build.registry_config);
  engine.facts();  // no daemon: known before the context is read
  std::optional<ContextStream> context;
  if (build.context != nullptr) {
    context.emplace(build, log);
    request.headers.emplace_back("Content-Type", "application/x-tar");
    request.read_body = [&](char* buffer, size_t size) { return context->read(buffer, size); };
  }
  try {
    engine.stream(request, [&](const json& object) { output.add(object); });
  } catch (...) {
    output.finish(true);
    throw;
  }
  output.finish(false);
  if (output.image.id.empty()) throw EngineError("the Docker daemon ended the build without an image");
  return output.image;
}

}  // namespace runner
