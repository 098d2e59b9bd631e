// steps/clients/aws/models/ecs.cpp -- the table of `aws ecs`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::ecs = R"table(service ecs
  endpoint-key ECS
  host ecs.{region}.amazonaws.com
  fips ecs-fips.{region}.amazonaws.com
  dual-stack ecs.{region}.api.aws
  signing ecs
  protocol json
  json 1.1 AmazonEC2ContainerServiceV20141113
  version 2014-11-13

operation DescribeServices
  input DescribeServicesRequest
  output DescribeServicesResponse

operation DescribeTaskDefinition
  input DescribeTaskDefinitionRequest
  output DescribeTaskDefinitionResponse

operation RegisterTaskDefinition
  input RegisterTaskDefinitionRequest
  output RegisterTaskDefinitionResponse

operation DeregisterTaskDefinition
  input DeregisterTaskDefinitionRequest
  output DeregisterTaskDefinitionResponse

operation UpdateService
  input UpdateServiceRequest
  output UpdateServiceResponse

operation RunTask
  input RunTaskRequest
  output RunTaskResponse

operation DescribeTasks
  input DescribeTasksRequest
  output DescribeTasksResponse

operation ListTasks
  input ListTasksRequest
  output ListTasksResponse
  pages in=nextToken out=nextToken result=taskArns limit=maxResults

operation StopTask
  input StopTaskRequest
  output StopTaskResponse

operation DescribeClusters
  input DescribeClustersRequest
  output DescribeClustersResponse

operation ListServices
  input ListServicesRequest
  output ListServicesResponse
  pages in=nextToken out=nextToken result=serviceArns limit=maxResults

operation ListTaskDefinitions
  input ListTaskDefinitionsRequest
  output ListTaskDefinitionsResponse
  pages in=nextToken out=nextToken result=taskDefinitionArns limit=maxResults

operation CreateService
  input CreateServiceRequest
  output CreateServiceResponse

operation CreateCluster
  input CreateClusterRequest
  output CreateClusterResponse

waiter ServicesInactive DescribeServices 15 40
  failure path_any "MISSING" failures[].reason
  success path_any "INACTIVE" services[].status

waiter ServicesStable DescribeServices 15 40
  failure path_any "MISSING" failures[].reason
  failure path_any "DRAINING" services[].status
  failure path_any "INACTIVE" services[].status
  success path true length(services[?!(length(deployments) == `1` && runningCount == desiredCount)]) == `0`

waiter TasksRunning DescribeTasks 6 100
  failure path_any "STOPPED" tasks[].lastStatus
  failure path_any "MISSING" failures[].reason
  success path_all "RUNNING" tasks[].lastStatus

waiter TasksStopped DescribeTasks 6 100
  success path_all "STOPPED" tasks[].lastStatus

shape DescribeServicesRequest
  cluster string
  services! [string]
  include [string]

shape DescribeServicesResponse
  services [Service]
  failures [Failure]

shape DescribeTaskDefinitionRequest
  taskDefinition! string
  include [string]

shape DescribeTaskDefinitionResponse
  taskDefinition TaskDefinition
  tags [Tag]

shape RegisterTaskDefinitionRequest
  family! string
  taskRoleArn string
  executionRoleArn string
  networkMode string
  containerDefinitions! [ContainerDefinition]
  volumes [Volume]
  placementConstraints [TaskDefinitionPlacementConstraint]
  requiresCompatibilities [string]
  cpu string
  memory string
  tags [Tag]
  pidMode string
  ipcMode string
  proxyConfiguration ProxyConfiguration
  inferenceAccelerators [InferenceAccelerator]
  ephemeralStorage EphemeralStorage
  runtimePlatform RuntimePlatform
  enableFaultInjection boolean

shape RegisterTaskDefinitionResponse
  taskDefinition TaskDefinition
  tags [Tag]

shape DeregisterTaskDefinitionRequest
  taskDefinition! string

shape DeregisterTaskDefinitionResponse
  taskDefinition TaskDefinition

shape UpdateServiceRequest
  cluster string
  service! string
  desiredCount integer
  taskDefinition string
  capacityProviderStrategy [CapacityProviderStrategyItem]
  deploymentConfiguration DeploymentConfiguration
  availabilityZoneRebalancing string
  networkConfiguration NetworkConfiguration
  placementConstraints [PlacementConstraint]
  placementStrategy [PlacementStrategy]
  platformVersion string
  forceNewDeployment boolean
  healthCheckGracePeriodSeconds integer
  deploymentController DeploymentController
  enableExecuteCommand boolean
  enableECSManagedTags boolean
  loadBalancers [LoadBalancer]
  propagateTags string
  serviceRegistries [ServiceRegistry]
  serviceConnectConfiguration ServiceConnectConfiguration
  volumeConfigurations [ServiceVolumeConfiguration]
  vpcLatticeConfigurations [VpcLatticeConfiguration]

shape UpdateServiceResponse
  service Service

shape RunTaskRequest
  capacityProviderStrategy [CapacityProviderStrategyItem]
  cluster string
  count integer
  enableECSManagedTags boolean
  enableExecuteCommand boolean
  group string
  launchType string
  networkConfiguration NetworkConfiguration
  overrides TaskOverride
  placementConstraints [PlacementConstraint]
  placementStrategy [PlacementStrategy]
  platformVersion string
  propagateTags string
  referenceId string
  startedBy string
  tags [Tag]
  taskDefinition! string
  clientToken+ string
  volumeConfigurations [TaskVolumeConfiguration]

shape RunTaskResponse
  tasks [Task]
  failures [Failure]

shape DescribeTasksRequest
  cluster string
  tasks! [string]
  include [string]

shape DescribeTasksResponse
  tasks [Task]
  failures [Failure]

shape ListTasksRequest
  cluster string
  containerInstance string
  family string
  nextToken string
  maxResults integer
  startedBy string
  serviceName string
  desiredStatus string
  launchType string
  daemonName string

shape ListTasksResponse
  taskArns [string]
  nextToken string

shape StopTaskRequest
  cluster string
  task! string
  reason string

shape StopTaskResponse
  task Task

shape DescribeClustersRequest
  clusters [string]
  include [string]

shape DescribeClustersResponse
  clusters [Cluster]
  failures [Failure]

shape ListServicesRequest
  cluster string
  nextToken string
  maxResults integer
  launchType string
  schedulingStrategy string
  resourceManagementType string

shape ListServicesResponse
  serviceArns [string]
  nextToken string

shape ListTaskDefinitionsRequest
  familyPrefix string
  status string
  sort string
  nextToken string
  maxResults integer

shape ListTaskDefinitionsResponse
  taskDefinitionArns [string]
  nextToken string

shape CreateServiceRequest
  cluster string
  serviceName! string
  taskDefinition string
  availabilityZoneRebalancing string
  loadBalancers [LoadBalancer]
  serviceRegistries [ServiceRegistry]
  desiredCount integer
  clientToken string
  launchType string
  capacityProviderStrategy [CapacityProviderStrategyItem]
  platformVersion string
  role string
  deploymentConfiguration DeploymentConfiguration
  placementConstraints [PlacementConstraint]
  placementStrategy [PlacementStrategy]
  networkConfiguration NetworkConfiguration
  healthCheckGracePeriodSeconds integer
  schedulingStrategy string
  deploymentController DeploymentController
  tags [Tag]
  enableECSManagedTags boolean
  propagateTags string
  enableExecuteCommand boolean
  serviceConnectConfiguration ServiceConnectConfiguration
  volumeConfigurations [ServiceVolumeConfiguration]
  vpcLatticeConfigurations [VpcLatticeConfiguration]

shape CreateServiceResponse
  service Service

shape CreateClusterRequest
  clusterName string
  tags [Tag]
  settings [ClusterSetting]
  configuration ClusterConfiguration
  capacityProviders [string]
  defaultCapacityProviderStrategy [CapacityProviderStrategyItem]
  serviceConnectDefaults ClusterServiceConnectDefaultsRequest

shape CreateClusterResponse
  cluster Cluster

shape Service
  serviceArn string
  serviceName string
  clusterArn string
  loadBalancers [LoadBalancer]
  serviceRegistries [ServiceRegistry]
  status string
  desiredCount integer
  runningCount integer
  pendingCount integer
  launchType string
  capacityProviderStrategy [CapacityProviderStrategyItem]
  platformVersion string
  platformFamily string
  taskDefinition string
  deploymentConfiguration DeploymentConfiguration
  taskSets [TaskSet]
  deployments [Deployment]
  roleArn string
  events [ServiceEvent]
  createdAt timestamp
  currentServiceDeployment string
  currentServiceRevisions [ServiceCurrentRevisionSummary]
  placementConstraints [PlacementConstraint]
  placementStrategy [PlacementStrategy]
  networkConfiguration NetworkConfiguration
  healthCheckGracePeriodSeconds integer
  schedulingStrategy string
  deploymentController DeploymentController
  tags [Tag]
  createdBy string
  enableECSManagedTags boolean
  propagateTags string
  enableExecuteCommand boolean
  availabilityZoneRebalancing string
  resourceManagementType string

shape Failure
  arn string
  reason string
  detail string

shape TaskDefinition
  taskDefinitionArn string
  containerDefinitions [ContainerDefinition]
  family string
  taskRoleArn string
  executionRoleArn string
  networkMode string
  revision integer
  volumes [Volume]
  status string
  requiresAttributes [Attribute]
  placementConstraints [TaskDefinitionPlacementConstraint]
  compatibilities [string]
  runtimePlatform RuntimePlatform
  requiresCompatibilities [string]
  cpu string
  memory string
  inferenceAccelerators [InferenceAccelerator]
  pidMode string
  ipcMode string
  proxyConfiguration ProxyConfiguration
  registeredAt timestamp
  deregisteredAt timestamp
  deleteRequestedAt timestamp
  registeredBy string
  ephemeralStorage EphemeralStorage
  enableFaultInjection boolean

shape Tag
  key string
  value string

shape ContainerDefinition
  name string
  image string
  repositoryCredentials RepositoryCredentials
  cpu integer
  memory integer
  memoryReservation integer
  links [string]
  portMappings [PortMapping]
  essential boolean
  restartPolicy ContainerRestartPolicy
  entryPoint [string]
  command [string]
  environment [KeyValuePair]
  environmentFiles [EnvironmentFile]
  mountPoints [MountPoint]
  volumesFrom [VolumeFrom]
  linuxParameters LinuxParameters
  secrets [Secret]
  dependsOn [ContainerDependency]
  startTimeout integer
  stopTimeout integer
  versionConsistency string
  hostname string
  user string
  workingDirectory string
  disableNetworking boolean
  privileged boolean
  readonlyRootFilesystem boolean
  dnsServers [string]
  dnsSearchDomains [string]
  extraHosts [HostEntry]
  dockerSecurityOptions [string]
  interactive boolean
  pseudoTerminal boolean
  dockerLabels {string}
  ulimits [Ulimit]
  logConfiguration LogConfiguration
  healthCheck HealthCheck
  systemControls [SystemControl]
  resourceRequirements [ResourceRequirement]
  firelensConfiguration FirelensConfiguration
  credentialSpecs [string]

shape Volume
  name string
  host HostVolumeProperties
  dockerVolumeConfiguration DockerVolumeConfiguration
  efsVolumeConfiguration EFSVolumeConfiguration
  s3filesVolumeConfiguration S3FilesVolumeConfiguration
  fsxWindowsFileServerVolumeConfiguration FSxWindowsFileServerVolumeConfiguration
  configuredAtLaunch boolean

shape TaskDefinitionPlacementConstraint
  type string
  expression string

shape ProxyConfiguration
  type string
  containerName! string
  properties [KeyValuePair]

shape InferenceAccelerator
  deviceName! string
  deviceType! string

shape EphemeralStorage
  sizeInGiB! integer

shape RuntimePlatform
  cpuArchitecture string
  operatingSystemFamily string

shape CapacityProviderStrategyItem
  capacityProvider! string
  weight integer
  base integer

shape DeploymentConfiguration
  deploymentCircuitBreaker DeploymentCircuitBreaker
  maximumPercent integer
  minimumHealthyPercent integer
  alarms DeploymentAlarms
  strategy string
  bakeTimeInMinutes integer
  lifecycleHooks [DeploymentLifecycleHook]
  linearConfiguration LinearConfiguration
  canaryConfiguration CanaryConfiguration

shape NetworkConfiguration
  awsvpcConfiguration AwsVpcConfiguration

shape PlacementConstraint
  type string
  expression string

shape PlacementStrategy
  type string
  field string

shape DeploymentController
  type! string

shape LoadBalancer
  targetGroupArn string
  loadBalancerName string
  containerName string
  containerPort integer
  advancedConfiguration AdvancedConfiguration

shape ServiceRegistry
  registryArn string
  port integer
  containerName string
  containerPort integer

shape ServiceConnectConfiguration
  enabled! boolean
  namespace string
  services [ServiceConnectService]
  logConfiguration LogConfiguration
  accessLogConfiguration ServiceConnectAccessLogConfiguration

shape ServiceVolumeConfiguration
  name! string
  managedEBSVolume ServiceManagedEBSVolumeConfiguration

shape VpcLatticeConfiguration
  roleArn! string
  targetGroupArn! string
  portName! string

shape TaskOverride
  containerOverrides [ContainerOverride]
  cpu string
  inferenceAcceleratorOverrides [InferenceAcceleratorOverride]
  executionRoleArn string
  memory string
  taskRoleArn string
  ephemeralStorage EphemeralStorage

shape TaskVolumeConfiguration
  name! string
  managedEBSVolume TaskManagedEBSVolumeConfiguration

shape Task
  attachments [Attachment]
  attributes [Attribute]
  availabilityZone string
  capacityProviderName string
  clusterArn string
  connectivity string
  connectivityAt timestamp
  containerInstanceArn string
  containers [Container]
  cpu string
  createdAt timestamp
  desiredStatus string
  enableExecuteCommand boolean
  executionStoppedAt timestamp
  group string
  healthStatus string
  inferenceAccelerators [InferenceAccelerator]
  lastStatus string
  launchType string
  memory string
  overrides TaskOverride
  platformVersion string
  platformFamily string
  pullStartedAt timestamp
  pullStoppedAt timestamp
  startedAt timestamp
  startedBy string
  stopCode string
  stoppedAt timestamp
  stoppedReason string
  stoppingAt timestamp
  tags [Tag]
  taskArn string
  taskDefinitionArn string
  version integer
  ephemeralStorage EphemeralStorage
  fargateEphemeralStorage TaskEphemeralStorage

shape Cluster
  clusterArn string
  clusterName string
  configuration ClusterConfiguration
  status string
  registeredContainerInstancesCount integer
  runningTasksCount integer
  pendingTasksCount integer
  activeServicesCount integer
  statistics [KeyValuePair]
  tags [Tag]
  settings [ClusterSetting]
  capacityProviders [string]
  defaultCapacityProviderStrategy [CapacityProviderStrategyItem]
  attachments [Attachment]
  attachmentsStatus string
  serviceConnectDefaults ClusterServiceConnectDefaults

shape ClusterSetting
  name string
  value string

shape ClusterConfiguration
  executeCommandConfiguration ExecuteCommandConfiguration
  managedStorageConfiguration ManagedStorageConfiguration

shape ClusterServiceConnectDefaultsRequest
  namespace! string

shape TaskSet
  id string
  taskSetArn string
  serviceArn string
  clusterArn string
  startedBy string
  externalId string
  status string
  taskDefinition string
  computedDesiredCount integer
  pendingCount integer
  runningCount integer
  createdAt timestamp
  updatedAt timestamp
  launchType string
  capacityProviderStrategy [CapacityProviderStrategyItem]
  platformVersion string
  platformFamily string
  networkConfiguration NetworkConfiguration
  loadBalancers [LoadBalancer]
  serviceRegistries [ServiceRegistry]
  scale Scale
  stabilityStatus string
  stabilityStatusAt timestamp
  tags [Tag]
  fargateEphemeralStorage DeploymentEphemeralStorage

shape Deployment
  id string
  status string
  taskDefinition string
  desiredCount integer
  pendingCount integer
  runningCount integer
  failedTasks integer
  createdAt timestamp
  updatedAt timestamp
  capacityProviderStrategy [CapacityProviderStrategyItem]
  launchType string
  platformVersion string
  platformFamily string
  networkConfiguration NetworkConfiguration
  rolloutState string
  rolloutStateReason string
  serviceConnectConfiguration ServiceConnectConfiguration
  serviceConnectResources [ServiceConnectServiceResource]
  volumeConfigurations [ServiceVolumeConfiguration]
  fargateEphemeralStorage DeploymentEphemeralStorage
  vpcLatticeConfigurations [VpcLatticeConfiguration]

shape ServiceEvent
  id string
  createdAt timestamp
  message string

shape ServiceCurrentRevisionSummary
  arn string
  requestedTaskCount integer
  runningTaskCount integer
  pendingTaskCount integer

shape Attribute
  name! string
  value string
  targetType string
  targetId string

shape RepositoryCredentials
  credentialsParameter! string

shape PortMapping
  containerPort integer
  hostPort integer
  protocol string
  name string
  appProtocol string
  containerPortRange string

shape ContainerRestartPolicy
  enabled! boolean
  ignoredExitCodes [integer]
  restartAttemptPeriod integer

shape KeyValuePair
  name string
  value string

shape EnvironmentFile
  value! string
  type! string

shape MountPoint
  sourceVolume string
  containerPath string
  readOnly boolean

shape VolumeFrom
  sourceContainer string
  readOnly boolean

shape LinuxParameters
  capabilities KernelCapabilities
  devices [Device]
  initProcessEnabled boolean
  sharedMemorySize integer
  tmpfs [Tmpfs]
  maxSwap integer
  swappiness integer

shape Secret
  name! string
  valueFrom! string

shape ContainerDependency
  containerName! string
  condition! string

shape HostEntry
  hostname! string
  ipAddress! string

shape Ulimit
  name! string
  softLimit! integer
  hardLimit! integer

shape LogConfiguration
  logDriver! string
  options {string}
  secretOptions [Secret]

shape HealthCheck
  command! [string]
  interval integer
  timeout integer
  retries integer
  startPeriod integer

shape SystemControl
  namespace string
  value string

shape ResourceRequirement
  value! string
  type! string

shape FirelensConfiguration
  type! string
  options {string}

shape HostVolumeProperties
  sourcePath string

shape DockerVolumeConfiguration
  scope string
  autoprovision boolean
  driver string
  driverOpts {string}
  labels {string}

shape EFSVolumeConfiguration
  fileSystemId! string
  rootDirectory string
  transitEncryption string
  transitEncryptionPort integer
  authorizationConfig EFSAuthorizationConfig

shape S3FilesVolumeConfiguration
  fileSystemArn! string
  rootDirectory string
  transitEncryptionPort integer
  accessPointArn string

shape FSxWindowsFileServerVolumeConfiguration
  fileSystemId! string
  rootDirectory! string
  authorizationConfig! FSxWindowsFileServerAuthorizationConfig

shape DeploymentCircuitBreaker
  enable! boolean
  rollback! boolean

shape DeploymentAlarms
  alarmNames! [string]
  rollback! boolean
  enable! boolean

shape DeploymentLifecycleHook
  targetType string
  hookTargetArn string
  roleArn string
  lifecycleStages [string]
  hookDetails document
  timeoutConfiguration DeploymentLifecycleHookTimeoutConfiguration

shape LinearConfiguration
  stepPercent number
  stepBakeTimeInMinutes integer

shape CanaryConfiguration
  canaryPercent number
  canaryBakeTimeInMinutes integer

shape AwsVpcConfiguration
  subnets! [string]
  securityGroups [string]
  assignPublicIp string

shape AdvancedConfiguration
  alternateTargetGroupArn string
  productionListenerRule string
  testListenerRule string
  roleArn string

shape ServiceConnectService
  portName! string
  discoveryName string
  clientAliases [ServiceConnectClientAlias]
  ingressPortOverride integer
  timeout TimeoutConfiguration
  tls ServiceConnectTlsConfiguration

shape ServiceConnectAccessLogConfiguration
  format! string
  includeQueryParameters string

shape ServiceManagedEBSVolumeConfiguration
  encrypted boolean
  kmsKeyId string
  volumeType string
  sizeInGiB integer
  snapshotId string
  volumeInitializationRate integer
  iops integer
  throughput integer
  tagSpecifications [EBSTagSpecification]
  roleArn! string
  filesystemType string

shape ContainerOverride
  name string
  command [string]
  environment [KeyValuePair]
  environmentFiles [EnvironmentFile]
  cpu integer
  memory integer
  memoryReservation integer
  resourceRequirements [ResourceRequirement]

shape InferenceAcceleratorOverride
  deviceName string
  deviceType string

shape TaskManagedEBSVolumeConfiguration
  encrypted boolean
  kmsKeyId string
  volumeType string
  sizeInGiB integer
  snapshotId string
  volumeInitializationRate integer
  iops integer
  throughput integer
  tagSpecifications [EBSTagSpecification]
  roleArn! string
  terminationPolicy TaskManagedEBSVolumeTerminationPolicy
  filesystemType string

shape Attachment
  id string
  type string
  status string
  details [KeyValuePair]

shape Container
  containerArn string
  taskArn string
  name string
  image string
  imageDigest string
  runtimeId string
  lastStatus string
  exitCode integer
  reason string
  networkBindings [NetworkBinding]
  networkInterfaces [NetworkInterface]
  healthStatus string
  managedAgents [ManagedAgent]
  cpu string
  memory string
  memoryReservation string
  gpuIds [string]

shape TaskEphemeralStorage
  sizeInGiB integer
  kmsKeyId string

shape ClusterServiceConnectDefaults
  namespace string

shape ExecuteCommandConfiguration
  kmsKeyId string
  logging string
  logConfiguration ExecuteCommandLogConfiguration

shape ManagedStorageConfiguration
  kmsKeyId string
  fargateEphemeralStorageKmsKeyId string

shape Scale
  value number
  unit string

shape DeploymentEphemeralStorage
  kmsKeyId string

shape ServiceConnectServiceResource
  discoveryName string
  discoveryArn string

shape KernelCapabilities
  add [string]
  drop [string]

shape Device
  hostPath! string
  containerPath string
  permissions [string]

shape Tmpfs
  containerPath! string
  size! integer
  mountOptions [string]

shape EFSAuthorizationConfig
  accessPointId string
  iam string

shape FSxWindowsFileServerAuthorizationConfig
  credentialsParameter! string
  domain! string

shape DeploymentLifecycleHookTimeoutConfiguration
  timeoutInMinutes integer
  action string

shape ServiceConnectClientAlias
  port! integer
  dnsName string
  testTrafficRules ServiceConnectTestTrafficRules

shape TimeoutConfiguration
  idleTimeoutSeconds integer
  perRequestTimeoutSeconds integer

shape ServiceConnectTlsConfiguration
  issuerCertificateAuthority! ServiceConnectTlsCertificateAuthority
  kmsKey string
  roleArn string

shape EBSTagSpecification
  resourceType! string
  tags [Tag]
  propagateTags string

shape TaskManagedEBSVolumeTerminationPolicy
  deleteOnTermination! boolean

shape NetworkBinding
  bindIP string
  containerPort integer
  hostPort integer
  protocol string
  containerPortRange string
  hostPortRange string

shape NetworkInterface
  attachmentId string
  privateIpv4Address string
  ipv6Address string

shape ManagedAgent
  lastStartedAt timestamp
  name string
  reason string
  lastStatus string

shape ExecuteCommandLogConfiguration
  cloudWatchLogGroupName string
  cloudWatchEncryptionEnabled boolean
  s3BucketName string
  s3EncryptionEnabled boolean
  s3KeyPrefix string

shape ServiceConnectTestTrafficRules
  header! ServiceConnectTestTrafficHeaderRules

shape ServiceConnectTlsCertificateAuthority
  awsPcaAuthorityArn string

shape ServiceConnectTestTrafficHeaderRules
  name! string
  value ServiceConnectTestTrafficHeaderMatchRules

shape ServiceConnectTestTrafficHeaderMatchRules
  exact! string
)table";
