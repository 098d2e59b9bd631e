// Steps (workflow-syntax.md section 8).
#include "parser/model/schema.hpp"

namespace runner::schema {
namespace {

constexpr Shape kFilled = filled_text();
constexpr Shape kFilledOrList = one_or_more(kFilled);
constexpr Shape kTrue = truth();
constexpr Shape kWaitAll{.accepts = null | boolean};
constexpr Shape kText = text(Availability::step);
constexpr Shape kMap = map_of(kText, Availability::step);
constexpr Shape kTruth = truth(Availability::step);
constexpr Shape kAmount = amount(Availability::step);
constexpr Shape kIf = condition(Availability::step_condition);

constexpr Property kRunKeys[] = {{"id", &kFilled},
                                 {"name", &kText},
                                 {"if", &kIf},
                                 {"run", &kText, true},
                                 {"shell", &kFilled},
                                 {"working-directory", &kText},
                                 {"env", &kMap},
                                 {"continue-on-error", &kTruth},
                                 {"timeout-minutes", &kAmount},
                                 {"background", &kTrue}};
constexpr Property kUsesKeys[] = {{"id", &kFilled},
                                  {"name", &kText},
                                  {"if", &kIf},
                                  {"uses", &kFilled, true},
                                  {"with", &kMap},
                                  {"env", &kMap},
                                  {"continue-on-error", &kTruth},
                                  {"timeout-minutes", &kAmount},
                                  {"background", &kTrue}};
constexpr Property kWaitKeys[] = {
    {"id", &kFilled}, {"name", &kText}, {"wait", &kFilledOrList, true}, {"continue-on-error", &kTruth}};
constexpr Property kWaitAllKeys[] = {
    {"id", &kFilled}, {"name", &kText}, {"wait-all", &kWaitAll, true}, {"continue-on-error", &kTruth}};
constexpr Property kCancelKeys[] = {
    {"id", &kFilled}, {"name", &kText}, {"cancel", &kFilled, true}, {"continue-on-error", &kTruth}};

constexpr Form kPlainForms[] = {kRunKeys, kUsesKeys};
constexpr Shape kPlainStep = record(kPlainForms);
constexpr Shape kPlainSteps = list_of(kPlainStep);
constexpr Property kParallelKeys[] = {
    {"id", &kFilled}, {"name", &kText}, {"parallel", &kPlainSteps, true}, {"continue-on-error", &kTruth}};
constexpr Form kForms[] = {kRunKeys, kUsesKeys, kWaitKeys, kWaitAllKeys, kCancelKeys, kParallelKeys};
constexpr Shape kStep = record(kForms);

}  // namespace

constexpr Shape kSteps = list_of(kStep);

}  // namespace runner::schema
