"""workflows/compose-databases: an app and three databases on one host. The tests build on one another, in the order of their
names.
"""
import json
import subprocess
import unittest
import urllib.error
import urllib.request

import common
import world
from common import LAB, ROOT

BINARY = "runner"  # set by deploy_test.py
APP = "http://127.0.0.1:8080"
DATABASES = ("postgres", "mongo", "redis")


def ask(method, path, text=None):
    request = urllib.request.Request(APP + path, text and text.encode(), method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode().strip()
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode().strip()}"


def container(service):
    return world.shell(f"docker ps -q --no-trunc --filter label=com.docker.compose.project=notes "
                       f"--filter label=com.docker.compose.service={service}").strip()


def query(service, *words):
    """What the database itself has, without the app."""
    done = subprocess.run(["docker", "exec", container(service), *words], text=True, capture_output=True, check=True)
    return done.stdout.strip()


class ComposeDatabases(unittest.TestCase):
    maxDiff = None
    password = "correct-horse-battery-staple"

    @classmethod
    def setUpClass(cls):
        subprocess.run([ROOT / "tests/support/lab/load_images"], check=True)
        cls.repo = common.Repo(LAB / "notes.repo", "compose-databases")
        cls.runner = common.Runner(BINARY, cls.repo)
        cls.runner.secrets["POSTGRE_DB_PASSWORD"] = cls.password
        cls.needles = world.needles(cls.runner.secrets)
        cls.first = cls.repo.sha()

    @classmethod
    def tearDownClass(cls):  # the tests that follow look at containers of their own
        world.shell("docker ps -aq --filter label=com.docker.compose.project=notes | xargs -r docker rm -f")

    def deploy(self, status, *options, **how):
        done = self.runner.run("deploy.yml", *options, **how)
        self.assertEqual(done.returncode, status, done.text)
        for needle in self.needles:
            self.assertNotIn(needle, done.text)
        return done

    def assert_notes(self, name, text):
        self.assertEqual(json.loads(ask("GET", f"/notes/{name}")), dict.fromkeys(DATABASES, text))

    def assert_live(self, version):
        self.assertEqual(ask("GET", "/health"), f"healthy {version}")
        self.assertEqual((world.SERVER_HOME / "notes/live").readlink().name, version)

    def databases(self):
        return [container(name) for name in DATABASES]

    # --- tests -----------------------------------------------------------------------------------------------------------

    def test_01_first_deploy(self):
        self.deploy(0)
        self.assert_live(self.first)
        self.assertEqual(world.messages()[-1]["content"], f"notes {self.first}: live")
        self.assertEqual(ask("GET", "/notes/first"), json.dumps(dict.fromkeys(DATABASES)))
        ask("PUT", "/notes/first", "written before the second deploy")
        self.assert_notes("first", "written before the second deploy")
        self.assertEqual(query("postgres", "psql", "-U", "notes", "-Atc", "SELECT body FROM notes"),
                         "written before the second deploy")
        self.assertEqual(query("redis", "redis-cli", "get", "note:first"), "written before the second deploy")

    def test_02_the_data_outlive_a_deploy(self):
        before = self.databases()
        self.repo.commit("app/news", "another version\n")
        self.deploy(0)
        self.assert_live(self.repo.sha())
        self.assertEqual(self.databases(), before)
        self.assert_notes("first", "written before the second deploy")

    def test_03_and_databases_that_are_made_anew(self):
        before = self.databases()
        path = self.repo.path / "deploy/docker-compose.yml"
        text = path.read_text()
        self.repo.commit("deploy/docker-compose.yml", text.replace("restart: unless-stopped", "restart: always"))
        self.deploy(0)
        self.assertFalse(set(before) & set(self.databases()))
        self.assert_live(self.repo.sha())
        self.assert_notes("first", "written before the second deploy")

    def test_04_an_app_that_never_gets_healthy_is_taken_back(self):
        live, text = self.repo.sha(), (self.repo.path / "app/main.py").read_text()
        ask("PUT", "/notes/second", "written before the failed deploy")
        self.repo.commit("app/main.py", 'raise SystemExit("no settings")\n')
        done = self.deploy(1, variables={"HEALTH_TRIES": "6"})
        self.assertIn("no settings", done.text)
        self.assertIn(f"live: {live}", done.text)
        self.assert_live(live)
        self.assert_notes("second", "written before the failed deploy")
        self.assertIn("failed, the release before stays", world.messages()[-1]["content"])
        self.repo.commit("app/main.py", text)

    def test_05_the_images_of_two_releases_are_kept(self):
        names = world.shell("docker image ls --format '{{.Tag}}' 127.0.0.1:5000/notes").split()
        live = (world.SERVER_HOME / "notes/live").readlink().name
        self.assertIn(live, names)
        self.assertNotIn(self.first, names)

    def test_06_an_earlier_commit_is_made_live_by_hand(self):
        pushed = world.tags(self.runner.secrets["DOCKER_PULL_TOKEN"], "notes")
        done = self.deploy(0, "--event", "workflow_dispatch", "-i", f"tag={self.first}")
        self.assert_live(self.first)
        self.assert_notes("second", "written before the failed deploy")
        self.assertEqual(world.tags(self.runner.secrets["DOCKER_PULL_TOKEN"], "notes"), pushed, done.text)

    def test_07_a_tag_that_was_never_pushed_changes_nothing(self):
        done = self.deploy(1, "--event", "workflow_dispatch", "-i", "tag=nowhere")
        self.assertIn("nothing was changed", done.text)
        self.assert_live(self.first)

    def test_08_a_password_that_env_files_would_read_otherwise(self):
        done = self.deploy(1, secrets={**self.runner.secrets, "POSTGRE_DB_PASSWORD": "two words"})
        self.assertIn("POSTGRE_DB_PASSWORD", done.text)
        self.assert_live(self.first)

    def test_09_secrets_are_on_the_server_in_env_files_of_its_user_alone(self):
        found = {line.split(":")[0] for line in common.files_with(self.needles, world.SERVER_HOME / "notes")}
        kept = [path for path in (world.SERVER_HOME / "notes").iterdir() if path.is_dir() and not path.is_symlink()]
        self.assertLessEqual(len(kept), 3)  # live, the one before, and the one that failed last
        self.assertEqual(found, {str(path / ".env") for path in kept})
        for path in found:
            self.assertEqual(world.shell(f"stat -c '%a %U' {path}").strip(), "600 deploy")
        self.assertEqual(common.files_with(self.needles, self.repo.path, common.HOME), [])
