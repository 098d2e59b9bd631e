"""aws_resources.py FOLDER DIR -- creates, in the lab's AWS, what workflows/FOLDER/README.md says has to be there before its
first deploy, and an IAM user per account with exactly the policy that lies in the folder. Writes the workflow's secrets
and variables into DIR: .secrets and .vars, or .secrets.NAME and .vars.NAME for each environment. FOLDER "everything" is
no workflow: something of every service, and a user who may do anything.

Runs with the Python of lab/up_aws, which has boto3.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import boto3

ROOT = pathlib.Path(__file__).resolve().parents[3]
REGION = os.environ["LAB_REGION"]
ACCOUNTS = {"dev": "111111111111", "stg": "222222222222", "prd": "333333333333"}

TASK = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "256", "memory": "512"}


class Account:
    """One AWS account, seen with its root credentials."""

    def __init__(self, number):
        self.number = number
        self.registry = f"{number}.dkr.ecr.{REGION}.amazonaws.com"

    def client(self, service, **options):
        return boto3.client(service, region_name=REGION, endpoint_url=os.environ["LAB_MINISTACK"], **options,
                            aws_access_key_id=self.number, aws_secret_access_key=os.environ["LAB_ROOT_SECRET"])

    def user(self, name, policy):
        """Secrets of a new user who may do what the policy says and nothing else."""
        iam = self.client("iam")
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="deploy", PolicyDocument=policy)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def role(self, name, principal=None):
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
                                                         "Principal": principal or {"Service": "ecs-tasks.amazonaws.com"}}]}
        return self.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]

    def bucket(self, name):
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def distribution(self, origin):
        made = self.client("cloudfront").create_distribution(DistributionConfig={
            "CallerReference": origin, "Comment": origin, "Enabled": True, "DefaultRootObject": "index.html",
            "Origins": {"Quantity": 1, "Items": [{"Id": "origin", "DomainName": origin,
                                                  "S3OriginConfig": {"OriginAccessIdentity": ""}}]},
            "DefaultCacheBehavior": {"TargetOriginId": "origin", "ViewerProtocolPolicy": "redirect-to-https",
                                     "MinTTL": 0, "ForwardedValues": {"QueryString": False,
                                                                      "Cookies": {"Forward": "none"}}}})
        return made["Distribution"]["Id"]

    def service(self, cluster, name):
        """An ECS service that runs a first image, under the name the registry has it by, and goes back by itself."""
        self.client("ecr").create_repository(repositoryName=name)
        image = f"{self.registry}/{name}:latest"
        push_first_image(self.registry, image)
        ecs = self.client("ecs")
        ecs.create_cluster(clusterName=cluster)
        ecs.register_task_definition(family=name, **TASK, containerDefinitions=[
            {"name": name, "image": image, "essential": True,
             "portMappings": [{"containerPort": 8080, "protocol": "tcp"}]}])
        ecs.create_service(
            cluster=cluster, serviceName=name, taskDefinition=name, desiredCount=1, launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
            deploymentConfiguration={"minimumHealthyPercent": 100, "maximumPercent": 200,
                                     "deploymentCircuitBreaker": {"enable": True, "rollback": True}})
        wait_until_steady(ecs, cluster, name)


def push_first_image(registry, image):
    with tempfile.TemporaryDirectory() as folder:
        where = pathlib.Path(folder)
        docker = ["docker", "--config", str(where / "config")]
        (where / "busybox").write_bytes(pathlib.Path("/bin/busybox").read_bytes())
        (where / "busybox").chmod(0o755)
        (where / "Dockerfile").write_text('FROM scratch\nCOPY busybox /busybox\nCMD ["/busybox", "sleep", "1000000"]\n')
        call([*docker, "login", "-u", "AWS", "--password-stdin", registry], input=os.environ["LAB_ECR_PASSWORD"])
        call([*docker, "build", "-q", "-t", image, folder])
        call([*docker, "push", "-q", image])


def call(words, **options):
    done = subprocess.run(words, text=True, capture_output=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}: {done.stderr}")


def wait_until_steady(ecs, cluster, name):
    for _ in range(300):
        service = ecs.describe_services(cluster=cluster, services=[name])["services"][0]
        if service["deployments"][0].get("rolloutState") == "COMPLETED" and service["runningCount"] == 1:
            return
        time.sleep(0.1)
    sys.exit(f"the service {name} in {cluster} did not become steady: {service}")


def policy(folder, account, **names):
    """The folder's policy with the lab's names in the place of the example's."""
    text = (ROOT / "workflows" / folder / "iam-policy.json").read_text()
    for example, real in {"123456789012": account.number, "us-east-1": REGION, **names}.items():
        text = text.replace(example, real)
    return text


def full_stack(folder, where):
    account = Account(ACCOUNTS["prd"])
    bucket = account.bucket("full-stack-site")
    distribution = account.distribution(f"{bucket}.s3.{REGION}.amazonaws.com")
    account.service("app", "api")
    allowed = policy(folder, account, **{"example-site": bucket, "EDFDVBD6EXAMPLE": distribution})
    write(where / ".secrets", account.user(folder, allowed))
    write(where / ".vars", {"AWS_REGION": REGION, "SITE_BUCKET": bucket, "CLOUDFRONT_DISTRIBUTION_ID": distribution,
                            "ECS_EXECUTION_ROLE_ARN": account.role("ecsTaskExecutionRole")})


def environments(folder, where):
    for environment, number in ACCOUNTS.items():
        account = Account(number)
        distribution = account.distribution(f"pet-web-{environment}.example.org")
        account.service("pet-web", "pet-web")
        allowed = policy(folder, account, EDFDVBD6EXAMPLE=distribution)
        write(where / f".secrets.{environment}", account.user(folder, allowed))
        write(where / f".vars.{environment}", {"AWS_REGION": REGION, "AWS_ACCOUNT_ID": number,
                                               "CLOUDFRONT_DISTRIBUTION_ID": distribution})


def spa_autoscaling(folder, where):
    account = Account(ACCOUNTS["prd"])
    bucket, releases = account.bucket("spa-site"), account.bucket("spa-releases")
    distribution = account.distribution(f"{bucket}.s3.{REGION}.amazonaws.com")
    template = account.client("ec2").create_launch_template(
        LaunchTemplateName="api", LaunchTemplateData={"ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.micro"})
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="api", MinSize=1, MaxSize=2, DesiredCapacity=1, AvailabilityZones=[f"{REGION}a"],
        LaunchTemplate={"LaunchTemplateName": "api", "Version": "1"})
    allowed = policy(folder, account, **{
        "example-site": bucket, "example-releases": releases, "EDFDVBD6EXAMPLE": distribution,
        "lt-0abcd1234efgh5678": template["LaunchTemplate"]["LaunchTemplateId"]})
    write(where / ".secrets", account.user(folder, allowed))
    write(where / ".vars", {"AWS_REGION": REGION, "SITE_BUCKET": bucket, "RELEASE_BUCKET": releases,
                            "CLOUDFRONT_DISTRIBUTION_ID": distribution, "REFRESH_POLL_SECONDS": "0.2"})


def everything(folder, where):
    account = Account(ACCOUNTS["prd"])
    bucket = account.bucket("everything-site")
    account.service("everything", "everything")
    account.client("secretsmanager").create_secret(Name="everything/database", SecretString="the-password")
    account.client("codebuild").create_project(
        name="everything", source={"type": "NO_SOURCE", "buildspec": "version: 0.2"}, artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "none", "computeType": "BUILD_GENERAL1_SMALL"},
        serviceRole=account.role("everything-build"))
    logs = account.client("logs")
    logs.create_log_group(logGroupName="everything")
    logs.create_log_stream(logGroupName="everything", logStreamName="one")
    logs.put_log_events(logGroupName="everything", logStreamName="one",
                        logEvents=[{"timestamp": int(time.time() * 1000), "message": "a line of the log"}])
    template = account.client("ec2").create_launch_template(
        LaunchTemplateName="everything", LaunchTemplateData={"ImageId": "ami-0123456789abcdef0"})["LaunchTemplate"]
    account.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="everything", MinSize=0, MaxSize=2, DesiredCapacity=0, AvailabilityZones=[f"{REGION}a"],
        LaunchTemplate={"LaunchTemplateId": template["LaunchTemplateId"], "Version": "1"})
    anything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    write(where / ".secrets", account.user(folder, json.dumps(anything)))
    write(where / ".vars", {"AWS_REGION": REGION, "SITE_BUCKET": bucket,
                            "CLOUDFRONT_DISTRIBUTION_ID": account.distribution(f"{bucket}.s3.{REGION}.amazonaws.com"),
                            "ROLE": account.role("everything-deploy", {"AWS": f"arn:aws:iam::{account.number}:root"})})


def write(path, values):
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))


MAKERS = {"aws-full-stack": full_stack, "aws-environments": environments, "aws-spa-autoscaling": spa_autoscaling,
          "everything": everything}

if __name__ == "__main__":
    MAKERS[sys.argv[1]](sys.argv[1], pathlib.Path(sys.argv[2]))
