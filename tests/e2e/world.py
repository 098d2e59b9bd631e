"""The deploy targets of tests/support/lab as a test sees them: from outside, without the runner's help."""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAB = pathlib.Path(os.environ["LAB"])
HOME = pathlib.Path(os.environ["HOME"])
SERVER_HOME = pathlib.Path(os.environ["LAB_SERVER_HOME"])
REGISTRY = os.environ["LAB_REGISTRY"]
RUN_LIMIT = 120  # seconds; a run that hangs is a failure, not a test that hangs


def read_env(path):
    """The dotenv form of lab/up's files: NAME=value, or NAME="several lines"."""
    found = re.finditer(r'^(\w+)=(?:"([^"]*)"|(.*))$', path.read_text(), re.MULTILINE)
    return {match[1]: match[2] if match[2] is not None else match[3] for match in found}


def write_env(path, values):
    path.touch(mode=0o600)
    path.write_text("".join(f'{name}="{value}"\n' for name, value in values.items()))
    return path


def shell(command, **options):
    return subprocess.run(["bash", "-ec", command], check=True, text=True, capture_output=True, **options).stdout


class Repo:
    """A clone-like repository with the blue/green workflow."""

    def __init__(self, path):
        self.path = path
        shell(f"{ROOT}/tests/support/lab/sample_repo {path}")

    def git(self, *words):
        return subprocess.run(["git", "-C", self.path, *words], check=True, text=True, capture_output=True).stdout.strip()

    def commit(self, name, text, mode=0o644):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        self.git("add", "-A")
        self.git("commit", "-qm", f"Change {name}")

    def sha(self):
        return self.git("rev-parse", "HEAD")


class Runner:
    """Calls the binary as a user would."""

    def __init__(self, binary, repo):
        self.binary, self.repo = binary, repo
        self.secrets, self.vars = read_env(LAB / "secrets"), read_env(LAB / "vars")

    def run(self, workflow="deploy.yml", *options, secrets=None, variables=None, environment=None):
        secret_file = write_env(LAB / "secrets.test", self.secrets if secrets is None else secrets)
        var_file = write_env(LAB / "vars.test", {**self.vars, **(variables or {})})
        return self.command("run", workflow, "-C", self.repo.path, "--secret-file", secret_file, "--var-file",
                            var_file, *options, environment=environment)

    def command(self, *words, environment=None):
        done = subprocess.run([self.binary, *map(str, words)], text=True, capture_output=True, timeout=RUN_LIMIT,
                              stdin=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
        done.text = done.stdout + done.stderr
        return done


# --- registry ------------------------------------------------------------------------------------------------------

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def registry_get(path, token, accept=MANIFEST):
    basic = base64.b64encode(f"web-pull:{token}".encode()).decode()
    request = urllib.request.Request(f"http://{REGISTRY}/v2/{path}",
                                     headers={"Accept": accept, "Authorization": f"Basic {basic}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read(), answer.headers


def manifest(tag, token):
    """What the tag points to, after checking that the registry's digest is that of the bytes."""
    body, headers = registry_get(f"web/manifests/{tag}", token)
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    assert headers["Docker-Content-Digest"] == digest, (headers["Docker-Content-Digest"], digest)
    return digest, json.loads(body)


def tags(token):
    try:
        return sorted(json.loads(registry_get("web/tags/list", token)[0])["tags"] or [])
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return []
        raise


# --- server ----------------------------------------------------------------------------------------------------------

def site(path):
    with urllib.request.urlopen(os.environ["LAB_SITE"] + path, timeout=5) as answer:
        return answer.read().decode().strip()


def live():
    """Colour and version that the loaded configuration of nginx serves."""
    return site("/live-colour"), site("/api/ping")


def containers():
    lines = shell("docker ps --format '{{.Names}} {{.Image}}'").splitlines()
    return dict(line.split() for line in lines)


def messages():
    path = LAB / "discord.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def post(address, body):
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, None
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def server_files(folder):
    return {path.name: oct(path.stat().st_mode & 0o7777) for path in (SERVER_HOME / folder).iterdir()}


@contextlib.contextmanager
def sshd_with_another_host_key():
    """A server that is not the one the runner met before."""
    shell(f"ssh-keygen -q -t ed25519 -N '' -f {LAB}/keys/other_host")
    text = (LAB / "sshd.conf").read_text()
    (LAB / "sshd.other").write_text(text.replace("keys/host_ed25519", "keys/other_host"))
    restart_sshd(LAB / "sshd.other")
    try:
        yield
    finally:
        restart_sshd(LAB / "sshd.conf")


def restart_sshd(configuration):
    pid_file = LAB / "pid" / "sshd"
    pid = int(pid_file.read_text())
    os.kill(pid, 15)
    wait_for(lambda: not is_running(pid), "the old sshd to end")
    pid_file.write_text(shell(f"/usr/sbin/sshd -D -e -f {configuration} </dev/null >>{LAB}/log/sshd 2>&1 & echo $!"))

    def greets():
        out = subprocess.run(["ssh-keyscan", "-p", "2222", "-T", "2", "127.0.0.1"], capture_output=True)
        return bool(out.stdout)
    wait_for(greets, "the new sshd")


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


# --- what happens while a deploy runs --------------------------------------------------------------------------------

class Load:
    """Requests through nginx until told to stop, at most 40,000: what failed, and which versions answered."""

    def __init__(self, threads=2, most=20_000):
        self.failures, self.versions, self.count = [], [], 0
        self.done, self.most = threading.Event(), most
        self.threads = [threading.Thread(target=self.loop) for _ in range(threads)]

    def loop(self):
        for _ in range(self.most):
            if self.done.wait(0.002):  # leaves the two processors something for the deploy
                break
            connection = http.client.HTTPConnection("127.0.0.1", 80, timeout=10)
            try:
                connection.request("GET", "/api/ping")
                answer = connection.getresponse()
                version = answer.read().decode().strip()
                if answer.status != 200:
                    self.failures.append(f"{answer.status} {version}")
                elif not self.versions or self.versions[-1] != version:
                    self.versions.append(version)
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            finally:
                connection.close()
            self.count += 1

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        wait_for(lambda: self.count > 20 or self.failures, "the first requests")
        return self

    def __exit__(self, *error):
        seen = self.count
        wait_for(lambda: self.count > seen + 20 or self.failures, "requests after the deploy")
        self.done.set()
        for thread in self.threads:
            thread.join()


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


def needles(secrets):
    """What must show nowhere: each secret, its base64 as docker stores it, each line of a key."""
    found = []
    for name, value in secrets.items():
        if name.startswith("HOST_"):  # an address, and named in messages; masked in logs all the same
            continue
        lines = [line for line in value.splitlines() if len(line) > 8 and "-----" not in line]
        found += lines
        if name.startswith("DOCKER_"):
            found += [base64.b64encode(f"{user}:{value}".encode()).decode() for user in ("web-pull", "web-push")]
        if "webhooks/" in value:
            found.append(value.rsplit("/", 1)[1])
    return found


def files_with(words, *folders):
    """Files below the folders that hold one of the words."""
    found = []
    for folder in folders:
        for path in pathlib.Path(folder).rglob("*"):
            if path.is_file() and not path.is_symlink():
                data = path.read_bytes()
                found += [f"{path}: {word[:6]}..." for word in words if word.encode() in data]
    return found
