"""Every action that logs in to a server, as a user runs it: by `runner run`, with the PATH, HOME and wrappers that a job
has, against the lab's sshd. What arrived is looked at in the server's files. The tests stand alone.
"""
import collections
import os
import shutil
import subprocess
import textwrap
import unittest

import common
import world
from common import LAB
from ssh_servers import sshd
from world import SERVER_HOME

BINARY = "runner"  # set by deploy_test.py

CHECKOUT = "- uses: actions/checkout@v4\n  with: {fetch-depth: 0}\n"
RSYNC = """
- uses: burnett01/rsync-deployments@7.0.2
  with:
    switches: -avr --delete
    path: site/
    remote_path: {target}
    remote_host: 127.0.0.1
    remote_port: {port}
    remote_user: deploy
    remote_key: ${{{{ secrets.KEY }}}}
    remote_key_pass: ${{{{ secrets.PASSPHRASE }}}}
"""
SSH_DEPLOY = """
- uses: easingthemes/ssh-deploy@v5
  env:
    SSH_PRIVATE_KEY: ${{{{ secrets.KEY }}}}
    REMOTE_HOST: 127.0.0.1
    REMOTE_PORT: {port}
    REMOTE_USER: deploy
    SOURCE: site/
    TARGET: {home}/{target}/
    ARGS: -rlzv --delete
    EXCLUDE: /private/
    SCRIPT_BEFORE: mkdir -p {target} && ls {target} >before
    SCRIPT_AFTER: |
      ls {target} >after
      echo "$RSYNC_STDOUT" >>after
    SCRIPT_AFTER_REQUIRED: true
"""
# Wrappers that note what they are asked and go on to the program that was there before them.
WRAPPERS = """
- run: |
    mkdir ~/wrappers
    for name in ssh scp sftp; do
      printf '#!/bin/sh\\necho "%s $*" >>{asked}\\nexec "%s" "$@"\\n' $name "$(command -v $name)" >~/wrappers/$name
      chmod 755 ~/wrappers/$name
    done
    {how}
"""
ON_PATH_OF_THE_JOB = "echo ~/wrappers >>$GITHUB_PATH"
KNOWN = "- run: mkdir -p -m 700 ~/.ssh && ssh-keyscan -p 2222 127.0.0.1 >>~/.ssh/known_hosts\n"
SCRIPTS = """
- run: |
    {before}
    ssh -p 2222 deploy@127.0.0.1 'mkdir -p {target} && echo by ssh >{target}/ssh'
    echo by rsync >rsync && rsync -e "ssh -p 2222" rsync deploy@127.0.0.1:{target}/
    echo by scp >scp && scp -q -P 2222 scp deploy@127.0.0.1:{target}/
    echo by sftp >sftp && echo "put sftp {target}/" | sftp -q -P 2222 deploy@127.0.0.1
    git push -q ssh://deploy@127.0.0.1:2222{home}/{target}.git HEAD:refs/heads/pushed
"""


class SshActions(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.repo = common.Repo(LAB / "ssh-actions.repo")
        cls.repo.commit("site/index.html", "hello\n")
        cls.repo.commit("site/private/notes", "not for the server\n")
        cls.runner = common.Runner(BINARY, cls.repo)
        cls.runner.secrets["KEY"] = cls.runner.secrets["SSH_KEY_WEB_1"]
        cls.runner.secrets["PASSPHRASE"] = ""
        cls.needles = world.needles(cls.runner.secrets)

    def run_steps(self, status, steps, **how):
        text = "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    timeout-minutes: 1\n    steps:\n"
        self.repo.commit(".github/workflows/actions.yml",
                         text + textwrap.indent(CHECKOUT + steps.strip() + "\n", " " * 6))
        done = self.runner.run("actions.yml", **how)
        self.assertEqual(done.returncode, status, done.text)
        for needle in self.needles:
            self.assertNotIn(needle, done.text)
        return done

    def files(self, folder):
        root = SERVER_HOME / folder
        return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}

    def check_scripts(self, target):
        self.assertEqual(self.files(target), {name: f"by {name}\n" for name in ("ssh", "rsync", "scp", "sftp")})
        pushed = ["git", "-c", "safe.directory=*", "-C", SERVER_HOME / f"{target}.git", "rev-parse", "pushed"]
        self.assertEqual(subprocess.run(pushed, check=True, text=True, capture_output=True).stdout.strip(), self.repo.sha())

    def scripts(self, target, before="true"):
        world.shell(f"setpriv --reuid 2000 --regid 2000 --clear-groups git init -q --bare {SERVER_HOME}/{target}.git")
        return SCRIPTS.format(target=target, before=before, home=SERVER_HOME)

    # --- rsync -------------------------------------------------------------------------------------------------------------

    def test_rsync_deployments(self):
        steps = RSYNC.format(target="rsync", port=2222)
        self.run_steps(0, steps)
        self.assertEqual(self.files("rsync"), {"index.html": "hello\n", "private/notes": "not for the server\n"})
        (SERVER_HOME / "rsync/old.html").write_text("old")
        self.run_steps(0, steps)
        self.assertEqual(sorted(self.files("rsync")), ["index.html", "private/notes"])

    def test_ssh_deploy(self):
        steps = SSH_DEPLOY.format(target="easing", port=2222, home=SERVER_HOME)
        self.run_steps(0, steps)
        self.assertEqual(self.files("easing"), {"index.html": "hello\n"})
        self.assertEqual((SERVER_HOME / "before").read_text(), "")
        after = (SERVER_HOME / "after").read_text().splitlines()
        self.assertEqual(after[0], "index.html")
        self.assertIn("sending incremental file list", "\n".join(after))

    def test_what_an_earlier_step_puts_in_the_way(self):
        # a PATH and variables from a step before: what it starts by itself is for the action to say
        asked = LAB / "asked"
        steps = WRAPPERS.format(how=ON_PATH_OF_THE_JOB, asked=asked) + f"""
- run: |
    for name in BASH_ENV ENV GIT_SSH_COMMAND RSYNC_RSH LD_AUDIT; do echo "$name=$HOME/wrappers/note" >>"$GITHUB_ENV"; done
    printf '#!/bin/sh\\necho note >>{asked}\\n' >~/wrappers/note; chmod 755 ~/wrappers/note
- uses: webfactory/ssh-agent@v0.9.0
  env: {{BASH_ENV: '', ENV: ''}}
  with: {{ssh-private-key: '${{{{ secrets.KEY }}}}'}}
"""
        for step, target in ((RSYNC, "wrapped"), (SSH_DEPLOY, "wrapped-easing")):
            steps += step.format(target=target, port=2222, home=SERVER_HOME)
        done = self.run_steps(0, steps)
        self.assertNotIn("ld.so", done.text)  # which tells of a library that it cannot load
        self.assertEqual(self.files("wrapped")["index.html"], "hello\n")
        self.assertEqual(self.files("wrapped-easing"), {"index.html": "hello\n"})
        self.assertFalse(asked.exists(), asked.exists() and asked.read_text())

    def own_wrapper(self, program, text):
        """In front of the user's own PATH."""
        folder = LAB / f"own-{program}"
        folder.mkdir(exist_ok=True)
        (folder / program).write_text("#!/bin/sh\n" + text)
        (folder / program).chmod(0o755)
        return {"PATH": f"{folder}:{os.environ['PATH']}"}

    def test_rsync_through_a_wrapper_of_the_user(self):
        # as a wrapper for a VPN or a log has it
        asked = LAB / "asked.own"
        real = shutil.which("ssh")
        path = self.own_wrapper("ssh", f'echo "$*" >>{asked}\nexec {real} "$@"\n')
        steps = ""
        for step, target in ((RSYNC, "own"), (SSH_DEPLOY, "own-easing")):
            steps += step.format(target=target, port=2222, home=SERVER_HOME)
        self.run_steps(0, steps, environment=path)
        self.assertEqual(self.files("own")["index.html"], "hello\n")
        lines = asked.read_text().splitlines()
        self.assertEqual(sum("rsync --server" in line for line in lines), 2, lines)
        self.assertEqual(sum("bash -s" in line for line in lines), 2, lines)

    def test_a_key_with_a_passphrase(self):
        locked = LAB / "keys/deploy_locked"
        locked.write_bytes((LAB / "keys/deploy_ed25519").read_bytes())
        locked.chmod(0o600)
        world.shell(f"ssh-keygen -q -p -N 'open sesame' -f {locked}")
        secrets = {**self.runner.secrets, "KEY": locked.read_text().strip(), "PASSPHRASE": "open sesame"}
        self.run_steps(0, RSYNC.format(target="locked", port=2222), secrets=secrets)
        self.assertEqual(self.files("locked")["index.html"], "hello\n")
        script = """
- uses: appleboy/ssh-action@v1
  with: {host: 127.0.0.1, port: 2222, username: deploy, key: '${{ secrets.KEY }}',
         passphrase: '${{ secrets.PASSPHRASE }}', script: echo ran >locked/ran}
"""
        self.run_steps(0, script, secrets=secrets)
        self.assertEqual(self.files("locked")["ran"], "ran\n")
        secrets["PASSPHRASE"] = "another word"
        for step, name in ((RSYNC.format(target="wrong", port=2222), "remote_key_pass"), (script, "passphrase")):
            done = self.run_steps(1, step, secrets=secrets)
            self.assertIn(f"the `{name}` given does not open this private key", done.text)
            self.assertNotIn("nsupported", done.text)
        self.assertFalse((SERVER_HOME / "wrong").exists())

    def test_rsync_is_missing_on_one_side(self):
        with sshd(2304, "SetEnv PATH=/none") as address:
            done = self.run_steps(1, RSYNC.format(target="missing", port=address.split(":")[1]))
        self.assertIn("rsync is missing on 127.0.0.1: apt-get install rsync there", done.text)
        for program in ("rsync", "ssh"):
            with self.subTest(program):
                path = self.own_wrapper(program, f'exec /none/{program} "$@"\n')
                done = self.run_steps(1, RSYNC.format(target="missing", port=2222), environment=path)
                self.assertIn(f"/none/{program}: not found", done.text)
                self.assertNotIn("is missing on", done.text)

    # --- logins that later steps use ---------------------------------------------------------------------------------------

    def test_ssh_agent(self):
        steps = "- uses: webfactory/ssh-agent@v0.9.0\n  with: {ssh-private-key: '${{ secrets.KEY }}'}\n"
        done = self.run_steps(0, steps + KNOWN + "- run: ssh-add -l\n" + self.scripts("agent"))
        self.assertIn("(ED25519)", done.text)
        self.check_scripts("agent")
        left = [pid for pid in os.listdir("/proc") if pid.isdigit() and (world.program(pid) or "").endswith("ssh-agent")]
        self.assertEqual(left, [])

    def test_ssh_key_action(self):
        steps = """
- uses: shimataro/ssh-key-action@v2
  with:
    key: ${{ secrets.KEY }}
    name: id_of_the_job
    known_hosts: ${{ vars.KNOWN_HOSTS }}
    config: |
      Host web 127.0.0.1
        HostName 127.0.0.1
        Port 2222
        User deploy
        IdentityFile ~/.ssh/id_of_the_job
- run: |
    echo by alias >alias && rsync alias web:alias
"""
        known = (LAB / "keys/known_hosts").read_text().strip()
        self.run_steps(0, steps + self.scripts("key"), variables={"KNOWN_HOSTS": known})
        self.assertEqual((SERVER_HOME / "alias").read_text(), "by alias\n")
        self.check_scripts("key")
        self.assertFalse((common.HOME / ".ssh").exists())

    def test_scripts_with_a_wrapper_of_their_own(self):
        key = """
- uses: shimataro/ssh-key-action@v2
  with: {key: '${{ secrets.KEY }}', name: id_ed25519, known_hosts: unnecessary}
"""
        for target, how, before in (("wrapper-in-front", "true", "PATH=~/wrappers:$PATH"), ("wrapper-behind", ON_PATH_OF_THE_JOB, "true")):
            with self.subTest(target):
                asked = LAB / f"asked.{target}"
                wrappers = WRAPPERS.format(how=how, asked=asked)
                self.run_steps(0, key + KNOWN + wrappers + self.scripts(target, before))
                self.check_scripts(target)
                called = collections.Counter(line.split()[0] for line in asked.read_text().splitlines())
                self.assertEqual(called, {"ssh": 3, "scp": 1, "sftp": 1})

    # --- copies and scripts --------------------------------------------------------------------------------------------------

    def test_scp_action_and_ssh_action(self):
        login = "host: 127.0.0.1, port: 2222, username: deploy, key: '${{ secrets.KEY }}'"
        self.run_steps(0, f"""
- uses: appleboy/scp-action@v0.1.7
  with: {{{login}, source: 'site/*,!site/private', target: scp, strip_components: 1}}
- uses: appleboy/ssh-action@v1.0.3
  env: {{WORD: it's}}
  with: {{{login}, envs: WORD, script: 'echo "$WORD there" >scp/said'}}
""")
        self.assertEqual(self.files("scp"), {"index.html": "hello\n", "said": "it's there\n"})

    def test_script_stop_is_what_the_version_makes_of_it(self):
        step = """
- uses: appleboy/ssh-action@{version}
  with:
    host: 127.0.0.1:2222
    username: deploy
    key: ${{{{ secrets.KEY }}}}
    script_stop: true
    script: |
      cat >stop.{version} <<END
      one
        two
      END
      false
      echo after >>stop.{version}
"""
        done = self.run_steps(0, step.format(version="v1.2.2"))
        self.assertEqual((SERVER_HOME / "stop.v1.2.2").read_text(), "one\n  two\nafter\n")
        self.assertRegex(done.text, "script_stop is ignored.*`set -e`")
        done = self.run_steps(1, step.format(version="v1.0.3"))
        document = (SERVER_HOME / "stop.v1.0.3").read_text()
        self.assertEqual([line for line in document.splitlines() if "exit" not in line], ["one", "two"])
        self.assertIn("exit", document)  # the checks are in it, as the original has it
        self.assertRegex(done.text, "script_stop puts a check behind every line.*`set -e`")

    def test_the_keys_stay_in_no_file(self):
        self.run_steps(0, RSYNC.format(target="clean", port=2222))
        self.assertEqual(common.files_with(self.needles, common.HOME, self.repo.path, SERVER_HOME, LAB / "log"), [])
