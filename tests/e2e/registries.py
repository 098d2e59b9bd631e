"""Registries as a deploy may meet them, each started for the tests that need it: with TLS and a password, one that only
serves, and a connection to the lab's own registry on which a part of every push fails.
"""
import contextlib
import http.client
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from common import LAB, shell, wait_for

TLS_NAME = "registry.example.org:5443"


def answers(address):
    try:
        urllib.request.urlopen(f"{address}/v2/", timeout=2)
    except urllib.error.HTTPError as error:
        return error.code == 401
    except urllib.error.URLError as error:
        return "CERTIFICATE" in str(error)  # of an authority that the engine knows, and nobody else
    return True


@contextlib.contextmanager
def docker_registry(name, port, changes):
    """The lab's own configuration, and its passwords, with other lines."""
    text = (LAB / "registry.yml").read_text().replace("127.0.0.1:5000", f"127.0.0.1:{port}")
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    path = LAB / f"{name}.yml"
    path.write_text(text)
    with open(LAB / "log" / name, "w") as log:
        server = subprocess.Popen(["docker-registry", "serve", path], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_for(lambda: answers(f"{'https' if 'tls' in text else 'http'}://127.0.0.1:{port}"), name)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


@contextlib.contextmanager
def with_tls():
    """At TLS_NAME, signed by an authority that only the engine was told of."""
    host = TLS_NAME.split(":")[0]
    folder = LAB / "tls"
    shell(f"""
        mkdir -p {folder}/storage /etc/docker/certs.d/{TLS_NAME}; cd {folder}
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={host} \
          -addext subjectAltName=DNS:{host} -keyout key.pem -out cert.pem
        cp cert.pem /etc/docker/certs.d/{TLS_NAME}/ca.crt
        grep -q {host} /etc/hosts || echo 127.0.0.1 {host} >>/etc/hosts
    """)
    changes = {f"rootdirectory: {LAB}/registry": f"rootdirectory: {folder}/storage",
               "http: {": f"http: {{tls: {{certificate: {folder}/cert.pem, key: {folder}/key.pem}}, "}
    with docker_registry("registry-tls", 5443, changes):
        yield TLS_NAME


@contextlib.contextmanager
def read_only():
    """Serves what the lab's registry has, and takes nothing."""
    with docker_registry("registry-read-only", 5001, {
            "delete: {enabled: true}": "maintenance: {readonly: {enabled: true}}"}) as address:
        yield address


class Proxy(BaseHTTPRequestHandler):
    """Hands requests on to the lab's registry, but for those that `fails` wants for itself."""
    protocol_version = "HTTP/1.1"

    def fails(self):
        return False

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        data = b""
        while size := int(self.rfile.readline() or b"0", 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    def hand_on(self):
        with contextlib.suppress(ConnectionError):  # the engine breaks off what another failure has made pointless
            self.answer()

    def answer(self):
        data = self.body()
        if self.fails():
            return
        connection = http.client.HTTPConnection("127.0.0.1", 5000, timeout=20)
        headers = {name: value for name, value in self.headers.items() if name != "Transfer-Encoding"}
        headers["Content-Length"] = str(len(data))
        connection.request(self.command, self.path, data, headers)
        answer = connection.getresponse()
        text = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name not in ("Transfer-Encoding", "Connection", "Content-Length"):
                self.send_header(name, value)
        self.send_header("Content-Length", answer.getheader("Content-Length", str(len(text))))
        self.end_headers()
        self.wfile.write(text)
        connection.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = hand_on

    def error_of_registry(self, status, code, message, challenge=""):
        text = b'{"errors":[{"code":"%s","message":"%s"}]}' % (code.encode(), message.encode())
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, form, *args):
        pass


class FailingLayer(Proxy):
    """Has an error of its own at the first layer, and takes it when it comes again: the engine tries again by itself, but
    five seconds later, and after as many more each time, so that one that never recovers takes a minute.
    """

    def fails(self):
        first = self.command == "PATCH" and self.server.failed == 0
        if first:
            self.server.failed += 1
            self.error_of_registry(500, "UNKNOWN", "the disk of this registry is busy")
        return first


class RefusedLayers(Proxy):
    """Begins each upload, and then has no room for the layer."""

    def fails(self):
        if self.command == "PATCH":
            self.server.failed += 1
            self.error_of_registry(401, "DENIED", "the quota of this project is used up")
        return self.command == "PATCH"


class DeniedPush(Proxy):
    """Lets its users log in and pull, and push nothing: what a registry says to a token without that right."""

    def fails(self):
        if self.command == "POST":
            self.server.failed += 1
            self.error_of_registry(401, "DENIED", "requested access to the resource is denied",
                                   'Bearer realm="http://127.0.0.1:9/token",error="insufficient_scope"')
        return self.command == "POST"


@contextlib.contextmanager
def proxy(handler):
    """In front of the lab's registry; `failed` counts what it did not let pass."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.failed = 0
    server.name = "127.0.0.1:%d" % server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
