// Events and their configuration (workflow-syntax.md section 5).
// https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
#include <algorithm>
#include <array>

#include "parser/model/schema.hpp"

namespace runner::schema {
namespace {

constexpr Shape kText = text();
constexpr Shape kFilled = filled_text();
constexpr Shape kFilledList = list_of(kFilled);
constexpr Shape kTruth = truth();
constexpr Shape kPatterns = one_or_more(kFilled);
constexpr Shape kNone{.accepts = null};

constexpr Property kTypesKeys[] = {{"types", &kPatterns}};
constexpr Property kImageKeys[] = {{"types", &kPatterns}, {"names", &kPatterns}, {"versions", &kPatterns}};
constexpr Property kMergeKeys[] = {
    {"types", &kPatterns}, {"branches", &kPatterns}, {"branches-ignore", &kPatterns}};
constexpr Property kPullKeys[] = {{"types", &kPatterns},
                                  {"branches", &kPatterns},
                                  {"branches-ignore", &kPatterns},
                                  {"paths", &kPatterns},
                                  {"paths-ignore", &kPatterns}};
constexpr Property kPushKeys[] = {{"branches", &kPatterns}, {"branches-ignore", &kPatterns},
                                  {"tags", &kPatterns},     {"tags-ignore", &kPatterns},
                                  {"paths", &kPatterns},    {"paths-ignore", &kPatterns}};
constexpr Property kRunKeys[] = {{"types", &kPatterns},
                                 {"workflows", &kPatterns},
                                 {"branches", &kPatterns},
                                 {"branches-ignore", &kPatterns}};
constexpr Form kTypesForms[] = {kTypesKeys};
constexpr Form kImageForms[] = {kImageKeys};
constexpr Form kMergeForms[] = {kMergeKeys};
constexpr Form kPullForms[] = {kPullKeys};
constexpr Form kPushForms[] = {kPushKeys};
constexpr Form kRunForms[] = {kRunKeys};

constexpr Shape optional(std::span<const Form> forms) { return {.accepts = null | mapping, .forms = forms}; }
constexpr Shape kTypes = optional(kTypesForms);
constexpr Shape kImage = optional(kImageForms);
constexpr Shape kMerge = optional(kMergeForms);
constexpr Shape kPull = optional(kPullForms);
constexpr Shape kPush = optional(kPushForms);
constexpr Shape kRun = optional(kRunForms);

constexpr Property kCronKeys[] = {{"cron", &kFilled, true}, {"timezone", &kFilled}};
constexpr Form kCronForms[] = {kCronKeys};
constexpr Shape kCron = record(kCronForms);
constexpr Shape kSchedule{.accepts = null | sequence, .item = &kCron};

constexpr std::string_view kDispatchTypes[] = {"string", "boolean", "number", "choice", "environment"};
constexpr Shape kDispatchType{.accepts = string, .words = kDispatchTypes};
constexpr Shape kDispatchFallback{.accepts = boolean | number | string};
constexpr Property kDispatchInputKeys[] = {{"description", &kText},
                                           {"required", &kTruth},
                                           {"default", &kDispatchFallback},
                                           {"type", &kDispatchType},
                                           {"options", &kFilledList}};
constexpr Form kDispatchInputForms[] = {kDispatchInputKeys};
constexpr Shape kDispatchInput = optional(kDispatchInputForms);
constexpr Shape kDispatchInputs{.accepts = null | mapping, .value = &kDispatchInput};
constexpr Property kDispatchKeys[] = {{"inputs", &kDispatchInputs}};
constexpr Form kDispatchForms[] = {kDispatchKeys};
constexpr Shape kDispatch = optional(kDispatchForms);

constexpr std::string_view kCallTypes[] = {"string", "boolean", "number"};
constexpr Shape kCallType{.accepts = string, .words = kCallTypes};
constexpr Shape kCallFallback{.accepts = boolean | number | string, .scope = Availability::global};
constexpr Property kCallInputKeys[] = {
    {"description", &kText}, {"type", &kCallType, true}, {"required", &kTruth}, {"default", &kCallFallback}};
constexpr Form kCallInputForms[] = {kCallInputKeys};
constexpr Shape kCallInput = record(kCallInputForms);
constexpr Shape kCallInputs{.accepts = null | mapping, .value = &kCallInput};
constexpr Property kSecretKeys[] = {{"description", &kText}, {"required", &kTruth}};
constexpr Form kSecretForms[] = {kSecretKeys};
constexpr Shape kSecret = optional(kSecretForms);
constexpr Shape kSecrets{.accepts = null | mapping, .value = &kSecret};
constexpr Shape kOutputValue = text(Availability::call_outputs);
constexpr Property kOutputKeys[] = {{"description", &kText}, {"value", &kOutputValue, true}};
constexpr Form kOutputForms[] = {kOutputKeys};
constexpr Shape kOutput = record(kOutputForms);
constexpr Shape kOutputs{.accepts = null | mapping, .value = &kOutput};
constexpr Property kCallKeys[] = {{"inputs", &kCallInputs}, {"secrets", &kSecrets}, {"outputs", &kOutputs}};
constexpr Form kCallForms[] = {kCallKeys};
constexpr Shape kCall = optional(kCallForms);

constexpr std::string_view kChanged = "created edited deleted";
constexpr std::string_view kPullTypes =
    "assigned unassigned labeled unlabeled opened edited closed reopened synchronize converted_to_draft "
    "locked "
    "unlocked enqueued dequeued milestoned demilestoned ready_for_review review_requested "
    "review_request_removed auto_merge_enabled auto_merge_disabled stacked";

struct Event {
  std::string_view name;
  const Shape* shape;
  std::string_view types = "";
};
constexpr std::array kTable{
    Event{"branch_protection_rule", &kTypes, kChanged},
    Event{"check_run", &kTypes, "created rerequested completed requested_action"},
    Event{"check_suite", &kTypes, "completed"},
    Event{"create", &kNone},
    Event{"delete", &kNone},
    Event{"deployment", &kNone},
    Event{"deployment_status", &kNone},
    Event{"discussion", &kTypes,
          "created edited deleted transferred pinned unpinned labeled unlabeled locked unlocked "
          "category_changed "
          "answered unanswered"},
    Event{"discussion_comment", &kTypes, kChanged},
    Event{"fork", &kNone},
    Event{"gollum", &kNone},
    Event{"image_version", &kImage, "created ready deleted"},
    Event{"issue_comment", &kTypes, kChanged},
    Event{"issues", &kTypes,
          "opened edited deleted transferred pinned unpinned closed reopened assigned unassigned labeled "
          "unlabeled "
          "locked unlocked milestoned demilestoned field_added field_removed typed untyped"},
    Event{"label", &kTypes, kChanged},
    Event{"merge_group", &kMerge, "checks_requested"},
    Event{"milestone", &kTypes, "created closed opened edited deleted"},
    Event{"page_build", &kNone},
    Event{"project", &kTypes, "created closed reopened edited deleted"},
    Event{"project_card", &kTypes, "created moved converted edited deleted"},
    Event{"project_column", &kTypes, "created updated moved deleted"},
    Event{"public", &kNone},
    Event{"pull_request", &kPull, kPullTypes},
    Event{"pull_request_comment", &kTypes, kChanged},
    Event{"pull_request_review", &kTypes, "submitted edited dismissed"},
    Event{"pull_request_review_comment", &kTypes, kChanged},
    Event{"pull_request_target", &kPull, kPullTypes},
    Event{"push", &kPush},
    Event{"registry_package", &kTypes, "published updated"},
    Event{"release", &kTypes, "published unpublished created edited deleted prereleased released"},
    Event{"repository_dispatch", &kTypes},
    Event{"schedule", &kSchedule},
    Event{"status", &kNone},
    Event{"watch", &kTypes, "started"},
    Event{"workflow_call", &kCall},
    Event{"workflow_dispatch", &kDispatch},
    Event{"workflow_run", &kRun, "requested completed in_progress"},
};

constexpr auto make_properties() {
  std::array<Property, kTable.size()> properties;
  std::transform(kTable.begin(), kTable.end(), properties.begin(), [](const Event& event) {
    return Property{event.name, event.shape};
  });
  return properties;
}

constexpr auto make_names() {
  std::array<std::string_view, kTable.size()> names;
  std::transform(kTable.begin(), kTable.end(), names.begin(), [](const Event& event) { return event.name; });
  return names;
}

constexpr auto kProperties = make_properties();
constexpr Form kEventForms[] = {kProperties};
constexpr auto kNames = make_names();
constexpr Shape kName{.accepts = string, .words = kNames};

}  // namespace

constexpr Shape kEvents{
    .accepts = string | sequence | mapping, .item = &kName, .forms = kEventForms, .words = kNames};

std::string_view activity_types(std::string_view event) {
  const auto found =
      std::find_if(kTable.begin(), kTable.end(), [&](const auto& row) { return row.name == event; });
  return found == kTable.end() ? "" : found->types;
}

}  // namespace runner::schema
