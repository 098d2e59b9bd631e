"""workflows/aws-full-stack, deployed for real; the tests build on one another, in the order of their names."""
import aws_world
import common
from aws_case import AwsCase
from common import LAB, shell

FOR_EVER = "public, max-age=31536000, immutable"
SITE = "full-stack-site"
KINDS = {".html": "text/html", ".svg": "image/svg+xml", ".txt": "text/plain", ".css": "text/css"}
SCRIPTS = ("text/javascript", "application/javascript")  # Python's table of types changed its mind in 3.12


class FullStack(AwsCase):
    folder, account = "aws-full-stack", aws_world.PRD

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.distribution = cls.vars["CLOUDFRONT_DISTRIBUTION_ID"]
        cls.first_task = aws_world.service(cls.account, "app", "api")["taskDefinition"]

    def live(self):
        """Which task definition the service is on, and what its only container answers."""
        container = aws_world.only_container(self.account, "app")
        return aws_world.service(self.account, "app", "api")["taskDefinition"], aws_world.served(container)

    def state(self):
        """All that a deploy could change."""
        return (aws_world.objects(self.account, SITE), aws_world.service(self.account, "app", "api")["deployments"],
                aws_world.task_definitions(self.account), aws_world.tags(self.account, "api"),
                aws_world.invalidations(self.account, self.distribution),
                aws_world.only_container(self.account, "app")["Id"])

    def built_site(self):
        """The site as the workflow builds it, by its keys."""
        out = LAB / "expected-site"
        shell(f"git -C {self.repo.path} worktree add -qf --detach {LAB}/site-source HEAD && cd {LAB}/site-source && "
              f"frontend/build dist && rm -rf {out} && mv dist {out} && cd / && "
              f"git -C {self.repo.path} worktree remove --force {LAB}/site-source")
        return {str(path.relative_to(out)): path for path in sorted(out.rglob("*")) if path.is_file()}

    def assert_site(self):
        expected = self.built_site()
        self.assertEqual(sorted(aws_world.objects(self.account, SITE)), sorted(expected))
        for key, path in expected.items():
            cache = FOR_EVER if key.startswith("assets/") else "no-cache"
            kind = next(each for each in SCRIPTS if each == aws_world.content(self.account, SITE, key)[1]) \
                if path.suffix == ".js" else KINDS[path.suffix]
            self.assert_object(SITE, key, path, kind, cache)

    def assert_backend(self):
        """The image of this commit is in the registry, is what the service is on, and is what runs."""
        sha = self.repo.sha()
        name = f"{aws_world.registry(self.account)}/api:{sha}"
        digest, image = aws_world.manifest(self.account, "api", sha)
        task, version = self.live()
        definition = aws_world.task_definition(self.account, task)
        container = definition["containerDefinitions"][0]
        self.assertEqual(container["image"], name)
        self.assertEqual(container["environment"], [{"name": "LOG_LEVEL", "value": "info"},
                                                    {"name": "RELEASE", "value": sha}])
        self.assertEqual(definition["executionRoleArn"], self.vars["ECS_EXECUTION_ROLE_ARN"])
        self.assertEqual(version, sha)
        running = aws_world.only_container(self.account, "app")
        self.assertEqual(running["Image"], image)
        self.assertIn(f"RELEASE={sha}", running["Config"]["Env"])
        return task, digest

    # --- it works ------------------------------------------------------------------------------------------------------

    def test_01_a_plan_changes_nothing(self):
        before = self.state()
        for options in ((), ("--targets",)):
            with self.subTest(options):
                done = self.check(self.runner.run("deploy.yml", *options, command="plan"), 0)
                self.assertIn("backend", done.stdout)
                self.assertEqual(self.state(), before)

    def test_02_first_deploy(self):
        with common.ProcessWatch(self.needles) as watch:
            done = self.deploy(0)
        self.assertEqual(watch.found, set())
        self.assertGreater(watch.rounds, 50)
        task, digest = self.assert_backend()
        self.assertNotEqual(task, self.first_task)
        self.assertIn(digest, done.text)
        self.assert_site()
        self.assertEqual(aws_world.invalidations(self.account, self.distribution),
                         [(["/", "/index.html"], "Completed")])

    def test_03_second_deploy_changes_only_what_changed(self):
        before = aws_world.objects(self.account, SITE)
        self.repo.commit("frontend/src/style.css", "body { font: 16px serif; margin: 2em; }\n")
        self.deploy(0)
        after = aws_world.objects(self.account, SITE)
        script = next(key for key in before if key.endswith(".js"))
        self.assertEqual(after[script], before[script])  # not sent again: same name, same size, same time
        old, new = ({key for key in each if key.endswith(".css")} for each in (before, after))
        self.assertEqual((len(old), len(new), old & new), (1, 1, set()))
        self.assert_site()
        self.assert_backend()
        self.assertEqual(len(aws_world.tags(self.account, "api")), 3)  # the first image and two deploys

    # --- the deploy fails --------------------------------------------------------------------------------------------

    def test_04_tasks_that_die_leave_the_old_ones_live(self):
        live, site = self.live(), aws_world.objects(self.account, SITE)
        start = (self.repo.path / "backend/start").read_text()
        self.repo.commit("backend/start", "#!/bin/sh\necho 'no database' >&2\nexit 3\n", 0o755)
        done = self.deploy(1)
        self.assertRegex(done.text, "(?i)roll(ed )?back|circuit breaker")
        self.assertIn(live[0].rsplit("/", 1)[1], done.text)  # what is live is said: api:3
        self.assertEqual(self.live(), live)
        self.assertEqual(aws_world.objects(self.account, SITE), site)  # no page for a back end that is not there
        self.repo.commit("backend/start", start, 0o755)

    def test_05_it_deploys_again_after_that(self):
        self.deploy(0)
        self.assert_backend()
        self.assert_site()

    # --- the surroundings are wrong ------------------------------------------------------------------------------------

    def test_06_a_secret_is_missing(self):
        before = self.state()
        done = self.deploy(2, secrets={"AWS_ACCESS_KEY_ID": self.runner.secrets["AWS_ACCESS_KEY_ID"]})
        self.assertIn("AWS_SECRET_ACCESS_KEY", done.stderr)
        self.assertEqual(self.state(), before)

    def test_07_a_bucket_that_is_not_there_stops_before_the_pages(self):
        done = self.deploy(1, variables={"SITE_BUCKET": "full-stack-sight"})
        self.assertRegex(done.text, r"NoSuchBucket|AccessDenied")
        self.assertIn("Upload the assets", done.text)
        self.assertIn("full-stack-sight", done.text)
        self.assert_backend()  # done before, and said so
        self.assertIn("Deploy the service", done.text)

    # --- what is left ----------------------------------------------------------------------------------------------------

    def test_20_no_secret_stays_in_a_file(self):
        self.assert_no_secret_in_files(LAB / "log")

    def test_21_logs_are_kept_and_masked(self):
        logs = self.check(self.runner.command("logs", "1", "-C", self.repo.path), 0)
        self.assertIn("invalidation", logs.stdout)
