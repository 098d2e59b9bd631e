"""`runner plan --targets`: the real differences, and nothing changed by asking."""

import aws_world
from aws_case import AwsCase

WORKFLOW = """
on: push
env:
  AWS_REGION: ${{ vars.AWS_REGION }}
  AWS_DEFAULT_REGION: ${{ vars.AWS_REGION }}
  AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}
  AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
jobs:
  targets:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: jakejarvis/s3-sync-action@v0.5.1
        with:
          args: --delete
        env:
          AWS_S3_BUCKET: ${{ vars.SITE_BUCKET }}
          SOURCE_DIR: public
          DEST_DIR: plan
      - id: render
        uses: aws-actions/amazon-ecs-render-task-definition@v1
        with:
          task-definition: task.json
          container-name: api
          image: example.org/api:2
      - uses: aws-actions/amazon-ecs-deploy-task-definition@v2
        with:
          task-definition: ${{ steps.render.outputs.task-definition }}
          cluster: app
          service: api
      - uses: chetan/invalidate-cloudfront-action@v2
        env:
          DISTRIBUTION: ${{ vars.CLOUDFRONT_DISTRIBUTION_ID }}
          PATHS: /one.html /two/*
"""
SITE = "full-stack-site"
TASK = '''{"family": "api", "cpu": "512", "memory": "512", "networkMode": "awsvpc", "containerDefinitions": [
  {"name": "api", "image": "none", "essential": true}]}
'''


class Plan(AwsCase):
    folder, account = "aws-full-stack", aws_world.PRD

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, text in ((".github/workflows/targets.yml", WORKFLOW), ("task.json", TASK), ("public/new.html", "new"),
                           ("public/same.html", "same"), ("public/changed.html", "more than before")):
            cls.repo.commit(name, text)
        for key in ("same", "gone", "changed"):
            aws_world.put(cls.account, SITE, f"plan/{key}.html", key[:4])

    @classmethod
    def tearDownClass(cls):
        for key in ("same", "gone", "changed"):
            aws_world.cli(cls.account, "s3api", "delete-object", "--bucket", SITE, "--key", f"plan/{key}.html")

    def state(self):
        return (aws_world.objects(self.account, SITE), aws_world.task_definitions(self.account),
                aws_world.service(self.account, "app", "api")["deployments"],
                aws_world.invalidations(self.account, self.vars["CLOUDFRONT_DISTRIBUTION_ID"]))

    def test_01_it_shows_what_would_change_and_changes_nothing(self):
        before = self.state()
        done = self.check(self.runner.run("targets.yml", "--targets", command="plan"), 0)
        self.assertEqual(self.state(), before)
        for shown in ("+ new.html", "~ changed.html", "- gone.html", "upload 3 files", "23 Bytes", "delete 1 file",
                      "~ same.html",  # a checkout writes it anew: the sync of the run would send it too
                     
                      "cpu: 256 -> 512", "/one.html", "/two/*"):
            self.assertIn(shown, done.stdout)
        self.assertNotIn("could not read", done.stdout)

    def test_02_without_targets_it_asks_nobody(self):
        nobody = "AWS_ENDPOINT_URL=http://127.0.0.1:9"
        done = self.check(self.runner.run("targets.yml", "--env", nobody, command="plan"), 0)
        self.assertNotIn("gone.html", done.stdout)

    def test_03_targets_that_cannot_be_read_are_said_and_the_rest_is_planned(self):
        before = self.state()
        done = self.runner.run("targets.yml", "--targets", command="plan", variables={"SITE_BUCKET": "no-such-site"})
        self.check(done, 1)
        self.assertRegex(done.text, "NoSuchBucket|AccessDenied")
        self.assertIn("1 target could not be read", done.stdout)
        self.assertIn("/two/*", done.text)
        self.assertEqual(self.state(), before)
