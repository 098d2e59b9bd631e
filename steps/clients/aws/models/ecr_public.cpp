// steps/clients/aws/models/ecr_public.cpp -- the table of `aws ecr-public`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::ecr_public = R"table(service ecr-public
  endpoint-key ECR_PUBLIC
  host api.ecr-public.us-east-1.amazonaws.com
  fips api.ecr-public-fips.us-east-1.amazonaws.com
  dual-stack ecr-public.us-east-1.api.aws
  signing ecr-public us-east-1
  protocol json
  json 1.1 SpencerFrontendService
  version 2020-10-30

operation GetAuthorizationToken
  input GetAuthorizationTokenRequest
  output GetAuthorizationTokenResponse

shape GetAuthorizationTokenRequest

shape GetAuthorizationTokenResponse
  authorizationData AuthorizationData

shape AuthorizationData
  authorizationToken string
  expiresAt timestamp
)table";
