"""What every end-to-end test stands on: a repository, the runner's binary called as a user would, and looks at processes
and files from outside.
"""
import os
import pathlib
import re
import subprocess
import threading
import time

import ran

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAB = pathlib.Path(os.environ["LAB"])
HOME = pathlib.Path(os.environ["HOME"])
RUN_LIMIT = 120  # seconds; a run that hangs is a failure, not a test that hangs
ran.keep_at_exit()


def read_env(path):
    """The dotenv form of lab/up's files: NAME=value, or NAME="several lines"."""
    found = re.finditer(r'^(\w+)=(?:"([^"]*)"|(.*))$', path.read_text(), re.MULTILINE)
    return {match[1]: match[2] if match[2] is not None else match[3] for match in found}


def write_env(path, values):
    path.touch(mode=0o600)
    quoted = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in values.items()}
    path.write_text("".join(f'{name}="{value}"\n' for name, value in quoted.items()))
    return path


def shell(command, **options):
    return subprocess.run(["bash", "-ec", command], check=True, text=True, capture_output=True, **options).stdout


class Repo:
    """A clone-like repository with one of the ready-made workflows."""

    def __init__(self, path, folder="blue-green"):
        self.path = path
        shell(f"{ROOT}/tests/support/lab/sample_repo {path} {folder}")

    def git(self, *words):
        return subprocess.run(["git", "-C", self.path, *words], check=True, text=True, capture_output=True).stdout.strip()

    def commit(self, name, text, mode=0o644):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        self.git("add", "-A")
        self.git("commit", "--allow-empty", "-qm", f"Change {name}")

    def sha(self):
        return self.git("rev-parse", "HEAD")


class Runner:
    """Calls the binary as a user would, with the secrets and variables that the lab made."""

    def __init__(self, binary, repo, secret_file=LAB / "secrets", var_file=LAB / "vars", options=()):
        self.binary, self.repo, self.options = binary, repo, options
        self.secrets, self.vars = read_env(secret_file), read_env(var_file)

    def run(self, workflow="deploy.yml", *options, environment=None, command="run", **values):
        return self.command(command, workflow, *self.given(**values), *self.options, *options, environment=environment)

    def given(self, secrets=None, variables=None):
        """The options that name the repository and its values."""
        secret_file = write_env(LAB / "secrets.test", self.secrets if secrets is None else secrets)
        var_file = write_env(LAB / "vars.test", {**self.vars, **(variables or {})})
        return "-C", self.repo.path, "--secret-file", secret_file, "--var-file", var_file

    def command(self, *words, environment=None):
        done = subprocess.run([self.binary, *map(str, words)], text=True, capture_output=True, timeout=RUN_LIMIT,
                              stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
        done.text = done.stdout + done.stderr
        return done


def is_running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def program(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return None


def wait_for(condition, what, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        threading.Event().wait(0.02)


class ProcessWatch:
    """Reads the argument list of every process again and again; remembers those that show a secret."""

    def __init__(self, needles):
        self.needles = [needle.encode() for needle in needles]
        self.found, self.seen, self.rounds = set(), set(), 0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.loop)

    def loop(self):
        while not self.done.wait(0.001):
            self.rounds += 1
            for entry in os.listdir("/proc"):
                if not entry.isdigit():
                    continue
                try:
                    with open(f"/proc/{entry}/cmdline", "rb") as file:
                        words = file.read()
                except OSError:
                    continue
                self.seen.add(words.split(b"\0")[0])
                if any(needle in words for needle in self.needles):
                    self.found.add(words)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.done.set()
        self.thread.join()


def files_with(words, *folders):
    """Files below the folders that hold one of the words."""
    found = []
    for folder in folders:
        for path in pathlib.Path(folder).rglob("*"):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                found += [f"{path}: {word[:6]}..." for word in words if word.encode() in data]
    return found
