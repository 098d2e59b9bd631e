// Jobs and their strategy (workflow-syntax.md sections 8 to 11).
#include "parser/model/schema.hpp"
#include "parser/model/schema_parts.hpp"

namespace runner::schema {
namespace {

constexpr Shape kFilled = filled_text();
constexpr Shape kText = text(Availability::job);
constexpr Shape kJobFilled = filled_text(Availability::job);
constexpr Shape kTruth = truth(Availability::job);
constexpr Shape kAmount = amount(Availability::job);
constexpr Shape kNeeds = one_or_more(kFilled);
constexpr Shape kIf = condition(Availability::job_condition);

constexpr Shape kLabels = one_or_more(kJobFilled, Availability::job);
constexpr Property kRunsOnKeys[] = {{"group", &kJobFilled}, {"labels", &kLabels}};
constexpr Form kRunsOnForms[] = {kRunsOnKeys};
constexpr Shape kRunsOn{.accepts = filled | sequence | mapping,
                        .scope = Availability::job,
                        .item = &kJobFilled,
                        .forms = kRunsOnForms};

constexpr Shape kUrl = text(Availability::environment_url);
constexpr Property kEnvironmentKeys[] = {{"name", &kText, true}, {"url", &kUrl}, {"deployment", &kTruth}};
constexpr Form kEnvironmentForms[] = {kEnvironmentKeys};
constexpr Shape kEnvironment{
    .accepts = string | mapping, .scope = Availability::job, .forms = kEnvironmentForms};

constexpr Shape kOutput = text(Availability::runtime);
constexpr Shape kOutputs = map_of(kOutput, Availability::runtime);
constexpr Shape kEnvText = text(Availability::job_secrets);
constexpr Shape kEnv = map_of(kEnvText, Availability::job_secrets);

constexpr Shape kDefault = filled_text(Availability::job_defaults);
constexpr Property kRunKeys[] = {{"shell", &kDefault}, {"working-directory", &kDefault}};
constexpr Form kRunForms[] = {kRunKeys};
constexpr Shape kRun = record(kRunForms, Availability::job_defaults);
constexpr Property kDefaultsKeys[] = {{"run", &kRun}};
constexpr Form kDefaultsForms[] = {kDefaultsKeys};
constexpr Shape kDefaults = record(kDefaultsForms);

constexpr Shape kSnapshotIf = condition(Availability::step_condition);
constexpr Property kSnapshotKeys[] = {
    {"image-name", &kJobFilled, true}, {"version", &kJobFilled}, {"if", &kSnapshotIf}};
constexpr Form kSnapshotForms[] = {kSnapshotKeys};
constexpr Shape kSnapshot{.accepts = filled | mapping, .scope = Availability::job, .forms = kSnapshotForms};

constexpr Shape kMatrixAny{
    .accepts = anything, .scope = Availability::strategy, .item = &kMatrixAny, .value = &kMatrixAny};
constexpr Shape kVector = list_of(kMatrixAny, Availability::strategy);
constexpr Shape kMatrixFilter = map_of(kMatrixAny, Availability::strategy);
constexpr Shape kMatrixFilters = list_of(kMatrixFilter, Availability::strategy);
constexpr Property kMatrixKeys[] = {{"include", &kMatrixFilters}, {"exclude", &kMatrixFilters}};
constexpr Form kMatrixForms[] = {kMatrixKeys};
constexpr Shape kMatrix{
    .accepts = mapping, .scope = Availability::strategy, .forms = kMatrixForms, .value = &kVector};

constexpr Shape kStrategyTruth = truth(Availability::strategy);
constexpr Shape kStrategyAmount = amount(Availability::strategy);
constexpr Property kStrategyKeys[] = {
    {"fail-fast", &kStrategyTruth}, {"max-parallel", &kStrategyAmount}, {"matrix", &kMatrix}};
constexpr Form kStrategyForms[] = {kStrategyKeys};

constexpr std::string_view kInherit[] = {"inherit"};
constexpr Shape kCallInput{.accepts = null | boolean | number | string, .scope = Availability::job};
constexpr Shape kCallInputs = map_of(kCallInput, Availability::job);
constexpr Shape kCallSecrets{
    .accepts = string | mapping, .scope = Availability::job_secrets, .value = &kEnvText, .words = kInherit};

constexpr Property kJobKeys[] = {
    {"name", &kText},
    {"needs", &kNeeds},
    {"if", &kIf},
    {"runs-on", &kRunsOn, true},
    {"permissions", &kPermissions},
    {"environment", &kEnvironment},
    {"concurrency", &kConcurrency<Availability::job>},
    {"outputs", &kOutputs},
    {"env", &kEnv},
    {"defaults", &kDefaults},
    {"timeout-minutes", &kAmount},
    {"cancel-timeout-minutes", &kAmount},
    {"continue-on-error", &kTruth},
    {"strategy", &kStrategy},
    {"container", &kContainer},
    {"services", &kServices},
    {"steps", &kSteps},
    {"snapshot", &kSnapshot},
};
constexpr Property kCallKeys[] = {
    {"name", &kText},
    {"needs", &kNeeds},
    {"if", &kIf},
    {"uses", &kFilled, true},
    {"with", &kCallInputs},
    {"secrets", &kCallSecrets},
    {"permissions", &kPermissions},
    {"concurrency", &kConcurrency<Availability::job>},
    {"strategy", &kStrategy},
};
constexpr Form kJobForms[] = {kJobKeys, kCallKeys};

}  // namespace

constexpr Shape kStrategy = record(kStrategyForms, Availability::strategy);
constexpr Shape kJob = record(kJobForms);

}  // namespace runner::schema
