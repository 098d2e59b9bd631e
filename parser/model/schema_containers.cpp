// Containers and services (workflow-syntax.md section 12).
#include "parser/model/schema.hpp"

namespace runner::schema {
namespace {

constexpr Shape kText = text(Scope::job);
constexpr Shape kFilled = filled_text(Scope::job);
constexpr Shape kFilledList = list_of(kFilled, Scope::job);
constexpr Shape kCredential = filled_text(Scope::credentials);
constexpr Property kCredentialKeys[] = {{"username", &kCredential}, {"password", &kCredential}};
constexpr Form kCredentialForms[] = {kCredentialKeys};
constexpr Shape kCredentials = record(kCredentialForms, Scope::credentials);
constexpr Shape kEnvText = text(Scope::runtime);
constexpr Shape kEnv = map_of(kEnvText, Scope::runtime);

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
constexpr Shape kService{.accepts = string | mapping, .scope = Scope::job, .forms = kServiceForms};

}  // namespace

constexpr Shape kContainer{.accepts = string | mapping, .scope = Scope::job, .forms = kContainerForms};
constexpr Shape kServices = map_of(kService, Scope::job);

}  // namespace runner::schema
