#include "steps/aws_cli/s3_transfer.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <future>
#include <map>
#include <optional>

#include "steps/aws_cli/s3_plan.hpp"
#include "steps/aws_cli/s3_properties.hpp"
#include "steps/aws_cli/s3_report.hpp"
#include "steps/clients/aws/s3/parallel.hpp"
#include "steps/clients/aws/s3/remove.hpp"
#include "steps/store/outgoing.hpp"
#include "steps/system/environment.hpp"

namespace runner::aws {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLargeAtOnce = 3;  // each goes in parts, which fill the connections and the memory allowed
constexpr size_t kMostNames = 10;

// The wires of one command. A copy's source may be in another region, and is then Amazon's.
struct ProgressLines {
  ProgressLines(const S3Request& request, Session& session) : target(session, s3::settings_of(session)) {
    const auto region = request.arguments.value("source-region");
    if (region.empty() || request.work != S3Work::copy) return;
    auto settings = target.settings();
    settings.endpoint.clear();
    source.emplace(session, std::move(settings), region);
  }
  S3Wires wires() { return {target, source ? *source : target}; }

  s3::Wire target;
  std::optional<s3::Wire> source;
};

s3::Source source_of(const s3::Entry& entry, const s3::Headers& headers) {
  const S3Place place{true, entry.path};
  return {place.bucket(), place.key(), headers, entry.size, entry.etag, entry.modified, entry.storage_class};
}

// As the CLI, links are followed wherever they lead; that is said, unless the link stays where the step
// works.
std::function<bool(const std::string&)> link_rule(const Terminal& terminal,
                                                  std::function<void(const std::string&)> say) {
  if (terminal.root.empty()) return {};
  std::vector<fs::path> inside{terminal.root};
  if (const auto temp = env_value(terminal.env, "RUNNER_TEMP"); !temp.empty()) inside.emplace_back(temp);
  return [inside, strict = terminal.strict, say = std::move(say)](const std::string& path) {
    const auto target = leaves(path, inside);
    if (target.empty()) return true;
    say(fmt::format("warning: {} is a link to {}, outside of {}{}", path, target.string(), inside[0].string(),
                    strict ? ": left out (--strict)" : ""));
    return !strict;
  };
}

class Transfers {
 public:
  Transfers(const S3Request& request, S3Wires wires, S3Properties properties, const Terminal& terminal,
            S3Report& report)
      : request_(request),
        wires_(wires),
        properties_(std::move(properties)),
        terminal_(terminal),
        report_(report) {}

  // Large ones beside the small: neither waits for the other.
  void run(const std::vector<S3Transfer>& transfers) {
    std::vector<const S3Transfer*> small, large;
    const auto threshold = wires_.target.settings().multipart_threshold;
    for (const auto& transfer : transfers) {
      const bool is_large = transfer.work != S3Work::copy && transfer.source.size >= threshold;
      (is_large ? large : small).push_back(&transfer);
    }
    std::future<void> others;
    if (!small.empty() && !large.empty())
      others = std::async(std::launch::async, [&] { run_all(large, [] { return kLargeAtOnce; }); });
    if (!others.valid()) run_all(large, [] { return kLargeAtOnce; });
    try {
      run_all(small, [this] { return wires_.target.throttle().limit(); });
    } catch (...) {
      if (others.valid()) others.wait();
      throw;
    }
    if (others.valid()) others.get();
  }

  void remove(const std::vector<S3Transfer>& removals) {
    if (removals.empty()) return;
    if (!request_.target.remote) return remove_files(removals);
    std::vector<std::string> keys;
    std::map<std::string_view, const S3Transfer*> by_key;
    for (const auto& removal : removals) keys.push_back(S3Place{true, removal.source.path}.key());
    for (size_t at = 0; at < keys.size(); ++at) by_key[keys[at]] = &removals[at];
    s3::remove_objects(wires_.target, request_.target.bucket(), keys, payer_of(request_.arguments),
                       [&](const std::string& key, const std::string& error) {
                         const auto& removal = *by_key.at(key);
                         if (error.empty()) report_.done(removal);
                         if (!error.empty()) report_.failed(removal, error);
                       });
  }

 private:
  void run_all(const std::vector<const S3Transfer*>& transfers, const std::function<size_t()>& width) {
    s3::in_parallel(transfers.size(), width, [&](size_t at) { run_one(*transfers[at]); });
  }

  void run_one(const S3Transfer& transfer) {
    try {
      send(transfer);
      if (request_.move) remove_source(transfer);
    } catch (const s3::Cancelled&) {
      throw;
    } catch (const std::exception& error) {
      return report_.failed(transfer, error.what());
    }
    report_.done(transfer);
  }

  void send(const S3Transfer& transfer) {
    switch (transfer.work) {
      case S3Work::upload:
        if (terminal_.before_upload) terminal_.before_upload(transfer.source.path);
        return s3::upload_file(wires_.target, transfer.source.path,
                               target_of(properties_, transfer.target, transfer.source.path));
      case S3Work::download:
        return s3::download_file(wires_.target, source_of(transfer.source, properties_.request),
                                 checked(transfer.target));
      case S3Work::copy:
        return s3::copy_object(wires_.target, wires_.source,
                               {.source = source_of(transfer.source, properties_.source),
                                .target = target_of(properties_, transfer.target, transfer.source.path),
                                .headers = properties_.copy,
                                .keep = properties_.keep});
      case S3Work::remove:
        return;  // removals go by remove()
    }
  }

  fs::path checked(const std::string& file) const {
    if (properties_.keep_existing && fs::exists(file))
      throw Error("The file '{}' exists, and --no-overwrite was given", file);
    return file;
  }

  void remove_source(const S3Transfer& transfer) {
    if (transfer.work == S3Work::upload) {
      fs::remove(transfer.source.path);
      return;
    }
    const S3Place place{true, transfer.source.path};
    s3::remove_object(wires_.source, place.bucket(), place.key(), payer_of(request_.arguments));
  }

  void remove_files(const std::vector<S3Transfer>& removals) {
    for (const auto& removal : removals) {
      std::error_code error;
      fs::remove(removal.source.path, error);
      if (!error) report_.done(removal);
      if (error)
        report_.failed(
            removal, fmt::format("[Errno {}] {}: '{}'", error.value(), error.message(), removal.source.path));
    }
  }

  const S3Request& request_;
  const S3Wires wires_;
  const S3Properties properties_;
  const Terminal& terminal_;
  S3Report& report_;
};

uint64_t expected_size(const Arguments& arguments) {
  const auto text = arguments.value("expected-size");
  uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || end != text.data() + text.size())
    if (!text.empty()) refuse_value(fmt::format("Bad value for --expected-size: \"{}\"", text));
  return size;
}

void run_stream(const S3Request& request, const S3Wires& wires, const S3Properties& properties,
                Terminal& terminal, S3Report& report) {
  S3Transfer transfer{request.work, {request.source.path, "-"}, request.target.path};
  if (request.use_source_name && request.work == S3Work::upload) transfer.target += "-";
  if (request.dry_run) return report.would_do(transfer);
  try {
    if (request.work == S3Work::upload) {
      const auto read = [&](char* into, size_t size) { return terminal.in ? terminal.in(into, size) : 0; };
      s3::upload_stream(wires.target, read, expected_size(request.arguments),
                        target_of(properties, transfer.target, "-"));
    } else {
      const S3Place place{true, request.source.path};
      const auto source = s3::head_object(wires.target, place.bucket(), place.key(), properties.request);
      s3::download_stream(wires.target, source, terminal.out);
    }
  } catch (const s3::Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    report.failed(transfer, error.what());
  }
}

void announce(const S3Plan& plan, const S3Request& request, Terminal& terminal) {
  if (!terminal.announce || request.dry_run) return;
  for (const auto& line : describe(plan, request, kMostNames)) terminal.err(line + "\n");
}

void show_dry_run(const S3Plan& plan, S3Report& report) {
  for (const auto* list : {&plan.transfers, &plan.removals}) {
    for (const auto& transfer : *list) report.would_do(transfer);
  }
}

void run_plan(const S3Request& request, const S3Wires& wires, const S3Properties& properties,
              Terminal& terminal, S3Report& report) {
  const auto plan = make_s3_plan(
      request, wires, properties.source, [&](const std::string& line) { report.warning(line); },
      link_rule(terminal, [&](const std::string& line) {
        if (terminal.strict) return report.warning(line);  // counts as a file that was skipped
        terminal.err(line + "\n");
      }));
  announce(plan, request, terminal);
  if (request.dry_run) return show_dry_run(plan, report);
  Transfers transfers(request, wires, properties, terminal, report);
  transfers.run(plan.transfers);
  // Last: a new index.html that is in place never names a file that is gone already, and an old one that
  // could not be replaced keeps the files it names.
  if (plan.removals.empty()) return;
  if (report.any_failed()) {
    return report.warning(
        fmt::format("warning: Nothing was deleted ({} would have been), because a transfer failed.",
                    plan.removals.size()));
  }
  transfers.remove(plan.removals);
}

void make_target_folder(const S3Request& request) {
  if (request.work == S3Work::download && request.recursive && !request.dry_run)
    fs::create_directories(request.target.path);
}

}  // namespace

int run_s3_transfer(const S3Request& request, Session& session, Terminal& terminal) {
  ProgressLines lines(request, session);
  const auto properties = properties_of(request, lines.target.settings(), terminal);
  make_target_folder(request);
  S3Report report(request, terminal);
  try {
    if (request.stream) {
      run_stream(request, lines.wires(), properties, terminal, report);
    } else {
      run_plan(request, lines.wires(), properties, terminal, report);
    }
  } catch (const s3::Cancelled&) {
    report.cancelled();
  } catch (const UsageError252&) {
    throw;
  } catch (const std::exception& error) {
    report.fatal(error.what());
  }
  return report.exit_code();
}

std::vector<std::string> plan_s3_transfer(const S3Request& request, Session& session,
                                          const Terminal& terminal) {
  ProgressLines lines(request, session);
  std::vector<std::string> warnings;
  const auto warn = [&](const std::string& line) { warnings.push_back(line); };
  const auto plan = make_s3_plan(request, lines.wires(), {}, warn, link_rule(terminal, warn));
  auto told = describe(plan, request, 20);
  if (told.empty()) told.push_back("nothing to transfer or delete");
  if (const auto count = count_same_content(plan); count.same > 0)
    told.push_back(
        fmt::format("{} of the {} files that only differ in time have the same content as their object",
                    count.same, count.compared));
  told.insert(told.end(), warnings.begin(), warnings.end());
  return told;
}

}  // namespace runner::aws
