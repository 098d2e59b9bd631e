// steps/clients/aws/models/ssm.cpp -- the table of `aws ssm`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::ssm = R"table(service ssm
  endpoint-key SSM
  host ssm.{region}.amazonaws.com
  fips ssm-fips.{region}.amazonaws.com
  dual-stack ssm.{region}.api.aws
  signing ssm
  protocol json
  json 1.1 AmazonSSM
  version 2014-11-06

operation GetParameter
  input GetParameterRequest
  output GetParameterResult

operation GetParameters
  input GetParametersRequest
  output GetParametersResult

operation GetParametersByPath
  input GetParametersByPathRequest
  output GetParametersByPathResult
  pages in=NextToken out=NextToken result=Parameters limit=MaxResults

operation PutParameter
  input PutParameterRequest
  output PutParameterResult

shape GetParameterRequest
  Name! string
  WithDecryption boolean

shape GetParameterResult
  Parameter Parameter

shape GetParametersRequest
  Names! [string]
  WithDecryption boolean

shape GetParametersResult
  Parameters [Parameter]
  InvalidParameters [string]

shape GetParametersByPathRequest
  Path! string
  Recursive boolean
  ParameterFilters [ParameterStringFilter]
  WithDecryption boolean
  MaxResults integer
  NextToken string

shape GetParametersByPathResult
  Parameters [Parameter]
  NextToken string

shape PutParameterRequest
  Name! string
  Description string
  Value! string
  Type string
  KeyId string
  Overwrite boolean
  AllowedPattern string
  Tags [Tag]
  Tier string
  Policies string
  DataType string

shape PutParameterResult
  Version integer
  Tier string

shape Parameter
  Name string
  Type string
  Value string
  Version integer
  Selector string
  SourceResult string
  LastModifiedDate timestamp
  ARN string
  DataType string

shape ParameterStringFilter
  Key! string
  Option string
  Values [string]

shape Tag
  Key! string
  Value! string
)table";
