// steps/clients/aws/models/secretsmanager.cpp -- the table of `aws secretsmanager`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::secretsmanager = R"table(service secretsmanager
  endpoint-key SECRETS_MANAGER
  host secretsmanager.{region}.amazonaws.com
  fips secretsmanager-fips.{region}.amazonaws.com
  dual-stack secretsmanager.{region}.amazonaws.com
  signing secretsmanager
  protocol json
  json 1.1 secretsmanager
  version 2017-10-17

operation GetSecretValue
  input GetSecretValueRequest
  output GetSecretValueResponse

shape GetSecretValueRequest
  SecretId! string
  VersionId string
  VersionStage string

shape GetSecretValueResponse
  ARN string
  Name string
  VersionId string
  SecretBinary blob
  SecretString string
  VersionStages [string]
  CreatedDate timestamp
)table";
