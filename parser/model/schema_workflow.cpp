// The keys of the top level (workflow-syntax.md sections 4 and 7), and permissions.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
#include "parser/model/schema.hpp"
#include "parser/model/schema_parts.hpp"

namespace runner::schema {
namespace {

constexpr Shape kText = text();
constexpr Shape kGlobalText = text(Availability::global);
constexpr Shape kEnvText = text(Availability::global_env);
constexpr Shape kEnv = map_of(kEnvText, Availability::global_env);

constexpr Shape kFilled = filled_text();
constexpr Property kRunKeys[] = {{"shell", &kFilled}, {"working-directory", &kFilled}};
constexpr Form kRunForms[] = {kRunKeys};
constexpr Shape kRun = record(kRunForms);
constexpr Property kDefaultsKeys[] = {{"run", &kRun}};
constexpr Form kDefaultsForms[] = {kDefaultsKeys};
constexpr Shape kDefaults = record(kDefaultsForms);

constexpr std::string_view kReadWriteNone[] = {"read", "write", "none"};
constexpr std::string_view kWriteNone[] = {"write", "none"};
constexpr std::string_view kReadNone[] = {"read", "none"};
constexpr std::string_view kAllWords[] = {"read-all", "write-all"};
constexpr Shape kAny{.accepts = string, .words = kReadWriteNone};
constexpr Shape kWrite{.accepts = string, .words = kWriteNone};
constexpr Shape kRead{.accepts = string, .words = kReadNone};

constexpr Property kPermissionKeys[] = {
    {"actions", &kAny},
    {"artifact-metadata", &kAny},
    {"attestations", &kAny},
    {"checks", &kAny},
    {"code-quality", &kAny},
    {"contents", &kAny},
    {"copilot-requests", &kWrite},
    {"deployments", &kAny},
    {"discussions", &kAny},
    {"drives", &kAny},
    {"id-token", &kWrite},
    {"issues", &kAny},
    {"models", &kRead},
    {"packages", &kAny},
    {"pages", &kAny},
    {"pull-requests", &kAny},
    {"repository-projects", &kAny},
    {"security-events", &kAny},
    {"statuses", &kAny},
    {"vulnerability-alerts", &kRead},
};
constexpr Form kPermissionForms[] = {kPermissionKeys};

constexpr Shape kJobs = map_of(kJob);

constexpr Property kWorkflowKeys[] = {
    {"name", &kText},
    {"description", &kText},
    {"run-name", &kGlobalText},
    {"on", &kEvents, true},
    {"env", &kEnv},
    {"defaults", &kDefaults},
    {"permissions", &kPermissions},
    {"concurrency", &kConcurrency<Availability::global>},
    {"jobs", &kJobs, true},
};
constexpr Form kWorkflowForms[] = {kWorkflowKeys};

}  // namespace

constexpr Shape kPermissions{.accepts = string | mapping, .forms = kPermissionForms, .words = kAllWords};
constexpr Shape kWorkflow = record(kWorkflowForms);

}  // namespace runner::schema
