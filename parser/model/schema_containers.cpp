// Containers and services (workflow-syntax.md section 12).
#include "parser/model/schema.hpp"

namespace runner::schema {
namespace {

constexpr Shape kText = text(Availability::job);
constexpr Shape kFilled = filled_text(Availability::job);
constexpr Shape kFilledList = list_of(kFilled, Availability::job);
constexpr Shape kCredential = filled_text(Availability::credentials);
constexpr Property kCredentialKeys[] = {{"username", &kCredential}, {"password", &kCredential}};
constexpr Form kCredentialForms[] = {kCredentialKeys};
constexpr Shape kCredentials = record(kCredentialForms, Availability::credentials);
constexpr Shape kEnvText = text(Availability::runtime);
constexpr Shape kEnv = map_of(kEnvText, Availability::runtime);

constexpr Property kContainerKeys[] = {
    {"image", &kText},       {"credentials", &kCredentials}, {"env", &kEnv},
    {"ports", &kFilledList}, {"volumes", &kFilledList},      {"options", &kText}};
constexpr Property kServiceKeys[] = {{"image", &kText},
                                     {"credentials", &kCredentials},
                                     {"env", &kEnv},
                                     {"ports", &kFilledList},
                                     {"volumes", &kFilledList},
                                     {"options", &kText},
                                     {"entrypoint", &kText},
                                     {"command", &kText}};
constexpr Form kContainerForms[] = {kContainerKeys};
constexpr Form kServiceForms[] = {kServiceKeys};
constexpr Shape kService{.accepts = string | mapping, .scope = Availability::job, .forms = kServiceForms};

}  // namespace

constexpr Shape kContainer{.accepts = string | mapping, .scope = Availability::job, .forms = kContainerForms};
constexpr Shape kServices = map_of(kService, Availability::job);

}  // namespace runner::schema
