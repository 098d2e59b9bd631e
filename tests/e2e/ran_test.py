"""ran_test.py RUNNER -- the check of ran.py cannot be fooled: what fails, is skipped, planned or called outside of a run does
not count. Needs neither root nor a network.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

FOLDER = tempfile.TemporaryDirectory(prefix="ran-test-")
os.environ["LAB"] = os.environ["HOME"] = FOLDER.name  # nothing is written to the user's own
for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "E2E_RAN"):
    os.environ.pop(name, None)  # what runs here shows nothing about the built-ins

import ran  # noqa: E402
from common import LAB, Repo, Runner, write_env  # noqa: E402

BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "runner"
WORKFLOW = """
on: push
jobs:
  only:
    runs-on: ubuntu-latest
    steps:
      - name: Post a name that looks like a post step's
        uses: Actions/Checkout@v4
      - uses: actions/download-artifact@v4
        continue-on-error: true
        with: {name: nobody-made-it}
      - uses: actions/cache@v4
        if: false
        with: {path: x, key: x}
      - run: |
          aws configure set region eu-west-1
          aws configure get nothing || aws s3 ls s3://nothing --endpoint-url http://127.0.0.1:9 || true
          echo hello >file
      - uses: actions/upload-artifact@v4
        with: {name: a, path: file}
"""


class Ran(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        repo = Repo(LAB / "repo")
        repo.commit(".github/workflows/deploy.yml", WORKFLOW)
        empty = write_env(LAB / "empty", {})
        cls.runner = Runner(BINARY, repo, empty, empty, ("--native-aws",))
        (LAB / "aws").symlink_to(BINARY)

    def kept(self):
        ran.keep(LAB / "kept", ran.state_folder())
        return json.loads(next((LAB / "kept").iterdir()).read_text())

    def check(self):
        done = subprocess.run([sys.executable, "-B", ran.__file__, LAB / "kept", BINARY], text=True, capture_output=True)
        return done.returncode, done.stdout

    def test_1_nothing_ran_and_everything_is_missing(self):
        status, said = self.check()
        self.assertEqual(status, 1)
        for name in ("actions/checkout", "aws s3 sync", "aws ecs wait services-stable"):
            self.assertIn(f"missing: {name}: ", said)

    def test_2_a_plan_and_a_call_outside_of_a_run_do_not_count(self):
        self.assertEqual(self.runner.run(command="plan").returncode, 0)
        subprocess.run([LAB / "aws", "configure", "set", "region", "eu-west-1"], check=True)
        self.assertEqual(self.kept(), {"actions": [], "aws": []})

    def test_3_what_succeeded_counts_and_nothing_else(self):
        done = self.runner.run()
        self.assertEqual(done.returncode, 0, done.text)
        self.assertEqual(self.kept(), {"actions": ["actions/checkout", "actions/upload-artifact"], "aws": ["configure set"]})
        status, said = self.check()
        self.assertEqual(status, 1)
        for name in ("actions/checkout", "aws configure set"):
            self.assertNotIn(f"missing: {name}:", said)
        for name in ("actions/cache", "actions/download-artifact", "aws configure get", "aws s3 ls"):
            self.assertIn(f"missing: {name}: ", said)

    def test_4_a_step_whose_post_fails_does_not_count(self):
        step = {"job_index": 0, "line": 3, "column": 9, "what": "uses: a/b@v1"}
        events = [{"type": "step_started", "step": 1, **step}, {"type": "step_finished", "step": 1, "job_index": 0, "outcome": "success"},
                  {"type": "step_started", "step": 2, **step}]
        self.assertEqual(ran.actions_of(events[:2]), {"a/b"})
        self.assertEqual(ran.actions_of(events), set())  # it never ended
        for outcome, counted in (("failure", set()), ("success", {"a/b"})):
            ended = {"type": "step_finished", "step": 2, "job_index": 0, "outcome": outcome}
            self.assertEqual(ran.actions_of([*events, ended]), counted)


if __name__ == "__main__":
    os.chdir(LAB)
    unittest.main(verbosity=2)
