// steps/clients/aws/models/deploy.cpp -- the table of `aws deploy`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::deploy = R"table(service deploy
  endpoint-key CODEDEPLOY
  host codedeploy.{region}.amazonaws.com
  fips codedeploy-fips.{region}.amazonaws.com
  dual-stack codedeploy.{region}.api.aws
  signing codedeploy
  protocol json
  json 1.1 CodeDeploy_20141006
  version 2014-10-06

operation CreateDeployment
  input CreateDeploymentInput
  output CreateDeploymentOutput

operation GetDeployment
  input GetDeploymentInput
  output GetDeploymentOutput

operation GetDeploymentGroup
  input GetDeploymentGroupInput
  output GetDeploymentGroupOutput

operation GetApplication
  input GetApplicationInput
  output GetApplicationOutput

waiter DeploymentSuccessful GetDeployment 15 120
  success path "Succeeded" deploymentInfo.status
  failure path "Failed" deploymentInfo.status
  failure path "Stopped" deploymentInfo.status

shape CreateDeploymentInput
  applicationName! string
  deploymentGroupName string
  revision RevisionLocation
  deploymentConfigName string
  description string
  ignoreApplicationStopFailures boolean
  targetInstances TargetInstances
  autoRollbackConfiguration AutoRollbackConfiguration
  updateOutdatedInstancesOnly boolean
  fileExistsBehavior string
  overrideAlarmConfiguration AlarmConfiguration

shape CreateDeploymentOutput
  deploymentId string

shape GetDeploymentInput
  deploymentId! string

shape GetDeploymentOutput
  deploymentInfo DeploymentInfo

shape GetDeploymentGroupInput
  applicationName! string
  deploymentGroupName! string

shape GetDeploymentGroupOutput
  deploymentGroupInfo DeploymentGroupInfo

shape GetApplicationInput
  applicationName! string

shape GetApplicationOutput
  application ApplicationInfo

shape RevisionLocation
  revisionType string
  s3Location S3Location
  gitHubLocation GitHubLocation
  string RawString
  appSpecContent AppSpecContent

shape TargetInstances
  tagFilters [EC2TagFilter]
  autoScalingGroups [string]
  ec2TagSet EC2TagSet

shape AutoRollbackConfiguration
  enabled boolean
  events [string]

shape AlarmConfiguration
  enabled boolean
  ignorePollAlarmFailure boolean
  alarms [Alarm]

shape DeploymentInfo
  applicationName string
  deploymentGroupName string
  deploymentConfigName string
  deploymentId string
  previousRevision RevisionLocation
  revision RevisionLocation
  status string
  errorInformation ErrorInformation
  createTime timestamp
  startTime timestamp
  completeTime timestamp
  deploymentOverview DeploymentOverview
  description string
  creator string
  ignoreApplicationStopFailures boolean
  autoRollbackConfiguration AutoRollbackConfiguration
  updateOutdatedInstancesOnly boolean
  rollbackInfo RollbackInfo
  deploymentStyle DeploymentStyle
  targetInstances TargetInstances
  instanceTerminationWaitTimeStarted boolean
  blueGreenDeploymentConfiguration BlueGreenDeploymentConfiguration
  loadBalancerInfo LoadBalancerInfo
  additionalDeploymentStatusInfo string
  fileExistsBehavior string
  deploymentStatusMessages [string]
  computePlatform string
  externalId string
  relatedDeployments RelatedDeployments
  overrideAlarmConfiguration AlarmConfiguration

shape DeploymentGroupInfo
  applicationName string
  deploymentGroupId string
  deploymentGroupName string
  deploymentConfigName string
  ec2TagFilters [EC2TagFilter]
  onPremisesInstanceTagFilters [TagFilter]
  autoScalingGroups [AutoScalingGroup]
  serviceRoleArn string
  targetRevision RevisionLocation
  triggerConfigurations [TriggerConfig]
  alarmConfiguration AlarmConfiguration
  autoRollbackConfiguration AutoRollbackConfiguration
  deploymentStyle DeploymentStyle
  outdatedInstancesStrategy string
  blueGreenDeploymentConfiguration BlueGreenDeploymentConfiguration
  loadBalancerInfo LoadBalancerInfo
  lastSuccessfulDeployment LastDeploymentInfo
  lastAttemptedDeployment LastDeploymentInfo
  ec2TagSet EC2TagSet
  onPremisesTagSet OnPremisesTagSet
  computePlatform string
  ecsServices [ECSService]
  terminationHookEnabled boolean

shape ApplicationInfo
  applicationId string
  applicationName string
  createTime timestamp
  linkedToGitHub boolean
  gitHubAccountName string
  computePlatform string

shape S3Location
  bucket string
  key string
  bundleType string
  version string
  eTag string

shape GitHubLocation
  repository string
  commitId string

shape RawString
  content string
  sha256 string

shape AppSpecContent
  content string
  sha256 string

shape EC2TagFilter
  Key string
  Value string
  Type string

shape EC2TagSet
  ec2TagSetList [[EC2TagFilter]]

shape Alarm
  name string

shape ErrorInformation
  code string
  message string

shape DeploymentOverview
  Pending integer
  InProgress integer
  Succeeded integer
  Failed integer
  Skipped integer
  Ready integer

shape RollbackInfo
  rollbackDeploymentId string
  rollbackTriggeringDeploymentId string
  rollbackMessage string

shape DeploymentStyle
  deploymentType string
  deploymentOption string

shape BlueGreenDeploymentConfiguration
  terminateBlueInstancesOnDeploymentSuccess BlueInstanceTerminationOption
  deploymentReadyOption DeploymentReadyOption
  greenFleetProvisioningOption GreenFleetProvisioningOption

shape LoadBalancerInfo
  elbInfoList [ELBInfo]
  targetGroupInfoList [TargetGroupInfo]
  targetGroupPairInfoList [TargetGroupPairInfo]

shape RelatedDeployments
  autoUpdateOutdatedInstancesRootDeploymentId string
  autoUpdateOutdatedInstancesDeploymentIds [string]

shape TagFilter
  Key string
  Value string
  Type string

shape AutoScalingGroup
  name string
  hook string
  terminationHook string

shape TriggerConfig
  triggerName string
  triggerTargetArn string
  triggerEvents [string]

shape LastDeploymentInfo
  deploymentId string
  status string
  endTime timestamp
  createTime timestamp

shape OnPremisesTagSet
  onPremisesTagSetList [[TagFilter]]

shape ECSService
  serviceName string
  clusterName string

shape BlueInstanceTerminationOption
  action string
  terminationWaitTimeInMinutes integer

shape DeploymentReadyOption
  actionOnTimeout string
  waitTimeInMinutes integer

shape GreenFleetProvisioningOption
  action string

shape ELBInfo
  name string

shape TargetGroupInfo
  name string

shape TargetGroupPairInfo
  targetGroups [TargetGroupInfo]
  prodTrafficRoute TrafficRoute
  testTrafficRoute TrafficRoute

shape TrafficRoute
  listenerArns [string]
)table";
