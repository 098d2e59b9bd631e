"""What a user reads when AWS refuses: the service's own words, which step and which resource; and nothing is changed.
Each row is one step, run with the user of workflows/aws-full-stack.
"""
import json
import os
import re
import subprocess

import aws_world
from aws_case import AwsCase
from common import LAB, ROOT

HEAD = """
on: push
env:
  AWS_REGION: eu-west-1
  AWS_DEFAULT_REGION: eu-west-1
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
"""
KEYS = """
        env:
          AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}
          AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
          AWS_SESSION_TOKEN: ${{ secrets.AWS_SESSION_TOKEN }}
"""


def command(line):
    return f"      - name: The step\n        run: {line}{KEYS}"


def action(uses, inputs=(), env=()):
    lines = ["      - name: The step", f"        uses: {uses}"]
    if inputs:
        lines += ["        with:", *(f"          {name}: {value}" for name, value in inputs)]
    return "\n".join(lines) + KEYS + "".join(f"          {name}: {value}\n" for name, value in env)


CONFIGURE = action("aws-actions/configure-aws-credentials@v4", (
    ("aws-region", "eu-west-1"), ("aws-access-key-id", "${{ secrets.AWS_ACCESS_KEY_ID }}"),
    ("aws-secret-access-key", "${{ secrets.AWS_SECRET_ACCESS_KEY }}"), ("disable-retry", "true")))
DEPLOY = "aws-actions/amazon-ecs-deploy-task-definition@v2"
TASK = ("task-definition", "backend/task-definition.json")
UNKNOWN = "AKIAIOSFODNN7EXAMPLE"

# why, the step, secrets other than the user's own, what has to be said
REFUSED = (
    ("sync to a bucket that is not there", command("aws s3 sync frontend/src s3://full-stack-sight"), {},
     ("AccessDenied|NoSuchBucket", "full-stack-sight|ListObjectsV2")),
    ("cp to a bucket that is not ours", command("aws s3 cp frontend/src/app.js s3://full-stack-sight/app.js"), {},
     ("AccessDenied|NoSuchBucket", "s3://full-stack-sight/app.js")),
    ("a cluster that is not there", command("aws ecs update-service --cluster application --service api"), {},
     ("AccessDeniedException|ClusterNotFoundException", "UpdateService")),
    ("deploy to a cluster that is not there", action(DEPLOY, (TASK, ("service", "api"), ("cluster", "application"))),
     {}, ("ClusterNotFoundException|AccessDenied|not authorized", "application|cluster")),
    ("deploy a service that is not there", action(DEPLOY, (TASK, ("service", "apy"), ("cluster", "app"))), {},
     ("MISSING|ServiceNotFound|not authorized", "apy")),
    ("deploy a file that is not there", action(DEPLOY, (("task-definition", "task.json"), ("service", "api"),
                                                        ("cluster", "app"))), {}, ("task.json",)),
    ("a distribution that is not there", command('aws cloudfront create-invalidation --distribution-id E000 '
                                                 '--paths "/*"'), {}, ("NoSuchDistribution|AccessDenied", "E000|Invali")),
    ("the same by the action", action("chetan/invalidate-cloudfront-action@v2",
                                      env=(("DISTRIBUTION", "E000"), ("PATHS", "/*"))), {},
     ("NoSuchDistribution|AccessDenied", "E000|CreateInvalidation")),
    ("denied by the policy", command("aws ssm get-parameter --name /db/password --with-decryption"), {},
     ("AccessDeniedException", "ssm:GetParameter", "user/aws-full-stack")),
    ("a key nobody knows", command("aws ecs describe-services --cluster app --services api"),
     {"AWS_ACCESS_KEY_ID": UNKNOWN}, ("UnrecognizedClientException", "security token")),
    ("the same for configure-aws-credentials", CONFIGURE, {"AWS_ACCESS_KEY_ID": UNKNOWN},
     ("InvalidClientTokenId|security token included in the request is invalid",)),
    ("the wrong secret key", command("aws s3 ls s3://full-stack-site"), {"AWS_SECRET_ACCESS_KEY": "w" * 40},
     ("SignatureDoesNotMatch",)),
    ("no credentials at all", "      - name: The step\n        run: aws s3 ls s3://full-stack-site\n", {},
     ("(?i)unable to locate credentials", "(?i)aws configure|configure-aws-credentials|AWS_ACCESS_KEY_ID")),
    ("ECR without credentials", "      - name: The step\n        uses: aws-actions/amazon-ecr-login@v2\n", {},
     ("(?i)credentials",)),
    ("an option that the command does not have", command("aws s3 sync frontend/src s3://full-stack-site --delte"), {},
     ("(?i)unknown options?: --delte",)),
    ("a required option is missing", command("aws cloudfront create-invalidation --paths /"), {},
     ("--distribution-id",)),
)


class BadInput(AwsCase):
    folder, account = "aws-full-stack", aws_world.PRD

    def state(self):
        return (aws_world.objects(self.account, "full-stack-site"), aws_world.tags(self.account, "api"),
                aws_world.service(self.account, "app", "api")["deployments"],
                aws_world.invalidations(self.account, self.vars["CLOUDFRONT_DISTRIBUTION_ID"]))

    def fails(self, step, secrets):
        self.repo.commit(".github/workflows/bad.yml", HEAD + step)
        done = self.check(self.runner.run("bad.yml", secrets=secrets), 1)
        self.assertIn("The step", done.text)
        for secret in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            if secrets.get(secret):
                self.assertNotIn(secrets[secret], done.text)
        return done

    def test_01_what_the_services_refuse(self):
        before = self.state()
        for why, step, other, said in REFUSED:
            with self.subTest(why):
                done = self.fails(step, {**self.runner.secrets, "AWS_SESSION_TOKEN": "", **other})
                for pattern in said:
                    self.assertRegex(done.text, pattern)
                self.assertEqual(self.state(), before)

    def test_02_expired_credentials(self):
        expired = json.loads(subprocess.run(
            [os.environ["LAB_PYTHON"], "-B", ROOT / "tests/support/lab/aws_expired.py", self.account],
            check=True, text=True, capture_output=True).stdout)
        for step in (command("aws ecs describe-services --cluster app --services api"),
                     command("aws s3 ls s3://full-stack-site")):
            done = self.fails(step, expired)
            self.assertRegex(done.text, "ExpiredToken")

    def test_03_the_real_cli_is_out_of_reach(self):
        # what the steps above called is our own `aws`: there is no other
        self.repo.commit(".github/workflows/bad.yml", HEAD + command("type -p aws; aws --version"))
        done = self.check(self.runner.run("bad.yml"), 0)
        self.assertIsNone(re.search(r"aws-cli/2\.9", done.text))
        self.assertTrue((LAB / "aws-cli/aws").exists())
