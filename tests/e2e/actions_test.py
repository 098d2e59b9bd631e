"""actions_test.py RUNNER -- actions of other repositories from a git server: git's own http-backend behind TLS, with a
repository that wants a login, a tag that moves and a connection that is cut. Needs neither root nor a network.
"""
import base64
import http.server
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest

FOLDER = tempfile.TemporaryDirectory(prefix="actions-test-")
ROOT = pathlib.Path(FOLDER.name)
BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "runner"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "GIT_", "GITHUB_"))}
ENVIRONMENT.update(HOME=str(ROOT / "home"), LC_ALL="C.UTF-8")
TOKEN = "a-token-for-private-ones"
GREET = "runs:\n  using: composite\n  steps:\n    - {shell: bash, run: 'echo greeting %s'}\n"
BACKEND = subprocess.run(["git", "--exec-path"], text=True, capture_output=True, check=True).stdout.strip() + "/git-http-backend"


def git(folder, *words):
    subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@b", *words], cwd=folder, check=True, env=ENVIRONMENT,
                   stdout=subprocess.DEVNULL)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def answer(self):
        server, path = self.server, self.path
        server.asked.append(path)
        if path.startswith("/private/"):
            wanted = "basic " + base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
            if self.headers.get("Authorization", "").lower() != wanted.lower():
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="private"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        name, _, query = path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding") == "gzip":
            import gzip
            body = gzip.decompress(body)
        done = subprocess.run([BACKEND], input=body, capture_output=True, env={
            **ENVIRONMENT, "GIT_PROJECT_ROOT": str(ROOT / "forge"), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": name,
            "QUERY_STRING": query, "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")}).stdout
        head, _, content = done.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        status = next((line.split(": ")[1] for line in lines if line.startswith("Status:")), "200 OK")
        self.send_response(int(status.split()[0]))
        for line in lines:
            if line and not line.startswith("Status:"):
                self.send_header(*line.split(": ", 1))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if server.cut and name.endswith("git-upload-pack") and len(content) > 200 and b"packfile" in content:
            content = content[:len(content) // 2]  # and the connection ends
        self.wfile.write(content)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


class Actions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        (ROOT / "home").mkdir()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", ROOT / "key", "-out", ROOT / "cert",
                        "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                       check=True, stderr=subprocess.DEVNULL)
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        cls.server.asked, cls.server.cut = [], False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(ROOT / "cert", ROOT / "key")
        cls.server.socket = context.wrap_socket(cls.server.socket, server_side=True)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.url = f"https://127.0.0.1:{cls.server.server_port}"
        (ROOT / "home/.gitconfig").write_text(f"[http]\n\tsslCAInfo = {ROOT}/cert\n")
        for number in range(20):
            cls.release(f"acme/greet{number}", f"of {number}")
        cls.release("private/greet", "in private")

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()

    @classmethod
    def release(cls, name, words, tag="v1"):
        folder = ROOT / "work" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "action.yml").write_text(GREET % words)
        if not (folder / ".git").exists():
            git(folder, "init", "-q", "-b", "main")
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "--allow-empty", "-m", words)
        git(folder, "tag", "-f", tag)
        bare = ROOT / "forge" / name
        if not bare.exists():
            bare.parent.mkdir(parents=True, exist_ok=True)
            git(ROOT, "init", "-q", "--bare", str(bare))
            git(bare, "config", "uploadpack.allowAnySHA1InWant", "true")
        git(folder, "push", "-qf", "--tags", str(bare), "main")

    def setUp(self):
        self.server.cut = False
        self.repo = pathlib.Path(tempfile.mkdtemp(dir=ROOT))
        self.cache = self.repo / "cache"
        git(self.repo, "init", "-q", "-b", "main")
        git(self.repo, "commit", "-q", "--allow-empty", "-m", "one")

    def start(self, uses, *more):
        (self.repo / "w.yml").write_text("on: push\njobs:\n  a:\n    runs-on: linux\n    steps:\n" +
                                         "".join(f"      - uses: {one}\n" for one in uses))
        return subprocess.Popen([BINARY, "run", "w.yml", "--server-url", self.url, *more], cwd=self.repo, text=True,
                                env={**ENVIRONMENT, "XDG_CACHE_HOME": str(self.cache), "XDG_STATE_HOME": str(self.repo / "state")},
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run_it(self, uses, *more, status=0):
        process = self.start(uses, *more)
        out = process.communicate(timeout=120)[0]
        self.assertEqual(process.returncode, status, out)
        self.assertNotIn(TOKEN, out)
        return out

    def left_over(self):
        return [path for path in self.cache.rglob("work-*")]

    def test_twenty_at_once_and_nobody_asked_again(self):
        uses = [f"acme/greet{number}@v1" for number in range(20)]
        out = self.run_it(uses)
        for number in range(20):
            self.assertIn(f"greeting of {number}\n", out)
        self.server.asked.clear()
        self.run_it(uses)
        self.assertEqual(self.server.asked, [])

    def test_two_runs_at_once_do_not_disturb_each_other(self):
        uses = [f"acme/greet{number}@v1" for number in range(8)]
        both = [self.start(uses) for _ in range(2)]
        for process in both:
            out = process.communicate(timeout=120)[0]
            self.assertEqual(process.returncode, 0, out)
            self.assertEqual(out.count("| greeting of "), 8)
        self.assertEqual(self.left_over(), [])

    def test_a_private_one_wants_the_token(self):
        out = self.run_it(["private/greet@v1"], status=2)
        self.assertIn("private/greet@v1 cannot be had", out)
        self.assertIn("greeting in private", self.run_it(["private/greet@v1"], "--token", TOKEN))

    def test_a_connection_that_is_cut_leaves_nothing_that_is_used(self):
        self.server.cut = True
        out = self.run_it(["acme/greet1@v1"], status=2)
        self.assertIn("acme/greet1@v1 cannot be had: git fetch: ", out)
        self.assertEqual(self.left_over(), [])
        self.server.cut = False
        self.assertIn("greeting of 1", self.run_it(["acme/greet1@v1"]))

    def test_a_tag_that_moved_is_seen_an_hour_later_and_not_missed_without_a_server(self):
        self.release("acme/moving", "before")
        self.assertIn("greeting before", self.run_it(["acme/moving@v1"]))
        self.release("acme/moving", "after")
        self.assertIn("greeting before", self.run_it(["acme/moving@v1"]))
        for memory in self.cache.rglob("ref-*"):
            os.utime(memory, (0, 0))
        gone = self.run_it(["acme/moving@v1"], "--server-url", "https://127.0.0.1:9", status=2)
        self.assertIn("cannot be had", gone)  # of another server nothing is remembered
        self.assertIn("greeting after", self.run_it(["acme/moving@v1"]))
        for memory in self.cache.rglob("ref-*"):
            os.utime(memory, (0, 0))
        (ROOT / "forge/acme/moving").rename(ROOT / "forge/acme/gone")
        out = self.run_it(["acme/moving@v1"])
        self.assertIn("warning: acme/moving@v1 is taken as it was fetched before: git ls-remote: ", out)
        self.assertIn("greeting after", out)

    def test_a_server_that_is_not_trusted(self):
        config = ROOT / "home/.gitconfig"
        text = config.read_text()
        config.write_text("")
        try:
            self.assertIn("certificate", self.run_it(["acme/greet2@v1"], status=2))
        finally:
            config.write_text(text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
