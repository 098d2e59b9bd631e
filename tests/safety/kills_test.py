"""kills_test.py RUNNER S3_SERVER [COUNT] -- the runner is killed COUNT times (20) at a random moment of a workflow with a
checkout, a cache, a script that leaves processes, an artifact, a copy over ssh and a sync to S3. After each kill nothing
of it runs, no private file is left and the record tells the truth; the next run works. Needs root, for sshd, and no network.
"""
import contextlib
import json
import os
import pathlib
import random
import select
import socket
import subprocess
import sys
import tempfile
import time
import unittest

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="kills-test-"))
os.environ["LAB"] = str(FOLDER)
os.environ["HOME"] = str(FOLDER / "home")  # nothing is written to the user's own
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from common import shell, wait_for  # noqa: E402

COUNT = int(sys.argv.pop()) if len(sys.argv) > 3 else 20
S3_SERVER, RUNNER = os.path.abspath(sys.argv.pop()), os.path.abspath(sys.argv.pop())
SEED = int(os.environ.get("KILLS_SEED", time.time()))
MEMORY = pathlib.Path("/dev/shm")

WORKFLOW = """
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        with: {path: deps, key: "deps-${{ github.run_id }}"}
      - run: |
          mkdir -p deps; head -c 3000000 /dev/urandom > deps/blob
          for i in $(seq 50); do echo "$i" > "deps/$i"; done
          sleep 600 > /dev/null 2>&1 &
          (trap '' INT TERM HUP; setsid sleep 600 > /dev/null 2>&1 &)
      - uses: actions/upload-artifact@v4
        with: {name: out, path: deps}
      - uses: appleboy/scp-action@v1
        with:
          host: 127.0.0.1
          port: ${{ vars.PORT }}
          username: root
          key: ${{ secrets.KEY }}
          source: deps
          target: ${{ vars.TARGET }}
      - run: aws s3 sync deps s3://bucket/deps --no-progress
        env: {AWS_ENDPOINT_URL: "${{ vars.S3 }}", AWS_ACCESS_KEY_ID: AKIDTEST, AWS_DEFAULT_REGION: us-east-1,
              AWS_SECRET_ACCESS_KEY: secret/Key+1}
"""


def children(pid):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = stat.read_text()
            name, rest = text[text.index("(") + 1:text.rindex(")")], text[text.rindex(")") + 2:].split()
            if int(rest[1]) == pid:
                found.append((int(stat.parent.name), name))
    return found


def ends(pid, seconds=30):
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([fd], [], [], seconds)[0])
    finally:
        os.close(fd)


def processes_of_steps():
    """Those whose environment says that a step of ours started them."""
    found = []
    for environ in pathlib.Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            text = environ.read_bytes()
            if b"RUNNER_TRACKING_ID=" in text and str(FOLDER).encode() in text:
                found.append(environ.parent.joinpath("comm").read_text().strip())
    return found


class Kills(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.stack.callback(shell, f"rm -rf '{FOLDER}'")
        cls.home = FOLDER / "home"
        cls.project = FOLDER / "project"
        for folder in (cls.home, cls.project / ".github/workflows", FOLDER / "target", FOLDER / "keys"):
            folder.mkdir(parents=True)
        (cls.project / ".github/workflows/deploy.yml").write_text(WORKFLOW)
        shell("git init -q -b main; git config user.name Ada; git config user.email ada@example.org; "
              "git add -A; git commit -qm First", cwd=cls.project)
        port = cls.start_sshd()
        s3 = subprocess.Popen([S3_SERVER, "--bucket", "bucket"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.stack.callback(s3.communicate)
        cls.env = {"HOME": str(cls.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        key = (FOLDER / "keys/user").read_text()
        (FOLDER / "values").write_text(f"PORT={port}\nTARGET={FOLDER}/target\nS3={s3.stdout.readline().strip()}\n")
        (FOLDER / "secrets").touch(mode=0o600)
        (FOLDER / "secrets").write_text(f'KEY="{key}"\n')

    @classmethod
    def start_sshd(cls):
        keys = FOLDER / "keys"
        shell(f"for name in host user; do ssh-keygen -q -t ed25519 -N '' -f {keys}/$name; done; mkdir -p /run/sshd")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (keys / "sshd.conf").write_text(
            f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {keys}/host\nAuthorizedKeysFile {keys}/user.pub\nStrictModes no\n"
            f"PermitRootLogin yes\nUsePAM no\nPidFile {keys}/pid\nLogLevel ERROR\nMaxStartups 100\n")
        server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", keys / "sshd.conf"], stderr=subprocess.DEVNULL)
        cls.stack.callback(server.wait)
        cls.stack.callback(server.terminate)
        wait_for(lambda: subprocess.run(["ssh-keyscan", "-p", str(port), "127.0.0.1"], capture_output=True).stdout, "sshd")
        return port

    def command(self, *words, **options):
        return subprocess.Popen([RUNNER, *words], cwd=self.project, env=self.env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)

    def run_workflow(self):
        return self.command("run", "deploy.yml", "--native-aws",  # whether or not this machine has another aws
                            "--secret-file", str(FOLDER / "secrets"), "--var-file", str(FOLDER / "values"))

    def whole_run(self):
        begin = time.monotonic()
        process = self.run_workflow()
        text, _ = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, text)
        return time.monotonic() - begin, text

    def runs(self):
        process = self.command("runs", "--format", "json", "--limit", "1000")
        text, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, text)
        return json.loads(text)

    def private_files(self, pid):
        return [entry.name for entry in MEMORY.glob(f"runner-{os.getuid()}-*-{pid}")]

    def test_kills(self):
        self.whole_run()
        seconds, _ = self.whole_run()
        told = random.Random(SEED)
        for number in range(COUNT):
            process = self.run_workflow()
            time.sleep(told.uniform(0, seconds))
            guards = [pid for pid, name in children(process.pid) if name == "step-guard"]
            process.kill()
            text, _ = process.communicate(timeout=60)
            with self.subTest(kill=number, seed=SEED, output=text[-300:]):
                for guard in guards:
                    self.assertTrue(ends(guard), "the guard still runs")
                self.assertEqual(processes_of_steps(), [])
                self.assertEqual(self.private_files(process.pid), [])
                runs = self.runs()
                if process.returncode == -9 and runs and "PASSED" not in text:
                    self.assertIn(runs[0]["status"], ("interrupted", "success"), runs[0])
                self.assertNotIn("failure", {run["status"] for run in runs})
        _, text = self.whole_run()
        self.assertEqual(list((self.home / ".cache/runner/work").iterdir()), [], text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
