"""The deploy targets of tests/support/lab as a test sees them: from outside, without the runner's help."""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import subprocess
import threading
import urllib.error
import urllib.request

from common import (HOME, LAB, ProcessWatch, Repo, Runner, files_with, is_running, program, shell,  # noqa: F401
                    wait_for)

SERVER_HOME = pathlib.Path(os.environ["LAB_SERVER_HOME"])
REGISTRY = os.environ["LAB_REGISTRY"]


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


def tags(token, repository="web"):
    try:
        return sorted(json.loads(registry_get(f"{repository}/tags/list", token)[0])["tags"] or [])
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


def live_or_nothing():
    try:
        return live()
    except urllib.error.HTTPError as error:
        return error.code


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
