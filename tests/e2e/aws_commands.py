"""Every `aws` command that is built in, called by the steps of a run as a deploy's scripts call them, and what came of it
looked at from outside. The lab's own AWS CLI is out of reach of a step: these are ours, on the PATH that a job has.
"""
import base64
import json
import os
import urllib.request

import aws_case
import aws_world
import common
from auto_scaling_server import AutoScaling
from aws_case import AwsCase
from common import LAB
from json_service import JsonService

NAME = "everything"  # of the cluster, the service, the repository ... that the lab made
WORKFLOW = """
on: push
jobs:
  commands:
    runs-on: ubuntu-latest
    env: %s
    steps:
      - uses: actions/checkout@v4
%s"""
KEYS = {"AWS_ACCESS_KEY_ID": "${{ secrets.AWS_ACCESS_KEY_ID }}", "AWS_SECRET_ACCESS_KEY": "${{ secrets.AWS_SECRET_ACCESS_KEY }}",
        "AWS_REGION": "${{ vars.AWS_REGION }}"}
GATEWAY = {"AWS_ENDPOINT_URL_S3": os.environ["LAB_VERSITYGW"], "AWS_REGION": os.environ["LAB_REGION"]}
BUCKET = LAB / "s3-gateway/shop"
MANIFEST = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "config": {}, "layers": []}
RELEASE = """
import json, sys
task = json.load(sys.stdin)
task = {name: task[name] for name in ("family", "networkMode", "requiresCompatibilities", "cpu", "memory", "containerDefinitions")}
task["containerDefinitions"][0]["environment"] = [{"name": "RELEASE", "value": "2"}]
json.dump(task, sys.stdout)
"""


class Commands(AwsCase):
    folder, account = NAME, aws_world.PRD

    @classmethod
    def setUpClass(cls):
        cls.where = aws_world.prepare(cls.folder)
        cls.repo = common.Repo(LAB / "commands.repo")
        cls.runner = aws_world.runner(aws_case.BINARY, cls.repo, cls.where)
        gateway = {"GATEWAY_KEY": os.environ["LAB_VERSITYGW_KEY"], "GATEWAY_SECRET": os.environ["LAB_VERSITYGW_SECRET"]}
        cls.runner.secrets.update(gateway)
        cls.vars = cls.runner.vars
        cls.needles = [cls.runner.secrets["AWS_SECRET_ACCESS_KEY"], gateway["GATEWAY_SECRET"]]
        for name in ("index.html", "old.html", "assets/app.js"):
            cls.repo.commit(f"site/{name}", f"the content of {name}\n")
        cls.repo.commit("manifest.json", json.dumps(MANIFEST))

    def steps(self, lines, status=0, env=None):
        """What a run says whose steps are these command lines."""
        steps = "".join(f"      - run: {json.dumps(line)}\n" for line in lines)
        self.repo.commit(".github/workflows/commands.yml", WORKFLOW % (json.dumps(KEYS if env is None else env), steps))
        return self.check(self.runner.run("commands.yml"), status).text

    def cli(self, *words):
        return aws_world.cli(self.account, *words)

    def builds(self):
        return set(self.cli("codebuild", "list-builds-for-project", "--project-name", NAME)["ids"])

    # --- S3, with a server whose code for signatures is not ours -------------------------------------------------------

    def test_01_configure_writes_what_later_steps_use_into_the_home_of_the_job(self):
        said = self.steps([
            "aws configure set aws_access_key_id '${{ secrets.GATEWAY_KEY }}'",
            "aws configure set aws_secret_access_key '${{ secrets.GATEWAY_SECRET }}'",
            "aws configure set profile.other.region us-west-2",
            'echo "other is in $(aws configure get region --profile other), of $(aws configure list-profiles | xargs)"',
            "aws configure list",
            "aws s3 mb s3://shop"], env=GATEWAY)
        self.assertIn("other is in us-west-2, of default other", said)
        self.assertRegex(said, r"region +eu-west-1 +env")
        self.assertIn("make_bucket: shop", said)
        self.assertTrue(BUCKET.is_dir())
        self.assertFalse((common.HOME / ".aws").exists())

    def test_02_files_come_to_s3_and_go(self):
        env = {**GATEWAY, "AWS_ACCESS_KEY_ID": "${{ secrets.GATEWAY_KEY }}", "AWS_SECRET_ACCESS_KEY": "${{ secrets.GATEWAY_SECRET }}"}
        said = self.steps([
            "aws s3 sync site s3://shop/site --no-progress",
            "rm site/old.html && aws s3 sync site s3://shop/site --delete --no-progress",
            "aws s3 cp site/index.html s3://shop/copied.html --cache-control no-cache",
            "aws s3 cp s3://shop/copied.html s3://shop/to-remove.html",
            "aws s3 mv s3://shop/copied.html s3://shop/moved.html",
            "aws s3 rm s3://shop/to-remove.html",
            "aws s3 ls s3://shop --recursive",
            f"aws s3 presign s3://shop/moved.html --expires-in 60 >{LAB}/presigned",
            "aws s3 mb s3://to-remove && aws s3 cp site/index.html s3://to-remove/ && aws s3 rb s3://to-remove --force"], env=env)
        files = {str(path.relative_to(BUCKET)): path.read_text() for path in BUCKET.rglob("*") if path.is_file()}
        self.assertEqual({name: text for name, text in files.items() if not name.startswith(".")}, {
            "site/index.html": "the content of index.html\n", "site/assets/app.js": "the content of assets/app.js\n",
            "moved.html": "the content of index.html\n"})
        self.assertRegex(said, r"\n.* 26 moved\.html\n.* 29 site/assets/app\.js\n.* 26 site/index\.html")
        self.assertIn("delete: s3://shop/site/old.html", said)
        with urllib.request.urlopen((LAB / "presigned").read_text().strip(), timeout=10) as answer:
            self.assertEqual(answer.read().decode(), "the content of index.html\n")
            self.assertEqual(answer.headers["Cache-Control"], "no-cache")
        self.assertFalse((LAB / "s3-gateway/to-remove").exists())

    def test_03_a_bucket_becomes_a_website(self):
        bucket = self.vars["SITE_BUCKET"]
        self.steps([f"aws s3 website s3://{bucket} --index-document index.html --error-document 404.html"])
        self.assertEqual(self.cli("s3api", "get-bucket-website", "--bucket", bucket), {
            "IndexDocument": {"Suffix": "index.html"}, "ErrorDocument": {"Key": "404.html"}})

    # --- the other services ------------------------------------------------------------------------------------------------

    def test_04_who_am_i(self):
        arn, role = f"arn:aws:iam::{self.account}:user/{NAME}", self.vars["ROLE"]
        said = self.steps([
            "aws sts get-caller-identity --query Arn --output text",
            f"aws sts assume-role --role-arn {role} --role-session-name ci --query AssumedRoleUser.Arn --output text",
            "aws sts get-session-token --query 'Credentials.Expiration' --output text"])
        self.assertIn(arn, said)
        self.assertIn(f"arn:aws:sts::{self.account}:assumed-role/everything-deploy/ci", said)
        said = self.steps([  # moto, as it knows no issuer of tokens that it would have to trust
            f"aws sts assume-role-with-web-identity --endpoint-url {os.environ['LAB_MOTO']} --role-arn {role} "
            "--role-session-name web --web-identity-token token --query AssumedRoleUser.Arn --output text"])
        self.assertIn("assumed-role/everything-deploy/web", said)

    def test_05_parameters_and_secrets(self):
        said = self.steps([
            "aws ssm put-parameter --name /everything/host --value example.org --type String",
            "aws ssm put-parameter --name /everything/key --value the-key --type SecureString",
            "aws ssm get-parameter --name /everything/key --with-decryption --query Parameter.Value --output text",
            "aws ssm get-parameters --names /everything/host /everything/key --query 'length(Parameters)'",
            "aws ssm get-parameters-by-path --path /everything --query 'Parameters[].Name' --output text",
            "aws secretsmanager get-secret-value --secret-id everything/database --query SecretString --output text"])
        for line in ("the-key", "2", "/everything/host\t/everything/key", "the-password"):
            self.assertRegex(said, rf"(?m)^.*{line}$")
        kept = self.cli("ssm", "get-parameter", "--name", "/everything/key", "--with-decryption")["Parameter"]
        self.assertEqual((kept["Type"], kept["Value"]), ("SecureString", "the-key"))
        self.assertEqual(self.cli("ssm", "get-parameter", "--name", "/everything/host")["Parameter"]["Value"], "example.org")

    def test_06_an_image_is_pushed_and_gets_another_name(self):
        registry = aws_world.registry(self.account)
        self.repo.commit("image/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n")
        said = self.steps([
            "aws ecr create-repository --repository-name retagged --query repository.repositoryUri --output text",
            f"aws ecr get-login-password | docker login --username AWS --password-stdin {registry}",
            f"docker build -t {registry}/retagged:pushed image && docker push {registry}/retagged:pushed",
            "aws ecr get-authorization-token --query 'authorizationData[0].proxyEndpoint' --output text",
            "aws ecr put-image --repository-name retagged --image-tag one --image-manifest file://manifest.json "
            "--query image.imageId.imageTag",
            "manifest=$(aws ecr batch-get-image --repository-name retagged --image-ids imageTag=one "
            "--query 'images[].imageManifest' --output text) && "
            'aws ecr put-image --repository-name retagged --image-tag two --image-manifest "$manifest" --query image.imageId',
            "aws ecr describe-images --repository-name retagged --query 'sort(imageDetails[].imageTags[])' --output text",
            "aws ecr describe-repositories --query 'repositories[].repositoryName' --output text"])
        self.assertIn(f"{registry}/retagged", said)
        self.assertRegex(said, "(?m)one\ttwo$")
        self.assertEqual(aws_world.tags(self.account, "retagged"), ["pushed"])
        images = self.cli("ecr", "describe-images", "--repository-name", "retagged")["imageDetails"]
        self.assertEqual([sorted(image["imageTags"]) for image in images], [["one", "two"]])
        self.assertFalse((common.HOME / ".docker").exists())

    def test_07_the_login_of_ecr_public(self):
        token = base64.b64encode(b"AWS:public-password").decode()
        answer = {"authorizationData": {"authorizationToken": token, "expiresAt": 1.9e9}}
        with JsonService("ecr-public", "2020-10-30", {"GetAuthorizationToken": answer}) as server:
            said = self.steps(["aws ecr-public get-login-password --region us-east-1",
                               "aws ecr-public get-authorization-token --query authorizationData.authorizationToken"],
                              env={**KEYS, "AWS_ENDPOINT_URL_ECR_PUBLIC": server.url})
            self.assertEqual(server.asked, [("GetAuthorizationToken", {})] * 2)
        self.assertIn("public-password", said)
        self.assertIn(token, said)

    def test_08_cloudfront_forgets(self):
        distribution = self.vars["CLOUDFRONT_DISTRIBUTION_ID"]
        before = len(aws_world.invalidations(self.account, distribution))
        said = self.steps([
            f"aws cloudfront get-distribution --id {distribution} --query Distribution.Status --output text",
            f"aws cloudfront wait distribution-deployed --id {distribution}",
            f"id=$(aws cloudfront create-invalidation --distribution-id {distribution} --paths /a '/b*' --query Invalidation.Id "
            f"--output text) && aws cloudfront wait invalidation-completed --distribution-id {distribution} --id $id && "
            f"aws cloudfront get-invalidation --distribution-id {distribution} --id $id --query Invalidation.Status",
            f"aws cloudfront list-invalidations --distribution-id {distribution} --query 'length(InvalidationList.Items)'"])
        self.assertIn('"Completed"', said)
        self.assertEqual(aws_world.invalidations(self.account, distribution)[before:], [(["/a", "/b*"], "Completed")])

    def test_09_a_launch_template_gets_a_version_and_a_group_its_instances(self):
        with AutoScaling(["InProgress"]) as server:  # one that can be cancelled: the emulators' are over at once
            said = self.steps([
                "aws ec2 describe-launch-templates --launch-template-names everything --query 'LaunchTemplates[].DefaultVersionNumber'",
                "aws ec2 create-launch-template-version --launch-template-name everything --source-version 1 "
                "--version-description two --launch-template-data '{\"ImageId\":\"ami-00000000000000002\"}'",
                "aws ec2 modify-launch-template --launch-template-name everything --default-version 2",
                "aws ec2 describe-launch-template-versions --launch-template-name everything --versions 2 "
                "--query 'LaunchTemplateVersions[].VersionDescription' --output text",
                "aws autoscaling update-auto-scaling-group --auto-scaling-group-name everything --max-size 3",
                "aws autoscaling set-desired-capacity --auto-scaling-group-name everything --desired-capacity 1",
                "aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names everything "
                "--query 'AutoScalingGroups[].[MaxSize,DesiredCapacity]' --output text",
                "aws autoscaling start-instance-refresh --auto-scaling-group-name everything "
                "--preferences MinHealthyPercentage=50,InstanceWarmup=1",
                "aws autoscaling describe-instance-refreshes --auto-scaling-group-name everything "
                "--query 'InstanceRefreshes[].Status' --output text",
                f"aws autoscaling cancel-instance-refresh --auto-scaling-group-name everything --endpoint-url {server.url}"])
            self.assertEqual([each["Action"] for each in server.asked], ["CancelInstanceRefresh"])
        self.assertRegex(said, "(?m)3\t1$")
        versions = aws_world.template_versions(self.account, NAME)
        self.assertEqual((versions[2]["LaunchTemplateData"]["ImageId"], versions[2]["DefaultVersion"]),
                         ("ami-00000000000000002", True))
        group = self.cli("autoscaling", "describe-auto-scaling-groups", "--auto-scaling-group-names", NAME)["AutoScalingGroups"][0]
        self.assertEqual((group["MaxSize"], group["DesiredCapacity"]), (3, 1))
        self.assertEqual([each["Status"] for each in aws_world.refreshes(self.account, NAME)], ["Successful"])

    def test_10_a_service_gets_a_new_task_definition(self):
        self.repo.commit("release.py", RELEASE)
        said = self.steps([
            "aws ecs describe-clusters --clusters everything --query 'clusters[].status' --output text",
            "aws ecs list-services --cluster everything --query 'length(serviceArns)'",
            "aws ecs describe-task-definition --task-definition everything --query taskDefinition >old.json",
            "python3 release.py <old.json >new.json",
            "aws ecs register-task-definition --cli-input-json file://new.json --query taskDefinition.revision",
            "aws ecs list-task-definitions --family-prefix everything --query 'length(taskDefinitionArns)'",
            "aws ecs update-service --cluster everything --service everything --task-definition everything:2 "
            "--query service.taskDefinition",
            "aws ecs wait services-stable --cluster everything --services everything",
            "aws ecs describe-services --cluster everything --services everything "
            "--query 'services[].deployments[].[rolloutState,runningCount]' --output text"])
        self.assertRegex(said, "(?m)COMPLETED\t1$")
        self.assertTrue(aws_world.service(self.account, NAME, NAME)["taskDefinition"].endswith(":2"))
        self.assertIn("RELEASE=2", aws_world.only_container(self.account, NAME)["Config"]["Env"])

    def test_11_a_task_runs_to_its_end_in_a_cluster_of_its_own(self):
        network = "--network-configuration 'awsvpcConfiguration={subnets=[subnet-1]}'"
        said = self.steps([
            "aws ecs create-cluster --cluster-name more --query cluster.clusterName",
            f"aws ecs create-service --cluster more --service-name more --task-definition everything:1 --desired-count 0 {network} "
            "--launch-type FARGATE --query service.status",
            "task=$(aws ecs run-task --cluster more --task-definition everything:1 --launch-type FARGATE "
            f"{network} --query 'tasks[0].taskArn' --output text) && aws ecs wait tasks-running --cluster more --tasks $task && "
            f"echo $task >{LAB}/task",
            "aws ecs list-tasks --cluster more --query 'length(taskArns)'"])
        self.assertIn('"more"', said)
        task = (LAB / "task").read_text().strip()
        self.assertEqual(len(aws_world.containers(self.account, "more")), 1)
        self.cli("ecs", "delete-service", "--cluster", "more", "--service", "more", "--force")
        said = self.steps([
            f"aws ecs stop-task --cluster more --task {task} --reason 'seen enough' --query task.desiredStatus",
            f"aws ecs wait tasks-stopped --cluster more --tasks {task}",
            f"aws ecs describe-tasks --cluster more --tasks {task} --query 'tasks[].lastStatus' --output text",
            "aws ecs wait services-inactive --cluster more --services more",
            "aws ecs deregister-task-definition --task-definition everything:1 --query taskDefinition.status"])
        self.assertIn('"INACTIVE"', said)
        self.assertEqual(aws_world.containers(self.account, "more"), {})
        self.assertEqual(aws_world.task_definition(self.account, "everything:1")["status"], "INACTIVE")

    def test_12_builds_and_their_log(self):
        before = self.builds()
        said = self.steps([
            "aws codebuild batch-get-projects --names everything --query 'projects[].name' --output text",
            "id=$(aws codebuild start-build --project-name everything --source-version main --query build.id --output text) && "
            "aws codebuild batch-get-builds --ids $id --query 'builds[].sourceVersion' --output text && "
            "aws codebuild stop-build --id $id --query build.id",
            "aws logs get-log-events --log-group-name everything --log-stream-name one --query 'events[].message' --output text"])
        self.assertIn("a line of the log", said)
        started = self.builds() - before
        self.assertEqual(len(started), 1)
        self.assertIn(started.pop(), said)

    def test_13_a_deployment_of_codedeploy(self):
        moto = os.environ["LAB_MOTO"]
        aws_world.cli(self.account, "deploy", "create-application", "--application-name", NAME, "--compute-platform", "Server",
                      endpoint=moto)
        aws_world.cli(self.account, "deploy", "create-deployment-group", "--application-name", NAME, "--deployment-group-name",
                      "group", "--service-role-arn", self.vars["ROLE"], endpoint=moto)
        said = self.steps([
            f"aws deploy get-application --application-name {NAME} --query application.computePlatform",
            f"aws deploy get-deployment-group --application-name {NAME} --deployment-group-name group "
            "--query deploymentGroupInfo.serviceRoleArn",
            f"id=$(aws deploy create-deployment --application-name {NAME} --deployment-group-name group --description v2 "
            "--s3-location bucket=releases,key=v2.zip,bundleType=zip --query deploymentId --output text) && "
            "aws deploy get-deployment --deployment-id $id --query deploymentInfo.[description,status] --output text"],
            env={**KEYS, "AWS_ENDPOINT_URL_CODEDEPLOY": moto})
        self.assertRegex(said, "(?m)v2\tCreated$")
        made = aws_world.cli(self.account, "deploy", "list-deployments", endpoint=moto)["deployments"]
        deployment = aws_world.cli(self.account, "deploy", "get-deployment", "--deployment-id", *made, endpoint=moto)
        self.assertEqual(deployment["deploymentInfo"]["revision"]["s3Location"]["key"], "v2.zip")
        ended = {"deploymentInfo": {"deploymentId": made[0], "status": "Succeeded"}}  # moto's never ends
        with JsonService("codedeploy", "2014-10-06", {"GetDeployment": ended}) as server:
            self.steps([f"aws deploy wait deployment-successful --deployment-id {made[0]} --endpoint-url {server.url}"])
            self.assertEqual(server.asked, [("GetDeployment", {"deploymentId": made[0]})])

    def test_20_no_secret_stays_in_a_file(self):
        self.assert_no_secret_in_files(LAB / "log")
