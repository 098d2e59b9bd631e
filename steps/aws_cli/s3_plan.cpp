#include "steps/aws_cli/s3_plan.hpp"

#include <filesystem>
#include <memory>

#include "steps/clients/aws/s3/download.hpp"
#include "steps/clients/aws/s3/listing.hpp"
#include "steps/clients/aws/s3/walk.hpp"

namespace runner::aws {
namespace {

using s3::Entry;
using s3::NextEntry;
using OnWarning = std::function<void(const std::string&)>;
using OnLink = std::function<bool(const std::string&)>;

// An empty "folder/" made by a console: no file, but something to remove.
bool is_folder_mark(const s3::Object& object) { return object.size == 0 && object.key.ends_with('/'); }

NextEntry objects_below(s3::Wire& wire, const S3Place& place, const S3Request& request, bool with_marks) {
  s3::ListRequest list{.bucket = place.bucket(), .prefix = place.key()};
  if (const auto size = request.arguments.value("page-size"); !size.empty()) {
    list.page_size = std::atoi(size.c_str());
    if (list.page_size < 1) refuse_value(fmt::format("Bad value for --page-size: \"{}\"", size));
  }
  if (request.arguments.has("request-payer")) list.headers = {{"x-amz-request-payer", "requester"}};
  auto listing = std::make_shared<s3::Listing>(wire, std::move(list));
  return
      [listing, bucket = place.bucket(), prefix = place.key().size(), with_marks]() -> std::optional<Entry> {
        while (auto object = listing->next_object()) {
          if (is_folder_mark(*object) && !with_marks) continue;
          auto relative = object->key.substr(prefix);
          return Entry{bucket + "/" + object->key, std::move(relative),     object->size,
                       object->modified,           std::move(object->etag), std::move(object->storage_class)};
        }
        return std::nullopt;
      };
}

NextEntry files_below(const std::string& folder, bool follow_links, const OnWarning& on_warning,
                      const OnLink& on_link = {}) {
  auto walk = std::make_shared<s3::LocalWalk>(folder, follow_links, on_warning, on_link);
  return [walk] { return walk->next(); };
}

NextEntry just(std::optional<Entry> entry) {
  auto left = std::make_shared<std::optional<Entry>>(std::move(entry));
  return [left] { return std::exchange(*left, std::nullopt); };
}

Entry single_object(s3::Wire& wire, const S3Request& request, const s3::Headers& headers) {
  const auto bucket = request.source.bucket(), key = request.source.key();
  const auto name = key.substr(key.rfind('/') + 1);
  if (request.work == S3Work::remove) return {request.source.path, name};
  try {
    const auto head = s3::head_object(wire, bucket, key, headers);
    return {request.source.path, name, head.size, head.modified, head.etag, head.storage_class};
  } catch (const ServiceError& error) {
    if (error.status() != 404) throw;
    throw ServiceError("404", "HeadObject", fmt::format("Key \"{}\" does not exist", key), 404);
  }
}

// Only one object of a prefix can be meant without --recursive: the one whose key it is.
NextEntry source_entries(const S3Request& request, s3::Wire& wire, const s3::Headers& headers,
                         const OnWarning& on_warning, const OnLink& on_link) {
  const auto& source = request.source;
  if (source.remote && !request.recursive && !source.key().empty())
    return just(single_object(wire, request, headers));
  if (source.remote && request.recursive)
    return objects_below(wire, source, request, request.work == S3Work::remove);
  if (source.remote) return just(std::nullopt);
  if (request.recursive) return files_below(source.path, request.follow_links, on_warning, on_link);
  return just(s3::single_file(source.path, request.follow_links, on_warning, on_link));
}

NextEntry target_entries(const S3Request& request, s3::Wire& wire, const OnWarning& on_warning) {
  if (request.command != "sync") return just(std::nullopt);
  if (request.target.remote) return objects_below(wire, request.target, request, false);
  return files_below(request.target.path, request.follow_links, on_warning);
}

NextEntry filtered(NextEntry next, const S3Request& request) {
  if (request.rules.empty()) return next;
  const s3::Filter filter(request.rules, request.source_root, request.target_root);
  return [next = std::move(next), filter]() -> std::optional<Entry> {
    while (auto entry = next()) {
      if (filter.keeps(entry->path)) return entry;
    }
    return std::nullopt;
  };
}

s3::SyncRules rules_of(const S3Request& request) {
  const auto& arguments = request.arguments;
  s3::SyncRules rules;
  rules.direction = request.work == S3Work::download ? s3::Direction::download
                    : request.work == S3Work::copy   ? s3::Direction::copy
                                                     : s3::Direction::upload;
  rules.size_only = arguments.has("size-only");
  rules.exact_timestamps = arguments.has("exact-timestamps");
  rules.no_overwrite = arguments.has("no-overwrite");
  return rules;
}

bool is_archived(const Entry& entry) {
  return entry.storage_class == "GLACIER" || entry.storage_class == "DEEP_ARCHIVE";
}

// What the CLI skips with a word of warning; "" for what it sends.
std::string objection(const S3Request& request, const Entry& source) {
  const std::string operation = request.work == S3Work::copy ? "copy" : "download";
  const bool fetched = request.work == S3Work::copy || request.work == S3Work::download;
  if (fetched && is_archived(source) && !request.arguments.has("force-glacier-transfer")) {
    if (request.arguments.has("ignore-glacier-warnings")) return "-";
    return fmt::format(
        "warning: Skipping file s3://{0}. Object is of storage class GLACIER. Unable to perform {1} "
        "operations on "
        "GLACIER objects. You must restore the object to be able to perform the operation. See aws s3 {1} "
        "help for "
        "additional parameter options to ignore or force these transfers.",
        source.path, operation);
  }
  const auto plain = std::filesystem::path(source.relative).lexically_normal().string();
  if (request.work == S3Work::download && (plain == ".." || plain.starts_with("../")))
    return fmt::format("warning: Skipping file {}. File references a parent directory.", source.relative);
  return "";
}

using Reason = S3Transfer::Reason;

Reason reason_of(s3::Difference difference) {
  return difference == s3::Difference::size ? Reason::size : Reason::time;
}

class Planner {
 public:
  Planner(const S3Request& request, const OnWarning& on_warning)
      : request_(request), on_warning_(on_warning), rules_(rules_of(request)) {}

  void take(const Entry* source, const Entry* target) {
    if (request_.work == S3Work::remove) {
      plan.removals.push_back({S3Work::remove, *source, {}});
    } else if (source == nullptr) {
      if (request_.arguments.has("delete")) plan.removals.push_back({S3Work::remove, *target, {}});
    } else if (target == nullptr) {
      add(*source, request_.command == "sync" ? Reason::not_there : Reason::asked, "");
    } else if (const auto difference = compare(*source, *target, rules_);
               difference != s3::Difference::none) {
      add(*source, reason_of(difference), target->etag);
    }
  }

  S3Plan plan;

 private:
  void add(const Entry& source, Reason reason, const std::string& replaced) {
    if (const auto line = objection(request_, source); !line.empty()) {
      if (line != "-") on_warning_(line);
      return;
    }
    auto target = request_.target.path;
    if (request_.use_source_name) target += source.relative;
    plan.transfers.push_back({request_.work, source, std::move(target), reason, replaced});
  }

  const S3Request& request_;
  const OnWarning& on_warning_;
  const s3::SyncRules rules_;
};

}  // namespace

S3Plan make_s3_plan(const S3Request& request, const S3Wires& wires, const s3::Headers& source_headers,
                    const OnWarning& on_warning, const OnLink& on_link) {
  Planner planner(request, on_warning);
  // The target first: its listing is on its way while the source is walked.
  auto target = filtered(target_entries(request, wires.target, on_warning), request);
  auto source = filtered(source_entries(request, wires.source, source_headers, on_warning, on_link), request);
  s3::join(source, target,
           [&](const Entry* at_source, const Entry* at_target) { planner.take(at_source, at_target); });
  return std::move(planner.plan);
}

}  // namespace runner::aws
