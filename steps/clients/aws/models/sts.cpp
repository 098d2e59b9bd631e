// steps/clients/aws/models/sts.cpp -- the table of `aws sts`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::sts = R"table(service sts
  endpoint-key STS
  host sts.{region}.amazonaws.com
  fips sts-fips.{region}.amazonaws.com
  dual-stack sts.{region}.api.aws
  signing sts
  protocol query
  version 2011-06-15

operation GetCallerIdentity
  input GetCallerIdentityRequest
  output GetCallerIdentityResponse wrapper=GetCallerIdentityResult

operation AssumeRole
  input AssumeRoleRequest
  output AssumeRoleResponse wrapper=AssumeRoleResult

operation AssumeRoleWithWebIdentity
  unsigned
  input AssumeRoleWithWebIdentityRequest
  output AssumeRoleWithWebIdentityResponse wrapper=AssumeRoleWithWebIdentityResult

operation GetSessionToken
  input GetSessionTokenRequest
  output GetSessionTokenResponse wrapper=GetSessionTokenResult

shape GetCallerIdentityRequest

shape GetCallerIdentityResponse
  UserId string
  Account string
  Arn string

shape AssumeRoleRequest
  RoleArn! string
  RoleSessionName! string
  PolicyArns [PolicyDescriptorType]
  Policy string
  DurationSeconds integer
  Tags [Tag]
  TransitiveTagKeys [string]
  ExternalId string
  SerialNumber string
  TokenCode string
  SourceIdentity string
  ProvidedContexts [ProvidedContext]

shape AssumeRoleResponse
  Credentials Credentials
  AssumedRoleUser AssumedRoleUser
  PackedPolicySize integer
  SourceIdentity string

shape AssumeRoleWithWebIdentityRequest
  RoleArn! string
  RoleSessionName! string
  WebIdentityToken! string
  ProviderId string
  PolicyArns [PolicyDescriptorType]
  Policy string
  DurationSeconds integer

shape AssumeRoleWithWebIdentityResponse
  Credentials Credentials
  SubjectFromWebIdentityToken string
  AssumedRoleUser AssumedRoleUser
  PackedPolicySize integer
  Provider string
  Audience string
  SourceIdentity string

shape GetSessionTokenRequest
  DurationSeconds integer
  SerialNumber string
  TokenCode string

shape GetSessionTokenResponse
  Credentials Credentials

shape PolicyDescriptorType
  arn string

shape Tag
  Key! string
  Value! string

shape ProvidedContext
  ProviderArn string
  ContextAssertion string

shape Credentials
  AccessKeyId! string
  SecretAccessKey! string
  SessionToken! string
  Expiration! timestamp

shape AssumedRoleUser
  AssumedRoleId! string
  Arn! string
)table";
