"""store_test.py RUNNER -- what jobs and runs hand on: artifacts, caches and the groups of changed files, by workflows run
as a user runs them; the stored files are read with Python's own zip and git, never with ours. Needs neither root nor a
network.
"""
import hashlib
import json
import os
import pathlib
import re
import sys
import tempfile
import unittest
import zipfile

FOLDER = tempfile.TemporaryDirectory(prefix="store-test-")
os.environ["LAB"] = FOLDER.name
os.environ["HOME"] = FOLDER.name  # nothing is written to the user's own
for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
    os.environ.pop(name, None)

from common import LAB, Runner, shell, write_env  # noqa: E402

BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "runner"


class Project:
    """A repository with one commit, whose workflow is written anew for every run."""

    def __init__(self, name):
        self.path = LAB / name
        self.put("README", "read me\n")
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ada Example")
        self.git("config", "user.email", "ada@example.org")
        self.commit("The first version")

    def put(self, name, text):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def git(self, *words):
        quoted = " ".join(f"'{word}'" for word in words)
        self.path.mkdir(exist_ok=True)
        return shell(f"git {quoted}", cwd=self.path).strip()

    def commit(self, message):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


class Store(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.project = Project(self._testMethodName)
        values = (write_env(LAB / f"{self._testMethodName}.{kind}", {}) for kind in ("secrets", "vars"))
        self.before = set(self.stored_zips())
        self.runner = Runner(BINARY, self.project, *values)

    def run_jobs(self, jobs, status=0, *options):
        self.project.put(".github/workflows/w.yml", "on: push\njobs:\n" + jobs)
        self.project.commit("Another workflow")
        done = self.runner.run("w.yml", *options)
        self.assertEqual(done.returncode, status, done.text)
        return done.text

    def stored_zips(self):
        return (LAB / ".local/state/runner").rglob("*.zip")

    def stored_artifacts(self):
        """What each of this test's artifacts holds."""
        found = []
        for path in set(self.stored_zips()) - self.before:
            with zipfile.ZipFile(path) as archive:
                self.assertIsNone(archive.testzip())
                found.append({name: archive.read(name) for name in archive.namelist() if not name.endswith("/")})
        return found

    # --- artifacts -----------------------------------------------------------------------------------------------------

    def test_artifacts_go_from_job_to_job(self):
        text = self.run_jobs("""
  make:
    runs-on: ubuntu-latest
    strategy: {matrix: {part: [one, two]}}
    steps:
      - run: |
          mkdir -p out/sub out/.hidden
          head -c 300000 /dev/urandom >out/${{ matrix.part }}.bin
          echo "größe of ${{ matrix.part }}" >"out/sub/größe ${{ matrix.part }}.txt"
          echo no >out/skip.log; echo no >out/.hidden/x
          sha256sum out/*.bin
      - uses: actions/upload-artifact@v4
        id: up
        with:
          name: part-${{ matrix.part }}
          path: |
            out
            !out/*.log
          if-no-files-found: error
      - run: test ${#DIGEST} = 64 && test -n "$ID"
        env: {DIGEST: '${{ steps.up.outputs.artifact-digest }}', ID: '${{ steps.up.outputs.artifact-id }}'}
  merge:
    needs: make
    runs-on: ubuntu-latest
    steps:
      - uses: actions/upload-artifact/merge@v4
        with: {name: all, pattern: part-*, separate-directories: true, delete-merged: false}
  use:
    needs: merge
    runs-on: ubuntu-latest
    steps:
      - uses: actions/download-artifact@v4
        with: {name: part-one, path: one}
      - uses: actions/download-artifact@v4
        with: {pattern: part-*, merge-multiple: true, path: both}
      - uses: actions/download-artifact@v4
        id: everything
        with: {path: everything}
      - run: |
          find . -type f | sort
          sha256sum both/*.bin
          test "$PLACE" = "$PWD/everything"
        env: {PLACE: '${{ steps.everything.outputs.download-path }}'}
""")
        for place in ("one/one.bin", "one/sub/größe one.txt", "both/one.bin", "both/two.bin", "both/sub/größe two.txt",
                      "everything/part-one/one.bin", "everything/all/part-two/two.bin"):
            self.assertIn(f"./{place}\n", text)
        for place in ("skip.log", ".hidden"):
            self.assertNotIn(place, text.split("actions/download-artifact")[-1])
        sums = re.findall(r"([0-9a-f]{64})  (?:out|both)/(\w+)\.bin", text)
        self.assertEqual(len(sums), 4, text)
        self.assertEqual(len(set(sums)), 2, text)
        stored = self.stored_artifacts()
        held = sorted(sorted(files) for files in stored)
        self.assertEqual(held, [["one.bin", "sub/größe one.txt"],
                                ["part-one/one.bin", "part-one/sub/größe one.txt", "part-two/sub/größe two.txt",
                                 "part-two/two.bin"],
                                ["sub/größe two.txt", "two.bin"]])
        hashes = {hashlib.sha256(data).hexdigest() for files in stored for name, data in files.items()
                  if name.endswith(".bin")}
        self.assertEqual(hashes, {digest for digest, _ in sums})

    def test_artifacts_that_are_merged_away_taken_or_missing(self):
        steps = """
  make:
    runs-on: ubuntu-latest
    steps:
      - run: echo a >a; echo b >b
      - uses: actions/upload-artifact@v4
        with: {name: a, path: a}
      - uses: actions/upload-artifact@v4
        with: {name: b, path: b}
      - uses: actions/upload-artifact/merge@v4
        with: {name: merged, delete-merged: true}
"""
        self.run_jobs(steps)
        self.assertEqual([sorted(files) for files in self.stored_artifacts()], [["a", "b"]])
        text = self.run_jobs(steps + """
      - uses: actions/upload-artifact@v4
        with: {name: merged, path: a}
""", 1)
        self.assertRegex(text, "(?i)already exists")
        text = self.run_jobs(steps + """
      - uses: actions/download-artifact@v4
        with: {name: lost}
""", 1)
        self.assertRegex(text, "(?i)lost.*(not found|no artifact)|(not found|no artifact|unable).*lost")
        self.run_jobs(steps + "      - uses: actions/upload-artifact@v4\n        with: {path: nothing}\n")
        self.run_jobs(steps + "      - uses: actions/upload-artifact@v4\n"
                              "        with: {path: nothing, if-no-files-found: error}\n", 1)

    # --- caches --------------------------------------------------------------------------------------------------------

    CACHED = """
  work:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        id: cache
        with:
          path: |
            deps
            ~/.tool/x
            !deps/tmp
          key: deps-${{ hashFiles('lock') }}
          restore-keys: deps-
      - run: echo "hit '${{ steps.cache.outputs.cache-hit }}':" deps/* ~/.tool/x
      - run: |
          mkdir -p deps/tmp ~/.tool; echo no >deps/tmp/t
          cp lock deps/$(cat lock); chmod 750 deps/$(cat lock); ln -sf $(cat lock) deps/newest; echo x >~/.tool/x
"""

    def test_a_cache_is_kept_by_key(self):
        self.project.put("lock", "one")
        first = self.run_jobs(self.CACHED)
        self.assertRegex(first, r"hit '': deps/\*")
        self.assertRegex(self.run_jobs(self.CACHED), r"hit 'true': deps/newest deps/one /\S+/\.tool/x")
        self.project.put("lock", "two")
        self.assertRegex(self.run_jobs(self.CACHED), r"hit 'false': deps/newest deps/one ")
        text = self.run_jobs(self.CACHED + "      - run: stat -c 'file %a %N' deps/*; test ! -e deps/tmp/lost\n")
        self.assertRegex(text, r"hit 'true': deps/newest deps/one deps/two ")
        self.assertIn("file 750 'deps/two'", text)
        self.assertIn("'deps/newest' -> 'two'", text)

    def test_a_cache_is_not_saved_by_a_job_that_fails(self):
        self.project.put("lock", "one")
        self.run_jobs(self.CACHED + "      - run: exit 3\n", 1)
        self.assertRegex(self.run_jobs(self.CACHED), r"hit '':")

    def test_restore_and_save_apart(self):
        save = """
  work:
    runs-on: ubuntu-latest
    steps:
      - run: mkdir kept; echo "$GITHUB_RUN_NUMBER" >kept/number
      - uses: actions/cache/save@v4
        with: {path: kept, key: number-1}
"""
        restore = """
  work:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/cache/restore@v4
        id: found
        with: {path: kept, key: %s, restore-keys: number-, fail-on-cache-miss: %s}
      - run: echo "found '${{ steps.found.outputs.cache-hit }}' ${{ steps.found.outputs.cache-matched-key }} $(cat kept/number || echo none)"
"""
        self.assertRegex(self.run_jobs(restore % ("number-1", "false")), "found '(false)?'  none")
        self.run_jobs(restore % ("number-1", "true"), 1)
        self.run_jobs(save)
        number = self.run_jobs(save)  # the key is taken: what was kept first stays
        self.assertRegex(number, "(?i)another job|already|exists")
        self.assertRegex(self.run_jobs(restore % ("number-1", "true")), "found 'true' number-1 3")
        self.assertRegex(self.run_jobs(restore % ("number-2", "false")), "found 'false' number-1 3")

    def test_a_branch_sees_its_own_caches_and_those_of_the_main_branch(self):
        self.project.put("lock", "one")
        self.project.commit("A lock")
        self.project.git("checkout", "-q", "-b", "feature")
        self.run_jobs(self.CACHED)
        self.project.git("checkout", "-q", "main")
        self.assertRegex(self.run_jobs(self.CACHED), "hit '':")
        self.project.git("checkout", "-q", "-b", "other")
        self.assertRegex(self.run_jobs(self.CACHED), "hit 'true':")

    # --- changed files ---------------------------------------------------------------------------------------------------

    def test_the_groups_of_changed_files(self):
        jobs = """
  look:
    runs-on: ubuntu-latest
    outputs: {changes: '${{ steps.filter.outputs.changes }}'}
    steps:
      - uses: actions/checkout@v4
        with: {fetch-depth: 0}
      - uses: dorny/paths-filter@v3
        id: filter
        with:
          base: before
          list-files: json
          filters: |
            app: app/**
            docs:
              - '**/*.md'
              - '!app/**'
            gone:
              - deleted: '**'
            all: ['**']
      - run: echo 'files ${{ steps.filter.outputs.all_files }}; app ${{ steps.filter.outputs.app }}'
  build:
    needs: look
    runs-on: ubuntu-latest
    strategy: {matrix: {part: '${{ fromJSON(needs.look.outputs.changes) }}'}}
    steps: [{run: 'echo "changed: ${{ matrix.part }}"'}]
"""
        self.project.put(".github/workflows/w.yml", "on: push\njobs:\n" + jobs)
        self.project.put("app/old", "1\n")
        self.project.commit("What is there before")
        self.project.git("branch", "before")
        self.project.put("app/größe [1].ts", "1\n")
        (self.project.path / "app/old").unlink()
        self.project.commit("A change")
        text = self.run_jobs(jobs)
        changed = self.project.git("-c", "core.quotepath=off", "diff", "--no-renames", "--name-only", "before", "main").splitlines()
        files = json.loads(re.search(r"files (\[.*?\]);", text)[1])
        self.assertEqual(sorted(files), sorted(changed))
        self.assertEqual(sorted(re.findall(r"^\W*(?:.*\| ?)?changed: (\w+)$", text, re.MULTILINE)), ["all", "app", "gone"])


if __name__ == "__main__":
    os.chdir(LAB)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
