"""setup_test.py -- what scripts/setup does when the archive it takes sources from is not as it should be: against an
archive of our own on loopback, with keys and source packages of its own. As root, once the packages are installed.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from debian_archive import CODENAME, RELEASE, Archive, Keys, Source  # noqa: E402

ALL = ("libssh2", "libgit2", "curl")
LIMIT = 60  # seconds


class SetUp(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.room = pathlib.Path(tempfile.mkdtemp(prefix="setup-test-", dir="/dev/shm"))  # apt waits for the disk
        cls.keys = Keys(cls.room / "gpg")
        cls.addClassCleanup(shutil.rmtree, cls.room)
        cls.addClassCleanup(cls.keys.close)
        cls.ssh2, cls.git2 = cls.source("libssh2", "1.11.1-1+deb13u2"), cls.source("libgit2", "1.9.0+ds-2+deb13u1")
        cls.curl = {number: cls.source("curl", f"8.14.1-2+deb13u{number}") for number in (4, 5, 7)}

    @classmethod
    def source(cls, name, version, **how):
        return Source(cls.keys, name, version, **how)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=self.room))
        self.archive = Archive(self.keys, self.folder)
        self.addCleanup(self.archive.close)
        self.public = "http://127.0.0.1:9/debian"  # nothing answers there
        self.apt_options = {}
        self.environment = {}
        self.archive.index(CODENAME)
        if CODENAME == RELEASE:
            self.archive.index(RELEASE)

    def offer(self, *sources, named=None, **how):
        """The pool has these, the release's index names these or others."""
        for source in sources:
            self.archive.put(source)
        self.archive.index(RELEASE, sources if named is None else named, **how)

    def machine(self, address=None):
        """An apt configuration that knows one archive, as that of a machine with a mirror."""
        apt = self.folder / "apt"
        for name in ("lists/partial", "archives/partial", "parts"):
            (apt / name).mkdir(parents=True, exist_ok=True)
        (apt / "sources.list").write_text(
            f"deb [signed-by={self.keys.home}/archive.gpg] {address or self.archive.address}/debian {CODENAME} main\n")
        options = {"Dir::Etc::Main": "/dev/null", "Dir::Etc::Parts": apt / "parts", "Dir::Etc::SourceParts": "-",
                   "Dir::Etc::SourceList": apt / "sources.list", "Dir::State::Lists": apt / "lists", "Dir::Cache": apt,
                   "Acquire::Retries": 0, "Acquire::http::Timeout": 20, "APT::Sandbox::User": "root", **self.apt_options}
        (apt / "apt.conf").write_text("".join(f'{name} "{value}";\n' for name, value in options.items()))
        clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return {**clean, "APT_CONFIG": str(apt / "apt.conf"), "RUNNER_ARCHIVE_KEYRING": f"{self.keys.home}/archive.gpg",
                "RUNNER_PUBLIC_ARCHIVE": self.public, **self.environment}

    def start(self, *words, address=None):
        return subprocess.Popen(words, env=self.machine(address), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, start_new_session=True)

    def finish(self, process, status=0):
        text = process.communicate(timeout=LIMIT)[0]
        self.assertEqual(process.returncode, status, text)
        return text

    def fetch(self, *names, status=0, address=None):
        process = self.start(ROOT / "scripts/fetch-sources", self.folder / "sources", *names, address=address)
        return self.finish(process, status)

    def assert_whole(self, source):
        got = {file.name: file.read_bytes() for file in (self.folder / "sources" / source.name).iterdir()}
        self.assertEqual(got, source.files)

    def assert_nothing_left(self, *names):
        self.assertEqual(sorted(file.name for file in self.folder.glob("sources*")), ["sources"] if names else [])
        self.assertEqual(sorted(file.name for file in self.folder.glob("sources/*")), sorted(names))

    def path(self, source, part):
        return next(f"/debian/{source.folder}/{name}" for name in source.files if part in name)

    # --- fetching ------------------------------------------------------------------------------------------------------

    def test_the_newest_that_the_indexes_name_is_taken(self):
        self.offer(self.ssh2, self.git2, self.curl[5])
        self.archive.put(self.curl[7], "debian-security")
        self.archive.index(f"{RELEASE}-security", [self.curl[7]], "debian-security")
        self.assertEqual(self.fetch(*ALL), "setup: sources verified: libssh2 1.11.1-1+deb13u2, libgit2 1.9.0+ds-2+deb13u1, "
                         "curl 8.14.1-2+deb13u7\n")
        for source in (self.ssh2, self.git2, self.curl[7]):
            self.assert_whole(source)
        self.assert_nothing_left(*ALL)

    def test_a_missing_revision_gives_way_to_an_older_one_that_is_named(self):
        self.offer(self.ssh2, self.git2, self.curl[5], self.curl[7])
        self.archive.drop(self.curl[7])
        self.assertIn("curl 8.14.1-2+deb13u5 (8.14.1-2+deb13u7: 404 Not Found)", self.fetch(*ALL))
        self.assert_whole(self.curl[5])

    def test_a_missing_revision_gives_way_to_one_that_no_index_names(self):
        for listings in (False, True):
            with self.subTest("the pool's folder is listed" if listings else "revisions are counted"):
                shutil.rmtree(self.folder / "sources", ignore_errors=True)
                self.archive.listings = listings
                self.offer(self.curl[4], self.curl[5], self.curl[7], named=[self.curl[7]])
                self.archive.drop(self.curl[7])
                self.assertIn("curl 8.14.1-2+deb13u5 (8.14.1-2+deb13u7: 404", self.fetch("curl"))
                self.assert_whole(self.curl[5])

    def test_a_revision_that_no_index_names_must_be_signed_by_a_developer(self):
        developer = self.source("curl", "8.14.1-2+deb13u5")
        cases = {"by a stranger": self.source("curl", "8.14.1-2+deb13u5", signer="stranger"),
                 "for another version": self.source("curl", "8.14.1-2+deb13u5", named="8.14.1-2+deb13u1"),
                 "not at all": self.source("curl", "8.14.1-2+deb13u5"), "but changed": developer}
        text = cases["not at all"].files[developer.dsc].decode()
        cases["not at all"].files[developer.dsc] = text.split("\n\n", 1)[1].split("-----BEGIN")[0].encode()
        developer.files[developer.dsc] = developer.files[developer.dsc].replace(b"nobody", b"nobodx")
        for why, source in cases.items():
            with self.subTest(f"signed {why}"):
                shutil.rmtree(self.folder / "sources", ignore_errors=True)
                self.offer(source, self.curl[4], named=[self.curl[7]])
                self.assertIn("curl 8.14.1-2+deb13u4 (", self.fetch("curl"))
                self.assert_whole(self.curl[4])

                self.archive.drop(self.curl[4])
                shutil.rmtree(self.folder / "sources")
                text = self.fetch("curl", status=1)
                self.assertRegex(text, r"deb13u5.dsc: (not signed by a Debian Developer|what is signed there is another)")
                self.assert_nothing_left()

    def test_text_around_what_was_signed_counts_for_nothing(self):
        evil = self.source("curl", "8.14.1-2+deb13u5")
        evil.files[evil.dsc] = evil.files[evil.dsc] + b"\nChecksums-Sha256:\n " + b"0" * 64 + b" 1 evil.tar.gz\n"
        self.offer(evil, named=[self.curl[7]])
        self.fetch("curl")
        self.assertEqual(self.archive.asked("evil"), [])

    def test_a_wrong_checksum_is_refused(self):
        self.offer(self.ssh2, self.git2, self.curl[5])
        orig = self.path(self.curl[5], ".orig.")
        self.archive.files[orig] = self.archive.files[orig][:-1] + b"x"
        text = self.fetch(*ALL, status=1)
        self.assertIn("no whole source of curl was found", text)
        self.assertIn("curl_8.14.1.orig.tar.gz: Hash Sum mismatch", text)
        self.assertIn("What to do:", text)
        self.assert_nothing_left("libssh2", "libgit2")  # the others do not depend on it

        self.archive.put(self.curl[5])
        self.assertEqual(self.fetch(*ALL), "setup: sources verified: curl 8.14.1-2+deb13u5\n")

    def test_an_index_of_a_stranger_is_refused(self):
        self.offer(self.ssh2, signer="stranger")
        text = self.fetch("libssh2", status=1)
        self.assertRegex(text, "the index: .*(not signed|signatures couldn't be verified)")
        self.assertEqual(self.archive.asked("pool"), [])
        self.assert_nothing_left()

    def test_a_cut_connection_is_taken_up_again_or_told(self):
        self.offer(self.ssh2)
        orig = self.path(self.ssh2, ".orig.")
        self.apt_options = {"Acquire::Retries": 1, "Acquire::Retries::Delay": "false"}
        self.archive.broken_off[orig] = 1
        self.fetch("libssh2")
        self.assert_whole(self.ssh2)

        shutil.rmtree(self.folder / "sources")
        self.archive.broken_off[orig] = 1000
        text = self.fetch("libssh2", status=1)
        self.assertRegex(text, r"libssh2_1.11.1.orig.tar.gz: broken off half-way")
        self.assert_nothing_left()

    def test_the_public_archive_stands_in_for_a_mirror(self):
        self.public = f"{self.archive.address}/public"
        for source in (self.ssh2, self.git2, self.curl[5]):
            self.archive.put(source, "public")
        self.archive.index(RELEASE, [self.ssh2, self.git2, self.curl[5]], "public")
        self.offer(self.git2)  # all that the mirror has
        self.fetch(*ALL)
        self.assert_nothing_left(*ALL)
        self.assertEqual(self.archive.asked("public/pool/main/libgit2"), [])

    @unittest.skipIf(CODENAME != "bookworm", "its own sources are what is taken first there")
    def test_debian_12s_curl_is_the_last_resort(self):
        own = self.source("curl", "7.88.1-10+deb12u14")
        self.offer(self.curl[7])
        self.archive.put(own)
        self.archive.index(CODENAME, [own])
        self.archive.drop(self.curl[7])
        self.assertIn("curl 7.88.1-10+deb12u14", self.fetch("curl"))
        self.assert_whole(own)

    def test_behind_a_proxy(self):
        self.offer(self.ssh2)
        for why, options, environment in (("http_proxy", {}, {"http_proxy": self.archive.address}),
                                          ("apt's", {"Acquire::http::Proxy": self.archive.address}, {})):
            with self.subTest(why):
                shutil.rmtree(self.folder / "sources", ignore_errors=True)
                self.apt_options, self.environment = options, environment
                self.fetch("libssh2", address="http://archive.invalid")
                self.assert_whole(self.ssh2)
                self.assertTrue(self.archive.asked("http://archive.invalid/debian/pool"))
        shutil.rmtree(self.folder / "sources")
        self.apt_options, self.environment = {}, {"http_proxy": "http://127.0.0.1:9"}
        text = self.fetch("libssh2", status=1, address="http://archive.invalid")
        self.assertRegex(text, "(?s)Could not connect to 127.0.0.1:9 .*What to do: .*http_proxy")

    def test_killed_while_it_fetches(self):
        self.offer(self.ssh2)
        asked, go_on = self.archive.hold(self.path(self.ssh2, ".orig."))
        process = self.start(ROOT / "scripts/fetch-sources", self.folder / "sources", "libssh2")
        self.assertTrue(asked.wait(LIMIT))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertFalse((self.folder / "sources/libssh2").exists())
        go_on.set()
        self.fetch("libssh2")
        self.assert_whole(self.ssh2)

    # --- the whole of set-up, in a tree of its own -----------------------------------------------------------------------

    def tree(self):
        tree = self.folder / "tree"
        shutil.copytree(ROOT / "scripts", tree / "scripts")
        self.offer(self.ssh2, self.git2, self.curl[5])
        return tree

    def assert_built(self, tree):
        self.assertEqual(sorted(file.name for file in (tree / "build/deps/include").iterdir()),
                         ["curl.h", "libgit2.h", "libssh2.h"])
        self.assertEqual(sorted(file.name for file in (tree / "build").iterdir()), ["deps", "deps.lock", "log"])

    def test_a_second_run_needs_no_network(self):
        tree = self.tree()
        self.finish(self.start(tree / "scripts/setup"))
        self.assert_built(tree)
        before = len(self.archive.requests)
        self.assertIn("setup: libssh2, libgit2, curl: built\n", self.finish(self.start(tree / "scripts/setup")))
        self.assertEqual(self.archive.requests[before:], [])
        alone = self.start("unshare", "--net", tree / "scripts/setup")
        self.finish(alone)

    def test_two_at_once(self):
        tree = self.tree()
        asked, go_on = self.archive.hold(self.path(self.curl[5], ".orig."))
        first = self.start(tree / "scripts/setup")
        self.assertTrue(asked.wait(LIMIT))
        second = self.start(tree / "scripts/setup")
        self.assertIn("waiting for another scripts/setup", second.stdout.readline())
        go_on.set()
        self.finish(first)
        self.assertIn("libssh2, libgit2, curl: built\n", self.finish(second))
        self.assert_built(tree)
        self.assertEqual(len(self.archive.asked("curl_8.14.1.orig")), 1)

    def test_interrupted_and_started_again(self):
        for why, end in (("a terminal's ctrl-c", signal.SIGINT), ("a polite end", signal.SIGTERM),
                         ("an end without notice", signal.SIGKILL)):
            with self.subTest(why):
                shutil.rmtree(self.folder / "tree", ignore_errors=True)
                tree = self.tree()
                asked, go_on = self.archive.hold(self.path(self.curl[5], ".orig."))
                process = self.start(tree / "scripts/setup")
                self.assertTrue(asked.wait(LIMIT))
                process.send_signal(end)
                if end == signal.SIGKILL:
                    go_on.set()  # what it left ends, and only then is the way free
                process.communicate(timeout=LIMIT)
                self.assertNotEqual(process.returncode, 0)
                self.assertFalse((tree / "build/deps").exists())
                go_on.set()
                self.archive.waiting.clear()
                self.finish(self.start(tree / "scripts/setup"))
                self.assert_built(tree)

    def test_a_library_that_cannot_be_had_ends_set_up_in_words(self):
        tree = self.tree()
        self.archive.drop(self.git2)
        text = self.finish(self.start(tree / "scripts/setup"), status=1)
        self.assertIn("no whole source of libgit2 was found. Tried, in this order:\n", text)
        self.assertNotIn("line", text)  # no words of bash's own
        self.assertFalse((tree / "build/deps").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
