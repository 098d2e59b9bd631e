"""Images pushed to registries that are not all well: what is reported, and that nothing is deployed then."""
import json
import unittest

import common
import registries
import world
from common import LAB

BINARY = "runner"  # set by deploy_test.py


class RegistryDeploys(unittest.TestCase):
    """With the workflow of blue-green: its first job pushes, the second one deploys and tells the chat."""
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.repo = common.Repo(LAB / "registry.repo")
        cls.runner = common.Runner(BINARY, cls.repo)
        cls.needles = world.needles(cls.runner.secrets)
        cls.token = cls.runner.secrets["DOCKER_PULL_TOKEN"]

    def deploy(self, status, registry, *options, **how):
        done = self.runner.run("deploy.yml", *options, variables={"REGISTRY": registry}, **how)
        self.assertEqual(done.returncode, status, done.text)
        for needle in self.needles:
            self.assertNotIn(needle, done.text)
        return done

    def assert_nothing_deployed(self, registry):
        before = (world.tags(self.token), world.containers(), world.live_or_nothing(), world.messages())
        done = self.deploy(1, registry)
        self.assertEqual((world.tags(self.token), world.containers(), world.live_or_nothing(), world.messages()), before)
        self.assertIn("✗ build-and-push / Build and push", done.text)
        self.assertRegex(done.text, "deploy skipped")
        return done

    # --- tests -----------------------------------------------------------------------------------------------------------

    def test_01_a_push_that_is_denied(self):
        with registries.proxy(registries.DeniedPush) as registry:
            done = self.assert_nothing_deployed(registry.name)
            self.assertGreater(registry.failed, 0)
        self.assertRegex(done.text, "denied: requested access to the resource is denied")
        self.assertIn(registry.name, done.text)

    def test_02_a_registry_that_only_serves(self):
        with registries.read_only() as address:
            done = self.assert_nothing_deployed(address)
        self.assertRegex(done.text, "(?i)read.?only|unsupported|405")

    def test_03_layers_that_the_registry_refuses(self):
        with registries.proxy(registries.RefusedLayers) as registry:
            done = self.assert_nothing_deployed(registry.name)
            self.assertGreater(registry.failed, 0)
        self.assertIn("the quota of this project is used up", done.text)
        self.assertIn(registry.name, done.text)

    def test_04_a_layer_that_fails_once_is_sent_again(self):
        with registries.proxy(registries.FailingLayer) as registry:
            done = self.deploy(0, registry.name, "-j", "build-and-push")
            self.assertEqual(registry.failed, 1)
        self.assertIn("Retrying in 5 seconds", done.text)

    def test_05_a_registry_with_tls_and_passwords(self):
        with registries.with_tls() as name:
            refused = self.deploy(1, name, "-j", "build-and-push",
                                  secrets={**self.runner.secrets, "DOCKER_PUSH_TOKEN": "wrong-password"})
            self.assertRegex(refused.text, "(?i)unauthori[sz]ed|401|password")
            self.deploy(0, name, "-j", "build-and-push")
            plan = self.runner.run("deploy.yml", "--targets", "--format", "json", command="plan",
                                   variables={"REGISTRY": name})
        self.assertEqual(plan.returncode, 0, plan.text)
        self.assertEqual([job["id"] for job in json.loads(plan.stdout)["jobs"]], ["build-and-push", "deploy"])

    def test_06_a_plan_that_reads_the_registry(self):
        plan = self.runner.run("deploy.yml", "--targets", command="plan", environment={"COLUMNS": "200"})
        self.assertEqual(plan.returncode, 0, plan.text)
        self.assertIn(f"{world.REGISTRY}/web:latest", plan.text)
        for needle in self.needles:
            self.assertNotIn(needle, plan.text)
