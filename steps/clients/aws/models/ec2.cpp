// steps/clients/aws/models/ec2.cpp -- the table of `aws ec2`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::ec2 = R"table(service ec2
  endpoint-key EC2
  host ec2.{region}.amazonaws.com
  fips ec2-fips.{region}.amazonaws.com
  dual-stack ec2.{region}.api.aws
  signing ec2
  protocol ec2
  version 2016-11-15

operation CreateLaunchTemplateVersion
  input CreateLaunchTemplateVersionRequest
  output CreateLaunchTemplateVersionResult

operation DescribeLaunchTemplateVersions
  input DescribeLaunchTemplateVersionsRequest
  output DescribeLaunchTemplateVersionsResult
  pages in=NextToken out=NextToken result=LaunchTemplateVersions limit=MaxResults

operation DescribeLaunchTemplates
  input DescribeLaunchTemplatesRequest
  output DescribeLaunchTemplatesResult
  pages in=NextToken out=NextToken result=LaunchTemplates limit=MaxResults

operation ModifyLaunchTemplate
  input ModifyLaunchTemplateRequest
  output ModifyLaunchTemplateResult

shape CreateLaunchTemplateVersionRequest
  DryRun boolean
  ClientToken+ string
  LaunchTemplateId string
  LaunchTemplateName string
  SourceVersion string
  VersionDescription string
  LaunchTemplateData! RequestLaunchTemplateData
  ResolveAlias boolean

shape CreateLaunchTemplateVersionResult
  LaunchTemplateVersion LaunchTemplateVersion @launchTemplateVersion
  Warning ValidationWarning @warning

shape DescribeLaunchTemplateVersionsRequest
  DryRun boolean
  LaunchTemplateId string
  LaunchTemplateName string
  Versions [string|item] @LaunchTemplateVersion
  MinVersion string
  MaxVersion string
  NextToken string
  MaxResults integer
  Filters [Filter|Filter] @Filter
  ResolveAlias boolean
  IncludeManagedResources boolean

shape DescribeLaunchTemplateVersionsResult
  LaunchTemplateVersions [LaunchTemplateVersion|item] @launchTemplateVersionSet
  NextToken string @nextToken

shape DescribeLaunchTemplatesRequest
  DryRun boolean
  LaunchTemplateIds [string|item] @LaunchTemplateId
  LaunchTemplateNames [string|item] @LaunchTemplateName
  Filters [Filter|Filter] @Filter
  NextToken string
  MaxResults integer
  IncludeManagedResources boolean

shape DescribeLaunchTemplatesResult
  LaunchTemplates [LaunchTemplate|item] @launchTemplates
  NextToken string @nextToken

shape ModifyLaunchTemplateRequest
  DryRun boolean
  ClientToken+ string
  LaunchTemplateId string
  LaunchTemplateName string
  DefaultVersion string @SetDefaultVersion

shape ModifyLaunchTemplateResult
  LaunchTemplate LaunchTemplate @launchTemplate

shape RequestLaunchTemplateData
  KernelId string
  EbsOptimized boolean
  IamInstanceProfile LaunchTemplateIamInstanceProfileSpecificationRequest
  BlockDeviceMappings [LaunchTemplateBlockDeviceMappingRequest|BlockDeviceMapping] @BlockDeviceMapping
  NetworkInterfaces [LaunchTemplateInstanceNetworkInterfaceSpecificationRequest|InstanceNetworkInterfaceSpecification] @NetworkInterface
  ImageId string
  InstanceType string
  KeyName string
  Monitoring LaunchTemplatesMonitoringRequest
  Placement LaunchTemplatePlacementRequest
  RamDiskId string
  DisableApiTermination boolean
  InstanceInitiatedShutdownBehavior string
  UserData string
  TagSpecifications [LaunchTemplateTagSpecificationRequest|LaunchTemplateTagSpecificationRequest] @TagSpecification
  ElasticGpuSpecifications [ElasticGpuSpecification|ElasticGpuSpecification] @ElasticGpuSpecification
  ElasticInferenceAccelerators [LaunchTemplateElasticInferenceAccelerator|item] @ElasticInferenceAccelerator
  SecurityGroupIds [string|SecurityGroupId] @SecurityGroupId
  SecurityGroups [string|SecurityGroup] @SecurityGroup
  InstanceMarketOptions LaunchTemplateInstanceMarketOptionsRequest
  CreditSpecification CreditSpecificationRequest
  CpuOptions LaunchTemplateCpuOptionsRequest
  CapacityReservationSpecification LaunchTemplateCapacityReservationSpecificationRequest
  LicenseSpecifications [LaunchTemplateLicenseConfigurationRequest|item] @LicenseSpecification
  HibernationOptions LaunchTemplateHibernationOptionsRequest
  MetadataOptions LaunchTemplateInstanceMetadataOptionsRequest
  EnclaveOptions LaunchTemplateEnclaveOptionsRequest
  InstanceRequirements InstanceRequirementsRequest
  PrivateDnsNameOptions LaunchTemplatePrivateDnsNameOptionsRequest
  MaintenanceOptions LaunchTemplateInstanceMaintenanceOptionsRequest
  DisableApiStop boolean
  Operator OperatorRequest
  NetworkPerformanceOptions LaunchTemplateNetworkPerformanceOptionsRequest
  SecondaryInterfaces [LaunchTemplateInstanceSecondaryInterfaceSpecificationRequest|InstanceSecondaryInterfaceSpecification] @SecondaryInterface

shape LaunchTemplateVersion
  LaunchTemplateId string @launchTemplateId
  LaunchTemplateName string @launchTemplateName
  VersionNumber integer @versionNumber
  VersionDescription string @versionDescription
  CreateTime timestamp @createTime
  CreatedBy string @createdBy
  DefaultVersion boolean @defaultVersion
  LaunchTemplateData ResponseLaunchTemplateData @launchTemplateData
  Operator OperatorResponse @operator

shape ValidationWarning
  Errors [ValidationError|item] @errorSet

shape Filter
  Name string
  Values [string|item] @Value

shape LaunchTemplate
  LaunchTemplateId string @launchTemplateId
  LaunchTemplateName string @launchTemplateName
  CreateTime timestamp @createTime
  CreatedBy string @createdBy
  DefaultVersionNumber integer @defaultVersionNumber
  LatestVersionNumber integer @latestVersionNumber
  Tags [Tag|item] @tagSet
  Operator OperatorResponse @operator

shape LaunchTemplateIamInstanceProfileSpecificationRequest
  Arn string
  Name string

shape LaunchTemplateBlockDeviceMappingRequest
  DeviceName string
  VirtualName string
  Ebs LaunchTemplateEbsBlockDeviceRequest
  NoDevice string

shape LaunchTemplateInstanceNetworkInterfaceSpecificationRequest
  AssociateCarrierIpAddress boolean
  AssociatePublicIpAddress boolean
  DeleteOnTermination boolean
  Description string
  DeviceIndex integer
  Groups [string|SecurityGroupId] @SecurityGroupId
  InterfaceType string
  Ipv6AddressCount integer
  Ipv6Addresses [InstanceIpv6AddressRequest|InstanceIpv6Address]
  NetworkInterfaceId string
  PrivateIpAddress string
  PrivateIpAddresses [PrivateIpAddressSpecification|item]
  SecondaryPrivateIpAddressCount integer
  SubnetId string
  NetworkCardIndex integer
  Ipv4Prefixes [Ipv4PrefixSpecificationRequest|item] @Ipv4Prefix
  Ipv4PrefixCount integer
  Ipv6Prefixes [Ipv6PrefixSpecificationRequest|item] @Ipv6Prefix
  Ipv6PrefixCount integer
  PrimaryIpv6 boolean
  EnaSrdSpecification EnaSrdSpecificationRequest
  ConnectionTrackingSpecification ConnectionTrackingSpecificationRequest
  EnaQueueCount integer

shape LaunchTemplatesMonitoringRequest
  Enabled boolean

shape LaunchTemplatePlacementRequest
  AvailabilityZone string
  AvailabilityZoneId string
  Affinity string
  GroupName string
  HostId string
  Tenancy string
  SpreadDomain string
  HostResourceGroupArn string
  PartitionNumber integer
  GroupId string

shape LaunchTemplateTagSpecificationRequest
  ResourceType string
  Tags [Tag|item] @Tag

shape ElasticGpuSpecification
  Type! string

shape LaunchTemplateElasticInferenceAccelerator
  Type! string
  Count integer

shape LaunchTemplateInstanceMarketOptionsRequest
  MarketType string
  SpotOptions LaunchTemplateSpotMarketOptionsRequest

shape CreditSpecificationRequest
  CpuCredits! string

shape LaunchTemplateCpuOptionsRequest
  CoreCount integer
  ThreadsPerCore integer
  AmdSevSnp string
  NestedVirtualization string

shape LaunchTemplateCapacityReservationSpecificationRequest
  CapacityReservationPreference string
  CapacityReservationTarget CapacityReservationTarget

shape LaunchTemplateLicenseConfigurationRequest
  LicenseConfigurationArn string

shape LaunchTemplateHibernationOptionsRequest
  Configured boolean

shape LaunchTemplateInstanceMetadataOptionsRequest
  HttpTokens string
  HttpPutResponseHopLimit integer
  HttpEndpoint string
  HttpProtocolIpv6 string
  InstanceMetadataTags string

shape LaunchTemplateEnclaveOptionsRequest
  Enabled boolean

shape InstanceRequirementsRequest
  VCpuCount! VCpuCountRangeRequest
  MemoryMiB! MemoryMiBRequest
  CpuManufacturers [string|item] @CpuManufacturer
  MemoryGiBPerVCpu MemoryGiBPerVCpuRequest
  ExcludedInstanceTypes [string|item] @ExcludedInstanceType
  InstanceGenerations [string|item] @InstanceGeneration
  SpotMaxPricePercentageOverLowestPrice integer
  OnDemandMaxPricePercentageOverLowestPrice integer
  BareMetal string
  BurstablePerformance string
  RequireHibernateSupport boolean
  NetworkInterfaceCount NetworkInterfaceCountRequest
  LocalStorage string
  LocalStorageTypes [string|item] @LocalStorageType
  TotalLocalStorageGB TotalLocalStorageGBRequest
  BaselineEbsBandwidthMbps BaselineEbsBandwidthMbpsRequest
  AcceleratorTypes [string|item] @AcceleratorType
  AcceleratorCount AcceleratorCountRequest
  AcceleratorManufacturers [string|item] @AcceleratorManufacturer
  AcceleratorNames [string|item] @AcceleratorName
  AcceleratorTotalMemoryMiB AcceleratorTotalMemoryMiBRequest
  NetworkBandwidthGbps NetworkBandwidthGbpsRequest
  AllowedInstanceTypes [string|item] @AllowedInstanceType
  MaxSpotPriceAsPercentageOfOptimalOnDemandPrice integer
  BaselinePerformanceFactors BaselinePerformanceFactorsRequest
  RequireEncryptionInTransit boolean

shape LaunchTemplatePrivateDnsNameOptionsRequest
  HostnameType string
  EnableResourceNameDnsARecord boolean
  EnableResourceNameDnsAAAARecord boolean

shape LaunchTemplateInstanceMaintenanceOptionsRequest
  AutoRecovery string

shape OperatorRequest
  Principal string

shape LaunchTemplateNetworkPerformanceOptionsRequest
  BandwidthWeighting string

shape LaunchTemplateInstanceSecondaryInterfaceSpecificationRequest
  DeleteOnTermination boolean
  DeviceIndex integer
  PrivateIpAddresses [SecondaryInterfacePrivateIpAddressSpecificationRequest|SecondaryInterfacePrivateIpAddressSpecification] @PrivateIpAddress
  PrivateIpAddressCount integer
  SecondarySubnetId string
  InterfaceType string
  NetworkCardIndex integer

shape ResponseLaunchTemplateData
  KernelId string @kernelId
  EbsOptimized boolean @ebsOptimized
  IamInstanceProfile LaunchTemplateIamInstanceProfileSpecification @iamInstanceProfile
  BlockDeviceMappings [LaunchTemplateBlockDeviceMapping|item] @blockDeviceMappingSet
  NetworkInterfaces [LaunchTemplateInstanceNetworkInterfaceSpecification|item] @networkInterfaceSet
  ImageId string @imageId
  InstanceType string @instanceType
  KeyName string @keyName
  Monitoring LaunchTemplatesMonitoring @monitoring
  Placement LaunchTemplatePlacement @placement
  RamDiskId string @ramDiskId
  DisableApiTermination boolean @disableApiTermination
  InstanceInitiatedShutdownBehavior string @instanceInitiatedShutdownBehavior
  UserData string @userData
  TagSpecifications [LaunchTemplateTagSpecification|item] @tagSpecificationSet
  ElasticGpuSpecifications [ElasticGpuSpecificationResponse|item] @elasticGpuSpecificationSet
  ElasticInferenceAccelerators [LaunchTemplateElasticInferenceAcceleratorResponse|item] @elasticInferenceAcceleratorSet
  SecurityGroupIds [string|item] @securityGroupIdSet
  SecurityGroups [string|item] @securityGroupSet
  InstanceMarketOptions LaunchTemplateInstanceMarketOptions @instanceMarketOptions
  CreditSpecification CreditSpecification @creditSpecification
  CpuOptions LaunchTemplateCpuOptions @cpuOptions
  CapacityReservationSpecification LaunchTemplateCapacityReservationSpecificationResponse @capacityReservationSpecification
  LicenseSpecifications [LaunchTemplateLicenseConfiguration|item] @licenseSet
  HibernationOptions LaunchTemplateHibernationOptions @hibernationOptions
  MetadataOptions LaunchTemplateInstanceMetadataOptions @metadataOptions
  EnclaveOptions LaunchTemplateEnclaveOptions @enclaveOptions
  InstanceRequirements InstanceRequirements @instanceRequirements
  PrivateDnsNameOptions LaunchTemplatePrivateDnsNameOptions @privateDnsNameOptions
  MaintenanceOptions LaunchTemplateInstanceMaintenanceOptions @maintenanceOptions
  DisableApiStop boolean @disableApiStop
  Operator OperatorResponse @operator
  NetworkPerformanceOptions LaunchTemplateNetworkPerformanceOptions @networkPerformanceOptions
  SecondaryInterfaces [LaunchTemplateInstanceSecondaryInterfaceSpecification|item] @secondaryInterfaceSet

shape OperatorResponse
  Managed boolean @managed
  Principal string @principal
  HiddenByDefault boolean @hiddenByDefault

shape ValidationError
  Code string @code
  Message string @message

shape Tag
  Key string @key
  Value string @value

shape LaunchTemplateEbsBlockDeviceRequest
  Encrypted boolean
  DeleteOnTermination boolean
  Iops integer
  KmsKeyId string
  SnapshotId string
  VolumeSize integer
  VolumeType string
  Throughput integer
  VolumeInitializationRate integer
  EbsCardIndex integer

shape InstanceIpv6AddressRequest
  Ipv6Address string

shape PrivateIpAddressSpecification
  Primary boolean @primary
  PrivateIpAddress string @privateIpAddress

shape Ipv4PrefixSpecificationRequest
  Ipv4Prefix string

shape Ipv6PrefixSpecificationRequest
  Ipv6Prefix string

shape EnaSrdSpecificationRequest
  EnaSrdEnabled boolean
  EnaSrdUdpSpecification EnaSrdUdpSpecificationRequest

shape ConnectionTrackingSpecificationRequest
  TcpEstablishedTimeout integer
  UdpStreamTimeout integer
  UdpTimeout integer

shape LaunchTemplateSpotMarketOptionsRequest
  MaxPrice string
  SpotInstanceType string
  BlockDurationMinutes integer
  ValidUntil timestamp
  InstanceInterruptionBehavior string

shape CapacityReservationTarget
  CapacityReservationId string
  CapacityReservationResourceGroupArn string

shape VCpuCountRangeRequest
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

shape SecondaryInterfacePrivateIpAddressSpecificationRequest
  PrivateIpAddress string

shape LaunchTemplateIamInstanceProfileSpecification
  Arn string @arn
  Name string @name

shape LaunchTemplateBlockDeviceMapping
  DeviceName string @deviceName
  VirtualName string @virtualName
  Ebs LaunchTemplateEbsBlockDevice @ebs
  NoDevice string @noDevice

shape LaunchTemplateInstanceNetworkInterfaceSpecification
  AssociateCarrierIpAddress boolean @associateCarrierIpAddress
  AssociatePublicIpAddress boolean @associatePublicIpAddress
  DeleteOnTermination boolean @deleteOnTermination
  Description string @description
  DeviceIndex integer @deviceIndex
  Groups [string|groupId] @groupSet
  InterfaceType string @interfaceType
  Ipv6AddressCount integer @ipv6AddressCount
  Ipv6Addresses [InstanceIpv6Address|item] @ipv6AddressesSet
  NetworkInterfaceId string @networkInterfaceId
  PrivateIpAddress string @privateIpAddress
  PrivateIpAddresses [PrivateIpAddressSpecification|item] @privateIpAddressesSet
  SecondaryPrivateIpAddressCount integer @secondaryPrivateIpAddressCount
  SubnetId string @subnetId
  NetworkCardIndex integer @networkCardIndex
  Ipv4Prefixes [Ipv4PrefixSpecificationResponse|item] @ipv4PrefixSet
  Ipv4PrefixCount integer @ipv4PrefixCount
  Ipv6Prefixes [Ipv6PrefixSpecificationResponse|item] @ipv6PrefixSet
  Ipv6PrefixCount integer @ipv6PrefixCount
  PrimaryIpv6 boolean @primaryIpv6
  EnaSrdSpecification LaunchTemplateEnaSrdSpecification @enaSrdSpecification
  ConnectionTrackingSpecification ConnectionTrackingSpecification @connectionTrackingSpecification
  EnaQueueCount integer @enaQueueCount

shape LaunchTemplatesMonitoring
  Enabled boolean @enabled

shape LaunchTemplatePlacement
  AvailabilityZone string @availabilityZone
  AvailabilityZoneId string @availabilityZoneId
  Affinity string @affinity
  GroupName string @groupName
  HostId string @hostId
  Tenancy string @tenancy
  SpreadDomain string @spreadDomain
  HostResourceGroupArn string @hostResourceGroupArn
  PartitionNumber integer @partitionNumber
  GroupId string @groupId

shape LaunchTemplateTagSpecification
  ResourceType string @resourceType
  Tags [Tag|item] @tagSet

shape ElasticGpuSpecificationResponse
  Type string @type

shape LaunchTemplateElasticInferenceAcceleratorResponse
  Type string @type
  Count integer @count

shape LaunchTemplateInstanceMarketOptions
  MarketType string @marketType
  SpotOptions LaunchTemplateSpotMarketOptions @spotOptions

shape CreditSpecification
  CpuCredits string @cpuCredits

shape LaunchTemplateCpuOptions
  CoreCount integer @coreCount
  ThreadsPerCore integer @threadsPerCore
  AmdSevSnp string @amdSevSnp
  NestedVirtualization string @nestedVirtualization

shape LaunchTemplateCapacityReservationSpecificationResponse
  CapacityReservationPreference string @capacityReservationPreference
  CapacityReservationTarget CapacityReservationTargetResponse @capacityReservationTarget

shape LaunchTemplateLicenseConfiguration
  LicenseConfigurationArn string @licenseConfigurationArn

shape LaunchTemplateHibernationOptions
  Configured boolean @configured

shape LaunchTemplateInstanceMetadataOptions
  State string @state
  HttpTokens string @httpTokens
  HttpPutResponseHopLimit integer @httpPutResponseHopLimit
  HttpEndpoint string @httpEndpoint
  HttpProtocolIpv6 string @httpProtocolIpv6
  InstanceMetadataTags string @instanceMetadataTags

shape LaunchTemplateEnclaveOptions
  Enabled boolean @enabled

shape InstanceRequirements
  VCpuCount VCpuCountRange @vCpuCount
  MemoryMiB MemoryMiB @memoryMiB
  CpuManufacturers [string|item] @cpuManufacturerSet
  MemoryGiBPerVCpu MemoryGiBPerVCpu @memoryGiBPerVCpu
  ExcludedInstanceTypes [string|item] @excludedInstanceTypeSet
  InstanceGenerations [string|item] @instanceGenerationSet
  SpotMaxPricePercentageOverLowestPrice integer @spotMaxPricePercentageOverLowestPrice
  OnDemandMaxPricePercentageOverLowestPrice integer @onDemandMaxPricePercentageOverLowestPrice
  BareMetal string @bareMetal
  BurstablePerformance string @burstablePerformance
  RequireHibernateSupport boolean @requireHibernateSupport
  NetworkInterfaceCount NetworkInterfaceCount @networkInterfaceCount
  LocalStorage string @localStorage
  LocalStorageTypes [string|item] @localStorageTypeSet
  TotalLocalStorageGB TotalLocalStorageGB @totalLocalStorageGB
  BaselineEbsBandwidthMbps BaselineEbsBandwidthMbps @baselineEbsBandwidthMbps
  AcceleratorTypes [string|item] @acceleratorTypeSet
  AcceleratorCount AcceleratorCount @acceleratorCount
  AcceleratorManufacturers [string|item] @acceleratorManufacturerSet
  AcceleratorNames [string|item] @acceleratorNameSet
  AcceleratorTotalMemoryMiB AcceleratorTotalMemoryMiB @acceleratorTotalMemoryMiB
  NetworkBandwidthGbps NetworkBandwidthGbps @networkBandwidthGbps
  AllowedInstanceTypes [string|item] @allowedInstanceTypeSet
  MaxSpotPriceAsPercentageOfOptimalOnDemandPrice integer @maxSpotPriceAsPercentageOfOptimalOnDemandPrice
  BaselinePerformanceFactors BaselinePerformanceFactors @baselinePerformanceFactors
  RequireEncryptionInTransit boolean @requireEncryptionInTransit

shape LaunchTemplatePrivateDnsNameOptions
  HostnameType string @hostnameType
  EnableResourceNameDnsARecord boolean @enableResourceNameDnsARecord
  EnableResourceNameDnsAAAARecord boolean @enableResourceNameDnsAAAARecord

shape LaunchTemplateInstanceMaintenanceOptions
  AutoRecovery string @autoRecovery

shape LaunchTemplateNetworkPerformanceOptions
  BandwidthWeighting string @bandwidthWeighting

shape LaunchTemplateInstanceSecondaryInterfaceSpecification
  DeleteOnTermination boolean @deleteOnTermination
  DeviceIndex integer @deviceIndex
  PrivateIpAddresses [SecondaryInterfacePrivateIpAddressSpecification|item] @privateIpAddressesSet
  PrivateIpAddressCount integer @privateIpAddressCount
  SecondarySubnetId string @secondarySubnetId
  InterfaceType string @interfaceType
  NetworkCardIndex integer @networkCardIndex

shape EnaSrdUdpSpecificationRequest
  EnaSrdUdpEnabled boolean

shape CpuPerformanceFactorRequest
  References [PerformanceFactorReferenceRequest|item] @Reference

shape LaunchTemplateEbsBlockDevice
  Encrypted boolean @encrypted
  DeleteOnTermination boolean @deleteOnTermination
  Iops integer @iops
  KmsKeyId string @kmsKeyId
  SnapshotId string @snapshotId
  VolumeSize integer @volumeSize
  VolumeType string @volumeType
  Throughput integer @throughput
  VolumeInitializationRate integer @volumeInitializationRate
  EbsCardIndex integer @ebsCardIndex

shape InstanceIpv6Address
  Ipv6Address string @ipv6Address
  IsPrimaryIpv6 boolean @isPrimaryIpv6

shape Ipv4PrefixSpecificationResponse
  Ipv4Prefix string @ipv4Prefix

shape Ipv6PrefixSpecificationResponse
  Ipv6Prefix string @ipv6Prefix

shape LaunchTemplateEnaSrdSpecification
  EnaSrdEnabled boolean @enaSrdEnabled
  EnaSrdUdpSpecification LaunchTemplateEnaSrdUdpSpecification @enaSrdUdpSpecification

shape ConnectionTrackingSpecification
  TcpEstablishedTimeout integer @tcpEstablishedTimeout
  UdpTimeout integer @udpTimeout
  UdpStreamTimeout integer @udpStreamTimeout

shape LaunchTemplateSpotMarketOptions
  MaxPrice string @maxPrice
  SpotInstanceType string @spotInstanceType
  BlockDurationMinutes integer @blockDurationMinutes
  ValidUntil timestamp @validUntil
  InstanceInterruptionBehavior string @instanceInterruptionBehavior

shape CapacityReservationTargetResponse
  CapacityReservationId string @capacityReservationId
  CapacityReservationResourceGroupArn string @capacityReservationResourceGroupArn

shape VCpuCountRange
  Min integer @min
  Max integer @max

shape MemoryMiB
  Min integer @min
  Max integer @max

shape MemoryGiBPerVCpu
  Min number @min
  Max number @max

shape NetworkInterfaceCount
  Min integer @min
  Max integer @max

shape TotalLocalStorageGB
  Min number @min
  Max number @max

shape BaselineEbsBandwidthMbps
  Min integer @min
  Max integer @max

shape AcceleratorCount
  Min integer @min
  Max integer @max

shape AcceleratorTotalMemoryMiB
  Min integer @min
  Max integer @max

shape NetworkBandwidthGbps
  Min number @min
  Max number @max

shape BaselinePerformanceFactors
  Cpu CpuPerformanceFactor @cpu

shape SecondaryInterfacePrivateIpAddressSpecification
  PrivateIpAddress string @privateIpAddress

shape PerformanceFactorReferenceRequest
  InstanceFamily string

shape LaunchTemplateEnaSrdUdpSpecification
  EnaSrdUdpEnabled boolean @enaSrdUdpEnabled

shape CpuPerformanceFactor
  References [PerformanceFactorReference|item] @referenceSet

shape PerformanceFactorReference
  InstanceFamily string @instanceFamily
)table";
