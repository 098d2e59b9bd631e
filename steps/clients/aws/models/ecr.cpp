// steps/clients/aws/models/ecr.cpp -- the table of `aws ecr`: written by
// scripts/make-aws-tables, how it reads: steps/clients/aws/models/model_reader.cpp.
#include "steps/clients/aws/models/tables.hpp"

const std::string_view runner::aws::tables::ecr = R"table(service ecr
  endpoint-key ECR
  host api.ecr.{region}.amazonaws.com
  fips api.ecr-fips.{region}.amazonaws.com
  dual-stack ecr.{region}.api.aws
  signing ecr
  protocol json
  json 1.1 AmazonEC2ContainerRegistry_V20150921
  version 2015-09-21

operation GetAuthorizationToken
  input GetAuthorizationTokenRequest
  output GetAuthorizationTokenResponse

operation DescribeImages
  input DescribeImagesRequest
  output DescribeImagesResponse
  pages in=nextToken out=nextToken result=imageDetails limit=maxResults

operation DescribeRepositories
  input DescribeRepositoriesRequest
  output DescribeRepositoriesResponse
  pages in=nextToken out=nextToken result=repositories limit=maxResults

operation CreateRepository
  input CreateRepositoryRequest
  output CreateRepositoryResponse

operation BatchGetImage
  input BatchGetImageRequest
  output BatchGetImageResponse

operation PutImage
  input PutImageRequest
  output PutImageResponse

shape GetAuthorizationTokenRequest
  registryIds [string]

shape GetAuthorizationTokenResponse
  authorizationData [AuthorizationData]

shape DescribeImagesRequest
  registryId string
  repositoryName! string
  imageIds [ImageIdentifier]
  nextToken string
  maxResults integer
  filter DescribeImagesFilter

shape DescribeImagesResponse
  imageDetails [ImageDetail]
  nextToken string

shape DescribeRepositoriesRequest
  registryId string
  repositoryNames [string]
  nextToken string
  maxResults integer

shape DescribeRepositoriesResponse
  repositories [Repository]
  nextToken string

shape CreateRepositoryRequest
  registryId string
  repositoryName! string
  tags [Tag]
  imageTagMutability string
  imageTagMutabilityExclusionFilters [ImageTagMutabilityExclusionFilter]
  imageScanningConfiguration ImageScanningConfiguration
  encryptionConfiguration EncryptionConfiguration

shape CreateRepositoryResponse
  repository Repository

shape BatchGetImageRequest
  registryId string
  repositoryName! string
  imageIds! [ImageIdentifier]
  acceptedMediaTypes [string]

shape BatchGetImageResponse
  images [Image]
  failures [ImageFailure]

shape PutImageRequest
  registryId string
  repositoryName! string
  imageManifest! string
  imageManifestMediaType string
  imageTag string
  imageDigest string

shape PutImageResponse
  image Image

shape AuthorizationData
  authorizationToken string
  expiresAt timestamp
  proxyEndpoint string

shape ImageIdentifier
  imageDigest string
  imageTag string

shape DescribeImagesFilter
  tagStatus string
  imageStatus string

shape ImageDetail
  registryId string
  repositoryName string
  imageDigest string
  imageTags [string]
  imageSizeInBytes integer
  imagePushedAt timestamp
  imageScanStatus ImageScanStatus
  imageScanFindingsSummary ImageScanFindingsSummary
  imageManifestMediaType string
  artifactMediaType string
  lastRecordedPullTime timestamp
  subjectManifestDigest string
  imageStatus string
  lastArchivedAt timestamp
  lastActivatedAt timestamp

shape Repository
  repositoryArn string
  registryId string
  repositoryName string
  repositoryUri string
  createdAt timestamp
  imageTagMutability string
  imageTagMutabilityExclusionFilters [ImageTagMutabilityExclusionFilter]
  imageScanningConfiguration ImageScanningConfiguration
  encryptionConfiguration EncryptionConfiguration

shape Tag
  Key! string
  Value! string

shape ImageTagMutabilityExclusionFilter
  filterType! string
  filter! string

shape ImageScanningConfiguration
  scanOnPush boolean

shape EncryptionConfiguration
  encryptionType! string
  kmsKey string

shape Image
  registryId string
  repositoryName string
  imageId ImageIdentifier
  imageManifest string
  imageManifestMediaType string

shape ImageFailure
  imageId ImageIdentifier
  failureCode string
  failureReason string

shape ImageScanStatus
  status string
  description string

shape ImageScanFindingsSummary
  imageScanCompletedAt timestamp
  vulnerabilitySourceUpdatedAt timestamp
  findingSeverityCounts {integer}
)table";
