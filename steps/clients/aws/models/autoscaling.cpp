// steps/clients/aws/models/autoscaling.cpp -- the table of `aws autoscaling`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::autoscaling = R"table(service autoscaling
  endpoint-key AUTO_SCALING
  host autoscaling.{region}.amazonaws.com
  fips autoscaling-fips.{region}.amazonaws.com
  dual-stack autoscaling.{region}.api.aws
  signing autoscaling
  protocol query
  version 2011-01-01

operation StartInstanceRefresh
  input StartInstanceRefreshType
  output StartInstanceRefreshAnswer wrapper=StartInstanceRefreshResult

operation DescribeInstanceRefreshes
  input DescribeInstanceRefreshesType
  output DescribeInstanceRefreshesAnswer wrapper=DescribeInstanceRefreshesResult

operation CancelInstanceRefresh
  input CancelInstanceRefreshType
  output CancelInstanceRefreshAnswer wrapper=CancelInstanceRefreshResult

operation DescribeAutoScalingGroups
  input AutoScalingGroupNamesType
  output AutoScalingGroupsType wrapper=DescribeAutoScalingGroupsResult
  pages in=NextToken out=NextToken result=AutoScalingGroups limit=MaxRecords

operation UpdateAutoScalingGroup
  input UpdateAutoScalingGroupType

operation SetDesiredCapacity
  input SetDesiredCapacityType

shape StartInstanceRefreshType
  AutoScalingGroupName! string
  Strategy string
  DesiredConfiguration DesiredConfiguration
  Preferences RefreshPreferences

shape StartInstanceRefreshAnswer
  InstanceRefreshId string

shape DescribeInstanceRefreshesType
  AutoScalingGroupName! string
  InstanceRefreshIds [string]
  NextToken string
  MaxRecords integer

shape DescribeInstanceRefreshesAnswer
  InstanceRefreshes [InstanceRefresh]
  NextToken string

shape CancelInstanceRefreshType
  AutoScalingGroupName! string
  WaitForTransitioningInstances boolean

shape CancelInstanceRefreshAnswer
  InstanceRefreshId string

shape AutoScalingGroupNamesType
  AutoScalingGroupNames [string]
  IncludeInstances boolean
  NextToken string
  MaxRecords integer
  Filters [Filter]

shape AutoScalingGroupsType
  AutoScalingGroups! [AutoScalingGroup]
  NextToken string

shape UpdateAutoScalingGroupType
  AutoScalingGroupName! string
  LaunchConfigurationName string
  LaunchTemplate LaunchTemplateSpecification
  MixedInstancesPolicy MixedInstancesPolicy
  MinSize integer
  MaxSize integer
  DesiredCapacity integer
  DefaultCooldown integer
  AvailabilityZones [string]
  AvailabilityZoneIds [string]
  HealthCheckType string
  HealthCheckGracePeriod integer
  PlacementGroup string
  VPCZoneIdentifier string
  TerminationPolicies [string]
  NewInstancesProtectedFromScaleIn boolean
  ServiceLinkedRoleARN string
  MaxInstanceLifetime integer
  CapacityRebalance boolean
  Context string
  DesiredCapacityType string
  DefaultInstanceWarmup integer
  InstanceMaintenancePolicy InstanceMaintenancePolicy
  AvailabilityZoneDistribution AvailabilityZoneDistribution
  AvailabilityZoneImpairmentPolicy AvailabilityZoneImpairmentPolicy
  SkipZonalShiftValidation boolean
  CapacityReservationSpecification CapacityReservationSpecification
  InstanceLifecyclePolicy InstanceLifecyclePolicy
  DeletionProtection string

shape SetDesiredCapacityType
  AutoScalingGroupName! string
  DesiredCapacity! integer
  HonorCooldown boolean

shape DesiredConfiguration
  LaunchTemplate LaunchTemplateSpecification
  MixedInstancesPolicy MixedInstancesPolicy

shape RefreshPreferences
  MinHealthyPercentage integer
  InstanceWarmup integer
  CheckpointPercentages [integer]
  CheckpointDelay integer
  SkipMatching boolean
  AutoRollback boolean
  ScaleInProtectedInstances string
  StandbyInstances string
  AlarmSpecification AlarmSpecification
  MaxHealthyPercentage integer
  BakeTime integer

shape InstanceRefresh
  InstanceRefreshId string
  AutoScalingGroupName string
  Status string
  StatusReason string
  StartTime timestamp
  EndTime timestamp
  PercentageComplete integer
  InstancesToUpdate integer
  ProgressDetails InstanceRefreshProgressDetails
  Preferences RefreshPreferences
  DesiredConfiguration DesiredConfiguration
  RollbackDetails RollbackDetails
  Strategy string

shape Filter
  Name string
  Values [string]

shape AutoScalingGroup
  AutoScalingGroupName! string
  AutoScalingGroupARN string
  LaunchConfigurationName string
  LaunchTemplate LaunchTemplateSpecification
  MixedInstancesPolicy MixedInstancesPolicy
  MinSize! integer
  MaxSize! integer
  DesiredCapacity! integer
  PredictedCapacity integer
  DefaultCooldown! integer
  AvailabilityZones! [string]
  AvailabilityZoneIds [string]
  LoadBalancerNames [string]
  TargetGroupARNs [string]
  HealthCheckType! string
  HealthCheckGracePeriod integer
  Instances [Instance]
  CreatedTime! timestamp
  SuspendedProcesses [SuspendedProcess]
  PlacementGroup string
  VPCZoneIdentifier string
  EnabledMetrics [EnabledMetric]
  Status string
  Tags [TagDescription]
  TerminationPolicies [string]
  NewInstancesProtectedFromScaleIn boolean
  ServiceLinkedRoleARN string
  MaxInstanceLifetime integer
  CapacityRebalance boolean
  WarmPoolConfiguration WarmPoolConfiguration
  WarmPoolSize integer
  Context string
  DesiredCapacityType string
  DefaultInstanceWarmup integer
  TrafficSources [TrafficSourceIdentifier]
  InstanceMaintenancePolicy InstanceMaintenancePolicy
  DeletionProtection string
  AvailabilityZoneDistribution AvailabilityZoneDistribution
  AvailabilityZoneImpairmentPolicy AvailabilityZoneImpairmentPolicy
  CapacityReservationSpecification CapacityReservationSpecification
  InstanceLifecyclePolicy InstanceLifecyclePolicy

shape LaunchTemplateSpecification
  LaunchTemplateId string
  LaunchTemplateName string
  Version string

shape MixedInstancesPolicy
  LaunchTemplate LaunchTemplate
  InstancesDistribution InstancesDistribution

shape InstanceMaintenancePolicy
  MinHealthyPercentage integer
  MaxHealthyPercentage integer

shape AvailabilityZoneDistribution
  CapacityDistributionStrategy string

shape AvailabilityZoneImpairmentPolicy
  ZonalShiftEnabled boolean
  ImpairedZoneHealthCheckBehavior string

shape CapacityReservationSpecification
  CapacityReservationPreference string
  CapacityReservationTarget CapacityReservationTarget

shape InstanceLifecyclePolicy
  RetentionTriggers RetentionTriggers

shape AlarmSpecification
  Alarms [string]

shape InstanceRefreshProgressDetails
  LivePoolProgress InstanceRefreshLivePoolProgress
  WarmPoolProgress InstanceRefreshWarmPoolProgress

shape RollbackDetails
  RollbackReason string
  RollbackStartTime timestamp
  PercentageCompleteOnRollback integer
  InstancesToUpdateOnRollback integer
  ProgressDetailsOnRollback InstanceRefreshProgressDetails

shape Instance
  InstanceId! string
  InstanceType string
  AvailabilityZone! string
  AvailabilityZoneId string
  LifecycleState! string
  HealthStatus! string
  LaunchConfigurationName string
  LaunchTemplate LaunchTemplateSpecification
  ImageId string
  ProtectedFromScaleIn! boolean
  WeightedCapacity string

shape SuspendedProcess
  ProcessName string
  SuspensionReason string

shape EnabledMetric
  Metric string
  Granularity string

shape TagDescription
  ResourceId string
  ResourceType string
  Key string
  Value string
  PropagateAtLaunch boolean

shape WarmPoolConfiguration
  MaxGroupPreparedCapacity integer
  MinSize integer
  PoolState string
  Status string
  InstanceReusePolicy InstanceReusePolicy

shape TrafficSourceIdentifier
  Identifier! string
  Type string

shape LaunchTemplate
  LaunchTemplateSpecification LaunchTemplateSpecification
  Overrides [LaunchTemplateOverrides]

shape InstancesDistribution
  OnDemandAllocationStrategy string
  OnDemandBaseCapacity integer
  OnDemandPercentageAboveBaseCapacity integer
  SpotAllocationStrategy string
  SpotInstancePools integer
  SpotMaxPrice string

shape CapacityReservationTarget
  CapacityReservationIds [string]
  CapacityReservationResourceGroupArns [string]

shape RetentionTriggers
  TerminateHookAbandon string

shape InstanceRefreshLivePoolProgress
  PercentageComplete integer
  InstancesToUpdate integer

shape InstanceRefreshWarmPoolProgress
  PercentageComplete integer
  InstancesToUpdate integer

shape InstanceReusePolicy
  ReuseOnScaleIn boolean

shape LaunchTemplateOverrides
  InstanceType string
  WeightedCapacity string
  LaunchTemplateSpecification LaunchTemplateSpecification
  InstanceRequirements InstanceRequirements
  ImageId string

shape InstanceRequirements
  VCpuCount! VCpuCountRequest
  MemoryMiB! MemoryMiBRequest
  CpuManufacturers [string]
  MemoryGiBPerVCpu MemoryGiBPerVCpuRequest
  ExcludedInstanceTypes [string]
  InstanceGenerations [string]
  SpotMaxPricePercentageOverLowestPrice integer
  MaxSpotPriceAsPercentageOfOptimalOnDemandPrice integer
  OnDemandMaxPricePercentageOverLowestPrice integer
  BareMetal string
  BurstablePerformance string
  RequireHibernateSupport boolean
  NetworkInterfaceCount NetworkInterfaceCountRequest
  LocalStorage string
  LocalStorageTypes [string]
  TotalLocalStorageGB TotalLocalStorageGBRequest
  BaselineEbsBandwidthMbps BaselineEbsBandwidthMbpsRequest
  AcceleratorTypes [string]
  AcceleratorCount AcceleratorCountRequest
  AcceleratorManufacturers [string]
  AcceleratorNames [string]
  AcceleratorTotalMemoryMiB AcceleratorTotalMemoryMiBRequest
  NetworkBandwidthGbps NetworkBandwidthGbpsRequest
  AllowedInstanceTypes [string]
  BaselinePerformanceFactors BaselinePerformanceFactorsRequest

shape VCpuCountRequest
  Min! integer
  Max integer

shape MemoryMiBRequest
  Min! integer
  Max integer

shape MemoryGiBPerVCpuRequest
  Min number
  Max number

shape NetworkInterfaceCountRequest
  Min integer
  Max integer

shape TotalLocalStorageGBRequest
  Min number
  Max number

shape BaselineEbsBandwidthMbpsRequest
  Min integer
  Max integer

shape AcceleratorCountRequest
  Min integer
  Max integer

shape AcceleratorTotalMemoryMiBRequest
  Min integer
  Max integer

shape NetworkBandwidthGbpsRequest
  Min number
  Max number

shape BaselinePerformanceFactorsRequest
  Cpu CpuPerformanceFactorRequest

shape CpuPerformanceFactorRequest
  References [PerformanceFactorReferenceRequest|item] @Reference

shape PerformanceFactorReferenceRequest
  InstanceFamily string
)table";
