"""deploy_test.py RUNNER [CLASS...] -- runs the workflows that need no AWS against the real servers of tests/support/lab and
looks at the result from outside. To be started by tests/support/lab/run. Here is workflows/blue-green; its tests build on
one another, in the order of their names. The others have a file each.
"""
import json
import os
import pathlib
import sys
import unittest

import compose_databases
import pages_site
import registry_deploys
import ssh_actions
import ssh_deploys
import world
from world import LAB, HOME, live, messages

BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "runner"
for module in (compose_databases, pages_site, registry_deploys, ssh_actions, ssh_deploys):
    module.BINARY = BINARY

from compose_databases import ComposeDatabases  # noqa: E402,F401
from pages_site import PagesSite  # noqa: E402,F401
from registry_deploys import RegistryDeploys  # noqa: E402,F401
from ssh_actions import SshActions  # noqa: E402,F401
from ssh_deploys import SshDeploys  # noqa: E402,F401


class Deploy(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.repo = world.Repo(LAB / "sample")
        cls.runner = world.Runner(BINARY, cls.repo)
        cls.pull_token = cls.runner.secrets["DOCKER_PULL_TOKEN"]
        cls.needles = world.needles(cls.runner.secrets)

    def deploy(self, status, *options, **how):
        done = self.runner.run("deploy.yml", *options, **how)
        self.assertEqual(done.returncode, status, done.text)
        self.assert_no_secret(done.text)
        return done

    def assert_no_secret(self, text):
        for needle in self.needles:
            self.assertNotIn(needle, text)

    def assert_stays_live(self, before):
        self.assertEqual(live(), before)
        self.assertEqual(list(world.containers()), [f"web_{before[0]}_1"])

    def assert_image(self, version):
        """Three tags, one manifest, and its image is what runs."""
        digests = {tag: world.manifest(tag, self.pull_token)[0] for tag in (self.repo.sha(), version, "latest")}
        self.assertEqual(len(set(digests.values())), 1, digests)
        config = world.manifest(version, self.pull_token)[1]["config"]["digest"]
        running = world.shell(f"docker inspect --format '{{{{.Image}}}}' web_{live()[0]}_1").strip()
        self.assertEqual(running, config)
        return digests["latest"]

    def assert_message(self, message, version, word, color):
        self.assertEqual(message["username"], "deploy")
        self.assertTrue(message["content"].startswith(f"web {version} on WEB_1: {word}"), message)
        embed = message["embeds"][0]
        self.assertEqual(int(embed["color"]), color)
        self.assertEqual(embed["title"], "Deploy " + ("success" if word == "live" else "failure"))
        self.assertIn(f"Commit: {self.repo.sha()}", embed["description"])
        self.assertIn("Branch: main", embed["description"])

    # --- what stands in for Discord is as strict as Discord's documentation --------------------------------------------

    def test_00_the_receiver_refuses_what_discord_refuses(self):
        embed = {"title": "t"}
        for why, body, code in (
                ("content over 2000", {"content": "x" * 2001}, 50035),
                ("nothing to show", {"username": "deploy"}, 50006),
                ("eleven embeds", {"embeds": [embed] * 11}, 50035),
                ("title over 256", {"embeds": [{"title": "x" * 257}]}, 50035),
                ("6001 characters in all", {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]}, 50035),
                ("no such colour", {"embeds": [{**embed, "color": 0x1000000}]}, 50035),
                ("colour by name", {"embeds": [{**embed, "color": "green"}]}, 50035),
                ("its own name", {"content": "x", "username": "Discord bot"}, 50035),
                ("an unknown member", {"content": "x", "colour": 1}, 50035),
                ("content is no text", {"content": 1}, 50035)):
            with self.subTest(why):
                status, answer = world.post(self.runner.secrets["DISCORD_WEBHOOK"], body)
                self.assertEqual((status, answer["code"]), (400, code))
        self.assertEqual(world.post(self.runner.secrets["DISCORD_WEBHOOK"] + "x", {"content": "x"})[0], 401)
        self.assertEqual(messages(), [])

    # --- it works ------------------------------------------------------------------------------------------------------

    def test_01_a_plan_changes_nothing(self):
        done = self.runner.command("plan", "deploy.yml", "-C", self.repo.path, "--secret-file", LAB / "secrets",
                                   "--var-file", LAB / "vars", "--format", "json")
        self.assertEqual(done.returncode, 0, done.text)
        plan = json.loads(done.stdout)
        self.assertEqual([job["id"] for job in plan["jobs"]], ["build-and-push", "deploy"])
        self.assertEqual(world.tags(self.pull_token), [])
        self.assertEqual(world.containers(), {})
        self.assertEqual(messages(), [])

    def test_02_first_deploy_is_blue(self):
        done = self.deploy(0)
        self.assertEqual(live(), ("blue", "1.1"))
        digest = self.assert_image("1.1")
        self.assertIn(digest[:15], done.text)  # said to the user
        self.assertEqual(world.server_files("web/1.1"), {"deploy.sh": "0o755", "docker-compose.yml": "0o644"})
        self.assertEqual(len(messages()), 1)
        self.assert_message(messages()[0], "1.1", "live", 0x00FF00)

    def test_03_second_deploy_is_green_and_loses_no_request(self):
        self.repo.commit("app/www/index.html", "<p>Now this is version @VERSION@.</p>\n")
        rsa = {**self.runner.secrets, "SSH_KEY_WEB_1": (LAB / "keys/deploy_rsa").read_text().strip()}
        with world.ProcessWatch(self.needles + world.needles(rsa)) as watch, world.Load() as load:
            self.deploy(0, secrets=rsa)
        self.assertEqual(load.failures, [])
        self.assertEqual((load.versions[0], load.versions[-1]), ("1.1", "2.1"))
        self.assertGreater(load.count, 100)
        self.assertEqual(watch.found, set())
        self.assertIn(BINARY.encode(), watch.seen)  # it did look
        self.assertGreater(watch.rounds, 50)
        self.assertEqual(live(), ("green", "2.1"))
        self.assertEqual(world.site("/"), "<p>Now this is version 2.1.</p>")
        self.assertEqual(list(world.containers()), ["web_green_1"])
        self.assert_image("2.1")
        self.assert_message(messages()[-1], "2.1", "live", 0x00FF00)

    # --- the deploy fails --------------------------------------------------------------------------------------------

    def test_04_a_script_that_fails_leaves_the_old_version_live(self):
        before, script = live(), (self.repo.path / "deploy/deploy.sh").read_text()
        self.repo.commit("deploy/deploy.sh", "#!/bin/sh\necho 'no space left'\nexit 1\n", 0o755)
        done = self.deploy(1)
        self.assert_stays_live(before)
        self.assert_message(messages()[-1], "3.1", "failed", 0xFF0000)
        self.assertIn("no space left", done.text)
        self.repo.commit("deploy/deploy.sh", script, 0o755)

    def test_05_a_container_that_never_answers_is_taken_away(self):
        before, start = live(), (self.repo.path / "app/start").read_text()
        self.repo.commit("app/start", "#!/bin/sh\nexec tail -f /dev/null\n", 0o755)
        with world.Load(threads=1) as load:
            done = self.deploy(1, variables={"HEALTH_TRIES": "4"})
        self.assertEqual(load.failures, [])
        self.assertEqual(set(load.versions), {before[1]})
        self.assert_stays_live(before)
        self.assert_message(messages()[-1], "4.1", "failed", 0xFF0000)
        self.assertIn("did not answer", done.text)
        self.repo.commit("app/start", start, 0o755)

    # --- the surroundings are wrong ------------------------------------------------------------------------------------

    def test_06_wrong_registry_password(self):
        before, heard, pushed = live(), len(messages()), world.tags(self.pull_token)
        done = self.deploy(1, secrets={**self.runner.secrets, "DOCKER_PUSH_TOKEN": "wrong-password"})
        self.assertIn(world.REGISTRY, done.text)
        self.assertRegex(done.text, "(?i)unauthori[sz]ed|401|password")
        self.assertNotIn("wrong-password", done.text)
        self.assertEqual(world.tags(self.pull_token), pushed)
        self.assertEqual(len(messages()), heard)  # the job that would tell was skipped
        self.assert_stays_live(before)

    def test_07_no_docker_engine(self):
        done = self.deploy(1, environment={"DOCKER_HOST": f"unix://{LAB}/nothing.sock"})
        self.assertIn(f"{LAB}/nothing.sock", done.text)
        self.assertRegex(done.text, "(?i)docker")

    def test_08_refused_ssh_login(self):
        before = live()
        world.shell(f"ssh-keygen -q -t ed25519 -N '' -f {LAB}/keys/stranger")
        key = (LAB / "keys/stranger").read_text().strip()
        done = self.deploy(1, secrets={**self.runner.secrets, "SSH_KEY_WEB_1": key})
        self.assertRegex(done.text, "(?i)unable to authenticate|authentication|refused")
        self.assertNotIn(key.splitlines()[2], done.text)
        self.assert_stays_live(before)
        self.assertIn(": failed", messages()[-1]["content"])

    def test_09_changed_host_key(self):
        before = live()
        with world.sshd_with_another_host_key():
            done = self.deploy(1)
        self.assertRegex(done.text, "(?i)host key")
        self.assertRegex(done.text, "(?i)known.hosts|changed")
        self.assert_stays_live(before)

    def test_10_unknown_host_key_where_only_known_ones_may_be(self):
        done = self.deploy(1, "--strict-host-keys", environment={"XDG_STATE_HOME": str(LAB / "other-state")})
        self.assertRegex(done.text, "(?i)host key")

    def test_11_a_required_secret_is_missing(self):
        pushed, heard = world.tags(self.pull_token), len(messages())
        secrets = {name: value for name, value in self.runner.secrets.items() if name != "DISCORD_WEBHOOK"}
        done = self.deploy(2, secrets=secrets)
        self.assertIn("DISCORD_WEBHOOK", done.stderr)
        self.assertEqual((world.tags(self.pull_token), len(messages())), (pushed, heard))

    def test_12_a_branch_that_the_filters_exclude(self):
        pushed = world.tags(self.pull_token)
        self.repo.git("branch", "-f", "elsewhere")
        done = self.deploy(2, "--ref", "refs/heads/elsewhere")
        self.assertIn("--force", done.stderr)
        self.assertEqual(world.tags(self.pull_token), pushed)

    def test_13_password_login(self):
        self.repo.commit(".github/workflows/password.yml", """
on: push
jobs:
  hello:
    runs-on: ubuntu-latest
    steps:
      - uses: appleboy/ssh-action@v1
        with:
          host: ${{ secrets.HOST_WEB_1 }}
          username: deploy
          password: ${{ secrets.PASSWORD }}
          script: |
            echo "I am $(whoami) and the password is ${{ secrets.PASSWORD }}"
            exit 7
""")
        password = (LAB / "keys/deploy_password").read_text().strip()
        done = self.runner.run("password.yml", secrets={**self.runner.secrets, "PASSWORD": password})
        self.assertEqual(done.returncode, 1, done.text)
        self.assertIn("I am deploy and the password is ***", done.text)
        self.assertRegex(done.text, r"exited with status 7|exit(ed)? (status |code )?7")
        self.assertNotIn(password, done.text)

    # --- what is left ----------------------------------------------------------------------------------------------------

    def test_20_it_deploys_again_after_all_that(self):
        before = live()
        self.deploy(0)
        self.assertEqual(live()[0], "blue" if before[0] == "green" else "green")

    def test_21_no_secret_stays_in_a_file(self):
        self.assertEqual(world.files_with(self.needles, HOME, self.repo.path, world.SERVER_HOME, "/var/log",
                                          LAB / "log"), [])
        for folder in (HOME / ".local/state/runner", HOME / ".cache/runner"):
            if folder.exists():
                self.assertEqual(oct(folder.stat().st_mode & 0o777), "0o700", folder)
        self.assertTrue((HOME / ".local/state/runner").exists())
        left = [path.name for path in HOME.iterdir() if path.name not in (".local", ".cache", ".config")]
        self.assertEqual(left, [])  # no ~/.docker, no ~/.ssh

    def test_22_logs_are_kept_and_masked(self):
        runs = self.runner.command("runs", "-C", self.repo.path)
        self.assertEqual(runs.returncode, 0, runs.text)
        logs = self.runner.command("logs", "1", "-C", self.repo.path)
        self.assertEqual(logs.returncode, 0, logs.text)
        self.assertIn("live: blue", logs.stdout)
        self.assert_no_secret(logs.text)

    def test_23_nothing_of_a_run_is_left_running(self):
        self.assertEqual([pid for pid in os.listdir("/proc") if pid.isdigit() and world.program(pid) == BINARY], [])


def load_tests(loader, *_):
    """Deploy first: it begins with servers that nobody has used."""
    return unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in (
        Deploy, SshDeploys, SshActions, RegistryDeploys, PagesSite, ComposeDatabases))


if __name__ == "__main__":
    os.chdir(LAB)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
