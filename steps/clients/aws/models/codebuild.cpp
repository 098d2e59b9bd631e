// steps/clients/aws/models/codebuild.cpp -- the table of `aws codebuild`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::codebuild = R"table(service codebuild
  endpoint-key CODEBUILD
  host codebuild.{region}.amazonaws.com
  fips codebuild-fips.{region}.amazonaws.com
  dual-stack codebuild.{region}.api.aws
  signing codebuild
  protocol json
  json 1.1 CodeBuild_20161006
  version 2016-10-06

operation StartBuild
  input StartBuildInput
  output StartBuildOutput

operation BatchGetBuilds
  input BatchGetBuildsInput
  output BatchGetBuildsOutput

operation StopBuild
  input StopBuildInput
  output StopBuildOutput

operation BatchGetProjects
  input BatchGetProjectsInput
  output BatchGetProjectsOutput

shape StartBuildInput
  projectName! string
  secondarySourcesOverride [ProjectSource]
  secondarySourcesVersionOverride [ProjectSourceVersion]
  sourceVersion string
  artifactsOverride ProjectArtifacts
  secondaryArtifactsOverride [ProjectArtifacts]
  environmentVariablesOverride [EnvironmentVariable]
  sourceTypeOverride string
  sourceLocationOverride string
  sourceAuthOverride SourceAuth
  gitCloneDepthOverride integer
  gitSubmodulesConfigOverride GitSubmodulesConfig
  buildspecOverride string
  insecureSslOverride boolean
  reportBuildStatusOverride boolean
  buildStatusConfigOverride BuildStatusConfig
  environmentTypeOverride string
  imageOverride string
  computeTypeOverride string
  certificateOverride string
  cacheOverride ProjectCache
  serviceRoleOverride string
  privilegedModeOverride boolean
  timeoutInMinutesOverride integer
  queuedTimeoutInMinutesOverride integer
  encryptionKeyOverride string
  idempotencyToken string
  logsConfigOverride LogsConfig
  registryCredentialOverride RegistryCredential
  imagePullCredentialsTypeOverride string
  debugSessionEnabled boolean
  fleetOverride ProjectFleet
  autoRetryLimitOverride integer

shape StartBuildOutput
  build Build

shape BatchGetBuildsInput
  ids! [string]

shape BatchGetBuildsOutput
  builds [Build]
  buildsNotFound [string]

shape StopBuildInput
  id! string

shape StopBuildOutput
  build Build

shape BatchGetProjectsInput
  names! [string]

shape BatchGetProjectsOutput
  projects [Project]
  projectsNotFound [string]

shape ProjectSource
  type! string
  location string
  gitCloneDepth integer
  gitSubmodulesConfig GitSubmodulesConfig
  buildspec string
  auth SourceAuth
  reportBuildStatus boolean
  buildStatusConfig BuildStatusConfig
  insecureSsl boolean
  sourceIdentifier string

shape ProjectSourceVersion
  sourceIdentifier! string
  sourceVersion! string

shape ProjectArtifacts
  type! string
  location string
  path string
  namespaceType string
  name string
  packaging string
  overrideArtifactName boolean
  encryptionDisabled boolean
  artifactIdentifier string
  bucketOwnerAccess string

shape EnvironmentVariable
  name! string
  value! string
  type string

shape SourceAuth
  type! string
  resource string

shape GitSubmodulesConfig
  fetchSubmodules! boolean

shape BuildStatusConfig
  context string
  targetUrl string

shape ProjectCache
  type! string
  location string
  modes [string]
  cacheNamespace string

shape LogsConfig
  cloudWatchLogs CloudWatchLogsConfig
  s3Logs S3LogsConfig

shape RegistryCredential
  credential! string
  credentialProvider! string

shape ProjectFleet
  fleetArn string

shape Build
  id string
  arn string
  buildNumber integer
  startTime timestamp
  endTime timestamp
  currentPhase string
  buildStatus string
  sourceVersion string
  resolvedSourceVersion string
  projectName string
  phases [BuildPhase]
  source ProjectSource
  secondarySources [ProjectSource]
  secondarySourceVersions [ProjectSourceVersion]
  artifacts BuildArtifacts
  secondaryArtifacts [BuildArtifacts]
  cache ProjectCache
  environment ProjectEnvironment
  serviceRole string
  logs LogsLocation
  timeoutInMinutes integer
  queuedTimeoutInMinutes integer
  buildComplete boolean
  initiator string
  vpcConfig VpcConfig
  networkInterface NetworkInterface
  encryptionKey string
  exportedEnvironmentVariables [ExportedEnvironmentVariable]
  reportArns [string]
  fileSystemLocations [ProjectFileSystemLocation]
  debugSession DebugSession
  buildBatchArn string
  autoRetryConfig AutoRetryConfig

shape Project
  name string
  arn string
  description string
  source ProjectSource
  secondarySources [ProjectSource]
  sourceVersion string
  secondarySourceVersions [ProjectSourceVersion]
  artifacts ProjectArtifacts
  secondaryArtifacts [ProjectArtifacts]
  cache ProjectCache
  environment ProjectEnvironment
  serviceRole string
  timeoutInMinutes integer
  queuedTimeoutInMinutes integer
  encryptionKey string
  tags [Tag]
  created timestamp
  lastModified timestamp
  webhook Webhook
  vpcConfig VpcConfig
  badge ProjectBadge
  logsConfig LogsConfig
  fileSystemLocations [ProjectFileSystemLocation]
  buildBatchConfig ProjectBuildBatchConfig
  concurrentBuildLimit integer
  projectVisibility string
  publicProjectAlias string
  resourceAccessRole string
  autoRetryLimit integer

shape CloudWatchLogsConfig
  status! string
  groupName string
  streamName string

shape S3LogsConfig
  status! string
  location string
  encryptionDisabled boolean
  bucketOwnerAccess string

shape BuildPhase
  phaseType string
  phaseStatus string
  startTime timestamp
  endTime timestamp
  durationInSeconds integer
  contexts [PhaseContext]

shape BuildArtifacts
  location string
  sha256sum string
  md5sum string
  overrideArtifactName boolean
  encryptionDisabled boolean
  artifactIdentifier string
  bucketOwnerAccess string

shape ProjectEnvironment
  type! string
  image! string
  computeType! string
  computeConfiguration ComputeConfiguration
  fleet ProjectFleet
  environmentVariables [EnvironmentVariable]
  privilegedMode boolean
  certificate string
  registryCredential RegistryCredential
  imagePullCredentialsType string
  dockerServer DockerServer

shape LogsLocation
  groupName string
  streamName string
  deepLink string
  s3DeepLink string
  cloudWatchLogsArn string
  s3LogsArn string
  cloudWatchLogs CloudWatchLogsConfig
  s3Logs S3LogsConfig

shape VpcConfig
  vpcId string
  subnets [string]
  securityGroupIds [string]

shape NetworkInterface
  subnetId string
  networkInterfaceId string

shape ExportedEnvironmentVariable
  name string
  value string

shape ProjectFileSystemLocation
  type string
  location string
  mountPoint string
  identifier string
  mountOptions string

shape DebugSession
  sessionEnabled boolean
  sessionTarget string

shape AutoRetryConfig
  autoRetryLimit integer
  autoRetryNumber integer
  nextAutoRetry string
  previousAutoRetry string

shape Tag
  key string
  value string

shape Webhook
  url string
  payloadUrl string
  secret string
  branchFilter string
  filterGroups [[WebhookFilter]]
  buildType string
  manualCreation boolean
  lastModifiedSecret timestamp
  scopeConfiguration ScopeConfiguration
  status string
  statusMessage string
  pullRequestBuildPolicy PullRequestBuildPolicy

shape ProjectBadge
  badgeEnabled boolean
  badgeRequestUrl string

shape ProjectBuildBatchConfig
  serviceRole string
  combineArtifacts boolean
  restrictions BatchRestrictions
  timeoutInMins integer
  batchReportMode string

shape PhaseContext
  statusCode string
  message string

shape ComputeConfiguration
  vCpu integer
  memory integer
  disk integer
  machineType string
  instanceType string

shape DockerServer
  computeType! string
  securityGroupIds [string]
  status DockerServerStatus

shape WebhookFilter
  type! string
  pattern! string
  excludeMatchedPattern boolean

shape ScopeConfiguration
  name! string
  domain string
  scope! string

shape PullRequestBuildPolicy
  requiresCommentApproval! string
  approverRoles [string]

shape BatchRestrictions
  maximumBuildsAllowed integer
  computeTypesAllowed [string]
  fleetsAllowed [string]

shape DockerServerStatus
  status string
  message string
)table";
