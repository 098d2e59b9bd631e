"""Copies and scripts over ssh to servers that are not all well: what is reported, and what is left behind."""
import unittest

import common
import ssh_servers
import world
from common import LAB
from ssh_servers import DOWN, INNER, JUMP, sshd

BINARY = "runner"  # set by deploy_test.py

WORKFLOW = """
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Copy
        uses: appleboy/scp-action@v1
        with:
          host: {hosts}
          username: deploy
          {login}
          source: files/*
          target: ~/{target}
          strip_components: 1
          {more}
      - name: Start
        if: {condition}
        uses: appleboy/ssh-action@v1
        with:
          host: {hosts}
          username: deploy
          {login}
          {more}
          script: |
            echo "$(cat ~/{target}/note) from $(echo "$SSH_CONNECTION" | cut -d' ' -f1,3)"
"""
BEHIND_JUMP = f"proxy_host: {JUMP}\nproxy_username: deploy\nproxy_key: ${{{{ secrets.SSH_KEY_WEB_1 }}}}"
KEY = "key: ${{ secrets.SSH_KEY_WEB_1 }}"


class SshDeploys(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.repo = common.Repo(LAB / "ssh.repo")
        cls.repo.commit("files/note", "copied\n")
        cls.runner = common.Runner(BINARY, cls.repo)
        cls.password = (LAB / "keys/deploy_password").read_text().strip()
        cls.runner.secrets["PASSWORD"] = cls.password
        cls.needles = world.needles(cls.runner.secrets)

    def deploy(self, status, *words, command="run", options=(), **how):
        """What run, or another command, says to the workflow with these hosts, target and so on."""
        self.write_workflow(*words, **{name: how.pop(name) for name in ("login", "more", "condition") if name in how})
        done = self.runner.run("ssh.yml", *options, command=command, **how)
        self.assertEqual(done.returncode, status, done.text)
        for needle in self.needles:
            self.assertNotIn(needle, done.text)
        return done

    def write_workflow(self, hosts, target, login=KEY, more="", condition="success()"):
        text = WORKFLOW.format(hosts=hosts, target=target, login=login, more=more.replace("\n", "\n          "),
                               condition=condition)
        self.repo.commit(".github/workflows/ssh.yml", text)

    def test_01_two_servers_behind_a_jump_host_one_of_which_is_down(self):
        with ssh_servers.network_behind_a_jump_host():
            done = self.deploy(1, f"{DOWN},{INNER}", "behind", more=BEHIND_JUMP, condition="always()")
        self.assertIn(f"from {ssh_servers.JUMP_INSIDE} {INNER}", done.text)  # it went through the jump host
        self.assertEqual((world.SERVER_HOME / "behind/note").read_text(), "copied\n")
        failed = [line for line in done.text.splitlines() if DOWN in line]
        self.assertRegex("\n".join(failed), "(?i)refused|no route|connect")
        for step in ("Copy", "Start"):
            self.assertRegex(done.text, f"✗ deploy / {step}")

    def test_02_a_server_with_rsa_alone(self):
        only = ("PubkeyAcceptedAlgorithms rsa-sha2-256,rsa-sha2-512", "HostKeyAlgorithms rsa-sha2-512")
        rsa = {**self.runner.secrets, "SSH_KEY_WEB_1": (LAB / "keys/deploy_rsa").read_text().strip()}
        with sshd(2301, *only, host_key=ssh_servers.rsa_host_key()) as address:
            self.deploy(0, address, "rsa", secrets=rsa)
            refused = self.deploy(1, address, "rsa-refused")
        self.assertRegex(refused.text, "(?i)unable to authenticate|authentication|refused")
        self.assertFalse((world.SERVER_HOME / "rsa-refused").exists())

    def test_03_a_server_with_passwords_alone(self):
        with sshd(2302, "PubkeyAuthentication no") as address:
            self.deploy(0, address, "password", login="password: ${{ secrets.PASSWORD }}")
            refused = self.deploy(1, address, "password-refused")
        self.assertRegex(refused.text, "(?i)unable to authenticate|authentication|refused")
        self.assertFalse((world.SERVER_HOME / "password-refused").exists())

    def test_04_a_full_disk(self):
        self.repo.commit("files/large", "x" * 300_000)
        with ssh_servers.full_disk("full"):
            done = self.deploy(1, "127.0.0.1:2222", "full/app")
        self.assertRegex(done.text, "(?i)no space left")
        self.assertIn("- deploy / Start  skipped", done.text)  # nothing runs over half a copy

    def test_05_a_connection_that_breaks_in_the_middle(self):
        self.repo.commit("files/large", "x" * 3_000_000)
        with ssh_servers.BreakingConnection(most=1_000_000) as connection:
            done = self.deploy(1, connection.address, "broken")
        self.assertGreater(connection.broken, 0)
        self.assertIn(connection.address.split(":")[0], done.text)
        self.assertRegex(done.text, "(?i)clos|reset|broke|lost|disconnect")
        self.assertIn("- deploy / Start  skipped", done.text)

    def test_06_a_plan_looks_at_servers_and_changes_nothing(self):
        known = common.HOME / ".local/state/runner/known_hosts"
        before = known.read_bytes(), sorted((world.SERVER_HOME / "behind").iterdir())
        how = {"command": "plan", "options": ("--targets",), "more": BEHIND_JUMP}
        with ssh_servers.network_behind_a_jump_host():
            done = self.deploy(1, f"{DOWN},{INNER}", "behind", **how)  # one of the two cannot be read
            stranger = self.deploy(1, f"{DOWN},{INNER}", "behind", **how,
                                   environment={"XDG_STATE_HOME": str(LAB / "state-of-a-stranger")})
        self.assertIn(f"deploy@{INNER}:22: login works (key), host key known (ssh-rsa)", done.text)
        self.assertIn(f"deploy@{INNER}:22: through {JUMP}:22", done.text)
        self.assertRegex(done.text, r"adds 1 file \(large\), replaces 1 \(note\)")
        self.assertRegex(done.text, f"deploy@{DOWN}:22: .*(?i:connect|refused)")
        self.assertRegex(stranger.text, "host key unknown: ssh-rsa SHA256:")
        self.assertFalse((LAB / "state-of-a-stranger/runner/known_hosts").exists())
        self.assertEqual((known.read_bytes(), sorted((world.SERVER_HOME / "behind").iterdir())), before)
