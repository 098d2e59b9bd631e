"""The AWS actions that none of the ready-made workflows has, and forms of the others that it has not: run as a user does,
and what came of it looked at from outside.
"""
import os

import aws_case
import aws_world
import common
from aws_case import AwsCase
from common import LAB

HEAD = """
on: push
env:
  AWS_REGION: ${{ vars.AWS_REGION }}
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
"""
CONFIGURE = """
      - uses: aws-actions/configure-aws-credentials@%s
        with:
          aws-region: ${{ vars.AWS_REGION }}
          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}
          aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
"""
GATEWAY = LAB / "s3-gateway"


class Actions(AwsCase):
    folder, account = "everything", aws_world.PRD

    @classmethod
    def setUpClass(cls):
        cls.where = aws_world.prepare(cls.folder)
        cls.repo = common.Repo(LAB / "actions.repo")
        cls.runner = aws_world.runner(aws_case.BINARY, cls.repo, cls.where)
        gateway = {"GATEWAY_KEY": os.environ["LAB_VERSITYGW_KEY"], "GATEWAY_SECRET": os.environ["LAB_VERSITYGW_SECRET"]}
        cls.runner.secrets.update(gateway)
        cls.vars = cls.runner.vars
        cls.needles = [cls.runner.secrets["AWS_SECRET_ACCESS_KEY"], gateway["GATEWAY_SECRET"]]
        for name in ("index.html", "assets/app.js", "notes.txt"):
            cls.repo.commit(f"public/{name}", f"the content of {name}\n")

    def steps(self, text, status=0, **how):
        self.repo.commit(".github/workflows/actions.yml", HEAD + text)
        return self.check(self.runner.run("actions.yml", **how), status).text

    def cli(self, *words):
        return aws_world.cli(self.account, *words)

    def test_01_a_folder_comes_to_a_server_that_is_not_amazons(self):
        (GATEWAY / "synced/site").mkdir(parents=True)
        (GATEWAY / "synced/site/old.html").write_text("old")
        said = self.steps(f"""
      - uses: jakejarvis/s3-sync-action@v0.5.1
        with:
          args: --delete --exclude '*.txt'
        env:
          AWS_S3_BUCKET: synced
          AWS_S3_ENDPOINT: {os.environ["LAB_VERSITYGW"]}
          AWS_ACCESS_KEY_ID: ${{{{ secrets.GATEWAY_KEY }}}}
          AWS_SECRET_ACCESS_KEY: ${{{{ secrets.GATEWAY_SECRET }}}}
          SOURCE_DIR: public
          DEST_DIR: site
""")
        self.assertIn("delete: s3://synced/site/old.html", said)
        found = {str(path.relative_to(GATEWAY / "synced")): path.read_text()
                 for path in (GATEWAY / "synced/site").rglob("*") if path.is_file()}
        self.assertEqual(found, {"site/index.html": "the content of index.html\n",
                                 "site/assets/app.js": "the content of assets/app.js\n"})

    def test_02_cloudfront_forgets_paths_of_a_variable_and_of_a_file(self):
        distribution = self.vars["CLOUDFRONT_DISTRIBUTION_ID"]
        before = len(aws_world.invalidations(self.account, distribution))
        self.steps(CONFIGURE % "v4" + """
      - uses: chetan/invalidate-cloudfront-action@v2
        env:
          DISTRIBUTION: ${{ vars.CLOUDFRONT_DISTRIBUTION_ID }}
          PATHS: /index.html /assets/*
      - run: printf '/one\\n/two/*\\n' >paths
      - uses: chetan/invalidate-cloudfront-action@v2.4
        env:
          DISTRIBUTION: ${{ vars.CLOUDFRONT_DISTRIBUTION_ID }}
          PATHS_FROM: paths
""")
        self.assertEqual([paths for paths, _ in aws_world.invalidations(self.account, distribution)[before:]],
                         [["/index.html", "/assets/*"], ["/one", "/two/*"]])

    def test_03_a_build_of_this_commit(self):
        before = set(self.cli("codebuild", "list-builds-for-project", "--project-name", "everything")["ids"])
        said = self.steps(CONFIGURE % "v5" + """
      - uses: aws-actions/aws-codebuild-run-build@v1
        id: build
        with: {project-name: everything, update-interval: 1}
      - run: echo "the build was $BUILD"
        env: {BUILD: "${{ steps.build.outputs.aws-build-id }}"}
""")
        started = set(self.cli("codebuild", "list-builds-for-project", "--project-name", "everything")["ids"]) - before
        self.assertEqual(len(started), 1)
        self.assertIn(f"the build was {started.copy().pop()}", said)
        build = self.cli("codebuild", "batch-get-builds", "--ids", *started)["builds"][0]
        self.assertEqual((build["sourceVersion"], build["buildStatus"]), (self.repo.sha(), "SUCCEEDED"))

    def test_04_a_role_is_assumed_and_forgotten_with_the_job(self):
        said = self.steps(CONFIGURE % "v6" + """
          role-to-assume: ${{ vars.ROLE }}
          role-session-name: deploy
          role-skip-session-tagging: true
      - run: aws sts get-caller-identity --query Arn --output text
      - run: test -n "$AWS_SESSION_TOKEN"
""")
        self.assertIn("assumed-role/everything-deploy/deploy", said)
        self.assertFalse((common.HOME / ".aws").exists())

    def test_05_an_image_goes_to_ecr_under_the_login_of_the_job(self):
        self.repo.commit("image/Dockerfile", "FROM scratch\nCOPY Dockerfile /\n")
        self.steps(CONFIGURE % "v4" + """
      - uses: aws-actions/amazon-ecr-login@v2
        id: ecr
      - run: docker build -t "$IMAGE" image && docker push "$IMAGE"
        env: {IMAGE: "${{ steps.ecr.outputs.registry }}/everything:actions"}
""")
        self.assertIn("actions", aws_world.tags(self.account, "everything"))
        self.assertFalse((common.HOME / ".docker").exists())
