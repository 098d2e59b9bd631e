"""workflows/aws-environments: a bare repository with the hook, three branches, three accounts. The tests build on one
another, in the order of their names.
"""
import concurrent.futures
import os
import shutil
import subprocess

import aws_case
import aws_world
import common
from common import LAB, ROOT

ACCOUNTS = {"dev": aws_world.DEV, "stg": aws_world.STG, "main": aws_world.PRD}
NAMES = {"dev": "dev", "stg": "stg", "main": "prd"}


class Environments(aws_case.AwsCase):
    folder = "aws-environments"

    @classmethod
    def setUpClass(cls):
        cls.bare = LAB / "pet-web.git"
        subprocess.run(["git", "init", "-q", "--bare", cls.bare], check=True)
        values = aws_world.prepare(cls.folder)
        for path in values.iterdir():
            shutil.copy(path, cls.bare)
        (cls.bare / ".env").write_text(f"AWS_ENDPOINT_URL={aws_world.ENDPOINT}\n")
        shutil.copy(ROOT / "workflows" / cls.folder / "post-receive", cls.bare / "hooks")
        cls.repo = common.Repo(LAB / f"{cls.__name__}.repo", cls.folder)
        cls.repo.git("remote", "add", "origin", cls.bare)
        secrets = [common.read_env(values / f".secrets.{name}") for name in NAMES.values()]
        cls.needles = [needle for each in secrets for needle in aws_case.needles(each)]
        cls.distributions = {branch: common.read_env(values / f".vars.{name}")["CLOUDFRONT_DISTRIBUTION_ID"]
                             for branch, name in NAMES.items()}

    def push(self, *refs):
        done = subprocess.run(["git", "-C", self.repo.path, "push", "origin", *refs], text=True, capture_output=True,
                              env={**os.environ, "RUNNER": aws_case.BINARY}, timeout=common.RUN_LIMIT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_no_secret(done.stderr)
        return done.stderr  # git shows what the hook prints there

    def version(self, branch):
        return f"{NAMES[branch]} {self.repo.git('rev-parse', branch)[:7]}"

    def state(self, branch):
        account = ACCOUNTS[branch]
        return (aws_world.service(account, "pet-web", "pet-web")["deployments"], aws_world.tags(account, "pet-web"),
                aws_world.invalidations(account, self.distributions[branch]),
                self.live(branch)["Id"])

    def live(self, branch):
        return aws_world.only_container(ACCOUNTS[branch], "pet-web")

    def assert_live(self, branch):
        account, container = ACCOUNTS[branch], self.live(branch)
        self.assertEqual(aws_world.served(container), self.version(branch))
        tag = self.version(branch).split()[1]
        pushed, latest = (aws_world.manifest(account, "pet-web", each) for each in (tag, "latest"))
        self.assertEqual(pushed, latest)
        self.assertEqual(container["Image"], pushed[1])
        self.assertTrue(container["Config"]["Image"].startswith(aws_world.registry(account) + "/pet-web"))
        deployment = aws_world.service(account, "pet-web", "pet-web")["deployments"][0]
        self.assertEqual((deployment["status"], deployment["rolloutState"]), ("PRIMARY", "COMPLETED"))

    # --- tests -----------------------------------------------------------------------------------------------------------

    def test_01_a_branch_without_an_environment_deploys_nothing(self):
        before = [self.state(branch) for branch in NAMES]
        self.repo.git("branch", "feature")
        self.assertNotIn("deploy", self.push("feature"))
        self.assertEqual([self.state(branch) for branch in NAMES], before)

    def test_02_each_branch_goes_to_its_account(self):
        for branch in ("dev", "stg"):
            self.repo.git("checkout", "-qb", branch)
            self.repo.commit("app/note", f"for {branch}\n")
        with concurrent.futures.ThreadPoolExecutor() as pool:  # three pushes at once
            shown = dict(zip(NAMES, pool.map(self.push, NAMES)))
        for branch in NAMES:
            with self.subTest(branch):
                self.assertIn("PASSED", shown[branch])
                self.assert_live(branch)
                tag = self.version(branch).split()[1]
                self.assertEqual(aws_world.tags(ACCOUNTS[branch], "pet-web"), sorted([tag, "latest"]))
                self.assertEqual(aws_world.invalidations(ACCOUNTS[branch], self.distributions[branch]),
                                 [(["/*"], "Completed")])

    def test_03_tasks_that_die_leave_the_old_ones_live(self):
        before, others = self.live("dev")["Id"], [self.state("stg"), self.state("main")]
        first = aws_world.service(aws_world.DEV, "pet-web", "pet-web")["deployments"][0]["id"]
        start = (self.repo.path / "app/start").read_text()
        self.repo.git("checkout", "-q", "dev")
        self.repo.commit("app/start", "#!/bin/sh\nexit 3\n", 0o755)
        shown = self.push("dev")
        self.assertIn("deploy failed: dev", shown)
        self.assertIn("was rolled back", shown)
        self.assertIn("FAILED", shown)
        self.assertEqual(self.live("dev")["Id"], before)
        self.assertIn(first.split("/")[1][:8], shown)  # what is live is said
        self.assertEqual([self.state("stg"), self.state("main")], others)
        self.assertEqual(len(aws_world.invalidations(aws_world.DEV, self.distributions["dev"])), 1)
        self.repo.commit("app/start", start, 0o755)

    def test_04_a_fix_deploys_and_a_deleted_branch_does_not(self):
        self.push("dev")
        self.assert_live("dev")
        before = self.state("stg")
        self.assertNotIn("deploy", self.push(":stg"))
        self.assertEqual(self.state("stg"), before)

    def test_05_a_region_that_nobody_set(self):
        before = self.state("main")
        variables = self.bare / ".vars.prd"
        variables.write_text(variables.read_text().replace("AWS_REGION", "REGION"))
        self.repo.git("checkout", "-q", "main")
        self.repo.commit("app/note", "no region\n")
        shown = self.push("main")
        self.assertIn("deploy failed: main", shown)
        self.assertRegex(shown, "(?i)region")
        self.assertEqual(self.state("main"), before)

    def test_20_no_secret_stays_in_a_file(self):
        self.assert_no_secret_in_files(LAB / "log")
        self.assertEqual(oct((self.bare / ".secrets.dev").stat().st_mode & 0o777), "0o600")

