// steps/clients/aws/models/cloudfront.cpp -- the table of `aws cloudfront`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::cloudfront = R"table(service cloudfront
  endpoint-key CLOUDFRONT
  host cloudfront.amazonaws.com
  fips cloudfront-fips.amazonaws.com
  dual-stack cloudfront.global.api.aws
  signing cloudfront us-east-1
  protocol rest-xml
  version 2020-05-31
  namespace http://cloudfront.amazonaws.com/doc/2020-05-31/

operation CreateInvalidation
  http POST /2020-05-31/distribution/{DistributionId}/invalidation
  input CreateInvalidationRequest body=InvalidationBatch
  output CreateInvalidationResult body=Invalidation

operation GetInvalidation
  http GET /2020-05-31/distribution/{DistributionId}/invalidation/{Id}
  input GetInvalidationRequest
  output GetInvalidationResult body=Invalidation

operation ListInvalidations
  http GET /2020-05-31/distribution/{DistributionId}/invalidation
  input ListInvalidationsRequest
  output ListInvalidationsResult body=InvalidationList
  pages in=Marker out=InvalidationList.NextMarker result=InvalidationList.Items limit=MaxItems more=InvalidationList.IsTruncated

operation GetDistribution
  http GET /2020-05-31/distribution/{Id}
  input GetDistributionRequest
  output GetDistributionResult body=Distribution

waiter DistributionDeployed GetDistribution 60 35
  success path "Deployed" Distribution.Status

waiter InvalidationCompleted GetInvalidation 20 30
  success path "Completed" Invalidation.Status

shape CreateInvalidationRequest
  DistributionId! string uri
  InvalidationBatch! InvalidationBatch

shape CreateInvalidationResult
  Location string header
  Invalidation Invalidation

shape GetInvalidationRequest
  DistributionId! string uri
  Id! string uri

shape GetInvalidationResult
  Invalidation Invalidation

shape ListInvalidationsRequest
  DistributionId! string uri
  Marker string query
  MaxItems string query

shape ListInvalidationsResult
  InvalidationList InvalidationList

shape GetDistributionRequest
  Id! string uri

shape GetDistributionResult
  Distribution Distribution
  ETag string header

shape InvalidationBatch
  Paths! Paths
  CallerReference! string

shape Invalidation
  Id! string
  Status! string
  CreateTime! timestamp
  InvalidationBatch! InvalidationBatch

shape InvalidationList
  Marker! string
  NextMarker string
  MaxItems! integer
  IsTruncated! boolean
  Quantity! integer
  Items [InvalidationSummary|InvalidationSummary]

shape Distribution
  Id! string
  ARN! string
  Status! string
  LastModifiedTime! timestamp
  InProgressInvalidationBatches! integer
  DomainName! string
  ActiveTrustedSigners ActiveTrustedSigners
  ActiveTrustedKeyGroups ActiveTrustedKeyGroups
  DistributionConfig! DistributionConfig
  AliasICPRecordals [AliasICPRecordal|AliasICPRecordal]

shape Paths
  Quantity! integer
  Items [string|Path]

shape InvalidationSummary
  Id! string
  CreateTime! timestamp
  Status! string

shape ActiveTrustedSigners
  Enabled! boolean
  Quantity! integer
  Items [Signer|Signer]

shape ActiveTrustedKeyGroups
  Enabled! boolean
  Quantity! integer
  Items [KGKeyPairIds|KeyGroup]

shape DistributionConfig
  CallerReference! string
  Aliases Aliases
  DefaultRootObject string
  Origins! Origins
  OriginGroups OriginGroups
  DefaultCacheBehavior! DefaultCacheBehavior
  CacheBehaviors CacheBehaviors
  CustomErrorResponses CustomErrorResponses
  Comment! string
  Logging LoggingConfig
  PriceClass string
  Enabled! boolean
  ViewerCertificate ViewerCertificate
  Restrictions Restrictions
  WebACLId string
  HttpVersion string
  IsIPV6Enabled boolean
  ContinuousDeploymentPolicyId string
  Staging boolean
  AnycastIpListId string
  TenantConfig TenantConfig
  ConnectionMode string
  ViewerMtlsConfig ViewerMtlsConfig
  ConnectionFunctionAssociation ConnectionFunctionAssociation
  CacheTagConfig CacheTagConfig

shape AliasICPRecordal
  CNAME string
  ICPRecordalStatus string

shape Signer
  AwsAccountNumber string
  KeyPairIds KeyPairIds

shape KGKeyPairIds
  KeyGroupId string
  KeyPairIds KeyPairIds

shape Aliases
  Quantity! integer
  Items [string|CNAME]

shape Origins
  Quantity! integer
  Items! [Origin|Origin]

shape OriginGroups
  Quantity! integer
  Items [OriginGroup|OriginGroup]

shape DefaultCacheBehavior
  TargetOriginId! string
  TrustedSigners TrustedSigners
  TrustedKeyGroups TrustedKeyGroups
  ViewerProtocolPolicy! string
  AllowedMethods AllowedMethods
  SmoothStreaming boolean
  Compress boolean
  LambdaFunctionAssociations LambdaFunctionAssociations
  FunctionAssociations FunctionAssociations
  FieldLevelEncryptionId string
  RealtimeLogConfigArn string
  CachePolicyId string
  OriginRequestPolicyId string
  ResponseHeadersPolicyId string
  GrpcConfig GrpcConfig
  ForwardedValues ForwardedValues
  MinTTL integer
  DefaultTTL integer
  MaxTTL integer

shape CacheBehaviors
  Quantity! integer
  Items [CacheBehavior|CacheBehavior]

shape CustomErrorResponses
  Quantity! integer
  Items [CustomErrorResponse|CustomErrorResponse]

shape LoggingConfig
  Enabled boolean
  IncludeCookies boolean
  Bucket string
  Prefix string

shape ViewerCertificate
  CloudFrontDefaultCertificate boolean
  IAMCertificateId string
  ACMCertificateArn string
  SSLSupportMethod string
  MinimumProtocolVersion string
  Certificate string
  CertificateSource string

shape Restrictions
  GeoRestriction! GeoRestriction

shape TenantConfig
  ParameterDefinitions [ParameterDefinition]

shape ViewerMtlsConfig
  Mode string
  TrustStoreConfig TrustStoreConfig

shape ConnectionFunctionAssociation
  Id! string

shape CacheTagConfig
  HeaderName! string

shape KeyPairIds
  Quantity! integer
  Items [string|KeyPairId]

shape Origin
  Id! string
  DomainName! string
  OriginPath string
  CustomHeaders CustomHeaders
  S3OriginConfig S3OriginConfig
  CustomOriginConfig CustomOriginConfig
  VpcOriginConfig VpcOriginConfig
  ConnectionAttempts integer
  ConnectionTimeout integer
  ResponseCompletionTimeout integer
  OriginShield OriginShield
  OriginAccessControlId string

shape OriginGroup
  Id! string
  FailoverCriteria! OriginGroupFailoverCriteria
  Members! OriginGroupMembers
  SelectionCriteria string

shape TrustedSigners
  Enabled! boolean
  Quantity! integer
  Items [string|AwsAccountNumber]

shape TrustedKeyGroups
  Enabled! boolean
  Quantity! integer
  Items [string|KeyGroup]

shape AllowedMethods
  Quantity! integer
  Items! [string|Method]
  CachedMethods CachedMethods

shape LambdaFunctionAssociations
  Quantity! integer
  Items [LambdaFunctionAssociation|LambdaFunctionAssociation]

shape FunctionAssociations
  Quantity! integer
  Items [FunctionAssociation|FunctionAssociation]

shape GrpcConfig
  Enabled! boolean

shape ForwardedValues
  QueryString! boolean
  Cookies! CookiePreference
  Headers Headers
  QueryStringCacheKeys QueryStringCacheKeys

shape CacheBehavior
  PathPattern! string
  TargetOriginId! string
  TrustedSigners TrustedSigners
  TrustedKeyGroups TrustedKeyGroups
  ViewerProtocolPolicy! string
  AllowedMethods AllowedMethods
  SmoothStreaming boolean
  Compress boolean
  LambdaFunctionAssociations LambdaFunctionAssociations
  FunctionAssociations FunctionAssociations
  FieldLevelEncryptionId string
  RealtimeLogConfigArn string
  CachePolicyId string
  OriginRequestPolicyId string
  ResponseHeadersPolicyId string
  GrpcConfig GrpcConfig
  ForwardedValues ForwardedValues
  MinTTL integer
  DefaultTTL integer
  MaxTTL integer

shape CustomErrorResponse
  ErrorCode! integer
  ResponsePagePath string
  ResponseCode string
  ErrorCachingMinTTL integer

shape GeoRestriction
  RestrictionType! string
  Quantity! integer
  Items [string|Location]

shape ParameterDefinition
  Name! string
  Definition! ParameterDefinitionSchema

shape TrustStoreConfig
  TrustStoreId! string
  AdvertiseTrustStoreCaNames boolean
  IgnoreCertificateExpiry boolean

shape CustomHeaders
  Quantity! integer
  Items [OriginCustomHeader|OriginCustomHeader]

shape S3OriginConfig
  OriginAccessIdentity! string
  OriginReadTimeout integer

shape CustomOriginConfig
  HTTPPort! integer
  HTTPSPort! integer
  OriginProtocolPolicy! string
  OriginSslProtocols OriginSslProtocols
  OriginReadTimeout integer
  OriginKeepaliveTimeout integer
  IpAddressType string
  OriginMtlsConfig OriginMtlsConfig

shape VpcOriginConfig
  VpcOriginId! string
  OwnerAccountId string
  OriginReadTimeout integer
  OriginKeepaliveTimeout integer

shape OriginShield
  Enabled! boolean
  OriginShieldRegion string

shape OriginGroupFailoverCriteria
  StatusCodes! StatusCodes

shape OriginGroupMembers
  Quantity! integer
  Items! [OriginGroupMember|OriginGroupMember]

shape CachedMethods
  Quantity! integer
  Items! [string|Method]

shape LambdaFunctionAssociation
  LambdaFunctionARN! string
  EventType! string
  IncludeBody boolean

shape FunctionAssociation
  FunctionARN! string
  EventType! string

shape CookiePreference
  Forward! string
  WhitelistedNames CookieNames

shape Headers
  Quantity! integer
  Items [string|Name]

shape QueryStringCacheKeys
  Quantity! integer
  Items [string|Name]

shape ParameterDefinitionSchema
  StringSchema StringSchemaConfig

shape OriginCustomHeader
  HeaderName! string
  HeaderValue! string

shape OriginSslProtocols
  Quantity! integer
  Items! [string|SslProtocol]

shape OriginMtlsConfig
  ClientCertificateArn! string

shape StatusCodes
  Quantity! integer
  Items! [integer|StatusCode]

shape OriginGroupMember
  OriginId! string

shape CookieNames
  Quantity! integer
  Items [string|Name]

shape StringSchemaConfig
  Comment string
  DefaultValue string
  Required! boolean
)table";
