// steps/clients/aws/models/logs.cpp -- the table of `aws logs`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::logs = R"table(service logs
  endpoint-key CLOUDWATCH_LOGS
  host logs.{region}.amazonaws.com
  fips logs-fips.{region}.amazonaws.com
  dual-stack logs.{region}.api.aws
  signing logs
  protocol json
  json 1.1 Logs_20140328
  version 2014-03-28

operation GetLogEvents
  input GetLogEventsRequest
  output GetLogEventsResponse

shape GetLogEventsRequest
  logGroupName string
  logGroupIdentifier string
  logStreamName! string
  startTime integer
  endTime integer
  nextToken string
  limit integer
  startFromHead boolean
  unmask boolean

shape GetLogEventsResponse
  events [OutputLogEvent]
  nextForwardToken string
  nextBackwardToken string

shape OutputLogEvent
  timestamp integer
  message string
  ingestionTime integer
)table";
