"""A small archive as apt reads it, on loopback: signed indexes, source packages, a keyring package. Files can be made to
miss, to differ, to break off or to wait, and every request is remembered. The same server is a proxy for archive.invalid.
"""
import email.utils
import gzip
import hashlib
import http.server
import io
import pathlib
import subprocess
import tarfile
import threading
import urllib.parse

CODENAME = dict(line.split("=", 1) for line in pathlib.Path("/etc/os-release").read_text().splitlines()
                if "=" in line)["VERSION_CODENAME"]
RELEASE = "trixie" if CODENAME == "bookworm" else CODENAME  # the one sources are taken from


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return gzip.compress(out.getvalue(), mtime=0)  # the same at any time: revisions share their upstream tar


class Keys:
    """gpg keys of an archive, a developer and a stranger, in a home of their own."""

    def __init__(self, home):
        self.home = home
        home.mkdir(mode=0o700)
        for who in ("archive", "developer", "stranger"):
            self.gpg("--quick-gen-key", f"{who} <{who}@example.org>", "ed25519", "sign", "never")
            (home / f"{who}.gpg").write_bytes(self.gpg("--export", f"{who}@example.org"))

    def gpg(self, *words, data=b""):
        done = subprocess.run(["gpg", "--homedir", self.home, "--batch", "--quiet", "--passphrase", "", *words],
                              input=data, capture_output=True)
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return done.stdout

    def sign(self, who, text):
        return self.gpg("--clearsign", "--local-user", f"{who}@example.org", data=text.encode())

    def close(self):
        subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], check=False)


class Source:
    """The files of a source package, with a .dsc that `signer` signed."""

    def __init__(self, keys, name, version, signer="developer", named=None):
        upstream = version.rsplit("-", 1)[0]
        files = {
            f"{name}_{upstream}.orig.tar.gz": tar({
                f"{name}-{upstream}/CMakeLists.txt":
                    f"cmake_minimum_required(VERSION 3.10)\nproject({name} NONE)\n"
                    f"install(FILES {name}.h DESTINATION include)\n",
                f"{name}-{upstream}/{name}.h": f"{upstream}\n"}),
            f"{name}_{version}.debian.tar.gz": tar({"debian/source/format": "3.0 (quilt)\n", "debian/changelog": version}),
        }
        sums = "".join(f" {sha256(data)} {len(data)} {file}\n" for file, data in files.items())
        text = (f"Format: 3.0 (quilt)\nSource: {name}\nVersion: {named or version}\nMaintainer: nobody <n@example.org>\n"
                f"Checksums-Sha256:\n{sums}Files:\n"
                + "".join(f" {hashlib.md5(data).hexdigest()} {len(data)} {file}\n" for file, data in files.items()))
        self.name, self.version, self.dsc = name, version, f"{name}_{version}.dsc"
        self.folder = f"pool/main/{name}"
        self.files = {self.dsc: keys.sign(signer, text), **files}

    def stanza(self):
        sums = "".join(f" {sha256(data)} {len(data)} {file}\n" for file, data in self.files.items())
        return (f"Package: {self.name}\nVersion: {self.version}\nDirectory: {self.folder}\nFormat: 3.0 (quilt)\n"
                f"Checksums-Sha256:\n{sums}")


class Archive:
    """Serves what was put into it below /debian and /debian-security, until close()."""

    def __init__(self, keys, folder):
        self.keys = keys
        self.files = {}      # path: content
        self.broken_off = {}  # path: how often its connection is cut half-way
        self.waiting = {}    # path: (asked, go on) events
        self.requests = []
        self.listings = False
        self.keyring_package = self._keyring_package(folder)
        archive = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                archive.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.address = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def _keyring_package(self, folder):
        root = folder / "keyring-package"
        (root / "DEBIAN").mkdir(parents=True)
        (root / "usr/share/keyrings").mkdir(parents=True)
        (root / "DEBIAN/control").write_text("Package: debian-keyring\nVersion: 1\nArchitecture: all\n"
                                             "Maintainer: nobody <n@example.org>\nDescription: keys\n")
        (root / "usr/share/keyrings/debian-keyring.gpg").write_bytes((self.keys.home / "developer.gpg").read_bytes())
        subprocess.run(["dpkg-deb", "-b", root, folder / "keyring.deb"], check=True, capture_output=True)
        return (folder / "keyring.deb").read_bytes()

    def put(self, source, archive="debian"):
        for name, data in source.files.items():
            self.files[f"/{archive}/{source.folder}/{name}"] = data

    def index(self, suite, sources=(), archive="debian", signer="archive"):
        """Writes a suite's indexes; they name these sources and the keyring package."""
        deb = "pool/main/debian-keyring_1_all.deb"
        self.files[f"/{archive}/{deb}"] = self.keyring_package
        packages = (f"Package: debian-keyring\nVersion: 1\nArchitecture: all\nFilename: {deb}\n"
                    f"Size: {len(self.keyring_package)}\nSHA256: {sha256(self.keyring_package)}\n\n")
        named = "\n".join(source.stanza() for source in sources)
        indexes = {}
        for name, text in (("main/source/Sources", named), ("main/binary-amd64/Packages", packages),
                           ("main/binary-arm64/Packages", packages)):
            indexes[name], indexes[f"{name}.gz"] = text.encode(), gzip.compress(text.encode())
        label = "Debian-Security" if archive.endswith("-security") else "Debian"
        release = (f"Origin: Debian\nLabel: {label}\nSuite: {suite}\nCodename: {suite}\nVersion: 13\n"
                   f"Date: {email.utils.formatdate(usegmt=True)}\nArchitectures: amd64 arm64\nComponents: main\nSHA256:\n"
                   + "".join(f" {sha256(data)} {len(data)} {name}\n" for name, data in indexes.items()))
        base = f"/{archive}/dists/{suite}"
        self.files[f"{base}/InRelease"] = self.keys.sign(signer, release)
        for name, data in indexes.items():
            self.files[f"{base}/{name}"] = data

    def drop(self, source, archive="debian"):
        """The pool loses what is this revision's alone."""
        for name in source.files:
            if ".orig." not in name:
                self.files.pop(f"/{archive}/{source.folder}/{name}", None)

    def hold(self, path):
        self.waiting[path] = (threading.Event(), threading.Event())
        return self.waiting[path]

    def answer(self, request):
        path = urllib.parse.unquote(urllib.parse.urlsplit(request.path).path)
        self.requests.append(request.path)
        data = self.files.get(path)
        if data is None and self.listings and path.endswith("/"):
            names = [name[len(path):] for name in self.files if name.startswith(path)]
            data = "".join(f'<a href="{urllib.parse.quote(name)}">{name}</a>\n' for name in names).encode() or None
        if data is None:
            request.send_error(404, "Not Found")
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        if path in self.waiting:
            asked, go_on = self.waiting[path]
            request.wfile.write(data[:len(data) // 2])
            request.wfile.flush()
            asked.set()
            go_on.wait(60)
            data = data[len(data) // 2:]
        if self.broken_off.get(path, 0) > 0:
            self.broken_off[path] -= 1
            data = data[:len(data) // 2]
        try:
            request.wfile.write(data)
        except OSError:
            pass  # who asked was killed
        request.close_connection = True

    def asked(self, part):
        return [path for path in self.requests if part in urllib.parse.unquote(path)]

    def close(self):
        for _, go_on in self.waiting.values():
            go_on.set()
        self.server.shutdown()
        self.server.server_close()
