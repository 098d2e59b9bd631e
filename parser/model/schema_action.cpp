// action.yml (workflow-syntax.md section 13). What it holds beside the known keys is of no concern here.
#include "parser/model/schema.hpp"

namespace runner::schema {
namespace {

constexpr Shape kFilled = filled_text();
constexpr Shape kPlain{.accepts = anything, .item = &kPlain, .value = &kPlain};  // however deep
constexpr Shape kDefault{.accepts = null | boolean | number | string, .scope = Availability::input_default};

constexpr Property kInputKeys[] = {{"default", &kDefault}};
constexpr Form kInputForms[] = {kInputKeys};
constexpr Shape kInput{.accepts = null | mapping, .forms = kInputForms, .value = &kPlain};
constexpr Shape kInputs{.accepts = null | mapping, .value = &kInput};

constexpr Shape kText = text(Availability::composite);
constexpr Shape kMap = map_of(kText, Availability::composite);
constexpr Shape kTruth = truth(Availability::composite);
constexpr Shape kIf = condition(Availability::composite_condition);
constexpr Shape kOutputValue = text(Availability::composite);
constexpr Property kOutputKeys[] = {{"value", &kOutputValue}};
constexpr Form kOutputForms[] = {kOutputKeys};
constexpr Shape kOutput{.accepts = null | mapping, .forms = kOutputForms, .value = &kPlain};
constexpr Shape kOutputs{.accepts = null | mapping, .value = &kOutput};

constexpr Property kRunKeys[] = {{"id", &kFilled},
                                 {"name", &kText},
                                 {"if", &kIf},
                                 {"run", &kText, true},
                                 {"shell", &kText, true},
                                 {"working-directory", &kText},
                                 {"env", &kMap},
                                 {"continue-on-error", &kTruth}};
constexpr Property kUsesKeys[] = {{"id", &kFilled},
                                  {"name", &kText},
                                  {"if", &kIf},
                                  {"uses", &kFilled, true},
                                  {"with", &kMap},
                                  {"env", &kMap},
                                  {"continue-on-error", &kTruth}};
constexpr Form kStepForms[] = {kRunKeys, kUsesKeys};
constexpr Shape kStep = record(kStepForms);
constexpr Shape kCompositeSteps = list_of(kStep);

constexpr Shape kPostIf = condition(Availability::action_post);
constexpr Property kScriptKeys[] = {{"using", &kFilled, true}, {"main", &kFilled, true},
                                    {"pre", &kFilled},         {"pre-if", &kPostIf},
                                    {"post", &kFilled},        {"post-if", &kPostIf}};
constexpr Shape kTexts{
    .accepts = anything, .scope = Availability::composite, .item = &kTexts, .value = &kTexts};
constexpr Property kImageKeys[] = {{"using", &kFilled, true},
                                   {"image", &kFilled, true},
                                   {"entrypoint", &kTexts},
                                   {"args", &kTexts},
                                   {"env", &kTexts},
                                   {"pre-entrypoint", &kTexts},
                                   {"post-entrypoint", &kTexts},
                                   {"pre-if", &kPostIf},
                                   {"post-if", &kPostIf}};
constexpr Property kCompositeKeys[] = {{"using", &kFilled, true}, {"steps", &kCompositeSteps, true}};
constexpr Form kRunsForms[] = {kScriptKeys, kImageKeys, kCompositeKeys};
constexpr Shape kRuns = record(kRunsForms);

constexpr Shape kName{.accepts = null | boolean | number | string};
constexpr Property kActionKeys[] = {
    {"name", &kName}, {"inputs", &kInputs}, {"outputs", &kOutputs}, {"runs", &kRuns, true}};
constexpr Form kActionForms[] = {kActionKeys};

}  // namespace

constexpr Shape kAction{.accepts = mapping, .forms = kActionForms, .value = &kPlain};

}  // namespace runner::schema
