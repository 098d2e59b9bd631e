"""workflows/pages-site: a site pushed to a branch of a bare repository, which the server's hook unpacks for nginx. The tests
build on one another, in the order of their names.
"""
import os
import subprocess
import unittest
import urllib.error
import urllib.request

import common
import world
from common import LAB, ROOT

BINARY = "runner"  # set by deploy_test.py
BARE = "/srv/git/site.git"


def read(path):
    request = urllib.request.Request(os.environ["LAB_SITE"] + path, headers={"Host": "pages.example.org"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def bare(*words):
    command = ["git", "-c", "safe.directory=*", "-C", BARE, *words]
    return subprocess.run(command, check=True, text=True, capture_output=True).stdout.strip()


class PagesSite(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        subprocess.run([ROOT / "tests/support/lab/pages_server"], check=True)
        cls.repo = common.Repo(LAB / "site.repo", "pages-site")
        cls.repo.git("remote", "add", "origin", os.environ["LAB_PAGES_REMOTE"])
        cls.runner = common.Runner(BINARY, cls.repo)
        cls.needles = world.needles(cls.runner.secrets)
        cls.workflow = (cls.repo.path / ".github/workflows/deploy.yml").read_text()

    def deploy(self, status, *options):
        done = self.runner.run("deploy.yml", *options)
        self.assertEqual(done.returncode, status, done.text)
        for needle in self.needles:
            self.assertNotIn(needle, done.text)
        return done

    def with_inputs(self, lines):
        """The workflow with more inputs for the step that pushes."""
        self.repo.commit(".github/workflows/deploy.yml",
                         self.workflow + "".join(f"          {line}\n" for line in lines))

    def history(self):
        return bare("log", "--format=%an <%ae> %s", "pages").splitlines()

    # --- tests -----------------------------------------------------------------------------------------------------------

    def test_01_first_deploy(self):
        self.deploy(0)
        status, page = read("/opening.html")
        self.assertEqual(status, 200)
        self.assertIn("not on Mondays", page)
        self.assertIn("opening.html", read("/")[1])
        self.assertEqual(read("/style.css")[1], (self.repo.path / "site/static/style.css").read_text())
        self.assertEqual(self.history(), [f"deploy <deploy@example.org> Site of {self.repo.sha()}"])
        self.assertIn(".nojekyll", bare("ls-tree", "--name-only", "pages").splitlines())

    def test_02_a_page_that_is_no_longer_built_is_gone(self):
        (self.repo.path / "site/pages/opening.html").unlink()
        self.repo.commit("site/pages/where.html", "Where we are\n<p>Behind the church.</p>\n")
        self.deploy(0)
        self.assertEqual(read("/opening.html")[0], 404)
        self.assertIn("Behind the church", read("/where.html")[1])
        self.assertNotIn("opening.html", read("/")[1])
        self.assertEqual(len(self.history()), 2)

    def test_03_the_same_site_makes_no_commit(self):
        self.repo.commit("README", "nothing that the site shows\n")
        self.deploy(0)
        self.assertEqual(len(self.history()), 2)

    def test_04_keep_files_leaves_what_is_there(self):
        (self.repo.path / "site/pages/where.html").unlink()
        self.with_inputs(["keep_files: true"])
        self.deploy(0)
        self.assertEqual(read("/where.html")[0], 200)
        self.assertNotIn("where.html", read("/")[1])

    def test_05_a_push_that_the_server_forbids(self):
        live, head = read("/"), bare("rev-parse", "pages")
        bare("config", "receive.denyNonFastForwards", "true")
        self.with_inputs(["force_orphan: true"])
        done = self.deploy(1)
        self.assertIn("non-fast-forward", done.text)
        self.assertIn("pages", done.text)
        self.assertEqual((read("/"), bare("rev-parse", "pages")), (live, head))
        bare("config", "receive.denyNonFastForwards", "false")

    def test_06_a_hook_that_declines(self):
        head = bare("rev-parse", "pages")
        hook = f"{BARE}/hooks/pre-receive"
        world.shell(f"printf '#!/bin/sh\\necho the shop is closed >&2\\nexit 1\\n' >{hook}; chmod 755 {hook}")
        self.repo.commit("site/pages/late.html", "Late\n<p>Too late.</p>\n")
        done = self.deploy(1)
        self.assertIn("the shop is closed", done.text)
        self.assertIn("declined", done.text)
        self.assertEqual(bare("rev-parse", "pages"), head)
        world.shell(f"rm {hook}")

    def test_07_force_orphan_keeps_no_history(self):
        self.deploy(0)
        self.assertEqual(len(self.history()), 1)
        self.assertEqual(read("/late.html")[0], 200)

    def test_08_no_key_stays_in_a_file(self):
        self.assertEqual(common.files_with(self.needles, common.HOME, self.repo.path, BARE, "/srv/pages", LAB / "log"), [])
