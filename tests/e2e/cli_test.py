"""cli_test.py RUNNER -- what scripts rely on: the JSON of every command against docs/json.schema.json, and which stream and
exit status an answer has; what bash, zsh and fish complete; the man page. Needs neither root nor a network.
"""
import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import jsonschema

FOLDER = tempfile.TemporaryDirectory(prefix="cli-test-")
ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "runner"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "GIT_", "GITHUB_"))}
ENVIRONMENT.update(HOME=FOLDER.name, LC_ALL="C.UTF-8")

DEPLOY = """
name: Deploy
run-name: Deploy of ${{ github.ref_name }}
on:
  push: {branches: [main, 'v*']}
  schedule: [{cron: '0 3 * * *', timezone: Europe/Berlin}]
  workflow_dispatch: {inputs: {where: {type: choice, options: [eu, us], default: eu, description: which one}}}
jobs:
  build:
    runs-on: ubuntu-latest
    outputs: {tag: '${{ steps.tag.outputs.tag }}'}
    steps:
      - uses: actions/checkout@v4
      - {id: tag, run: 'echo tag=1 >>"$GITHUB_OUTPUT"; echo "::warning file=a.c,line=3::look"; echo "$K"; echo "# Tag 1" >>"$GITHUB_STEP_SUMMARY"', env: {K: '${{ secrets.KEY }}'}}
      - {if: failure(), run: echo never}
      - {continue-on-error: true, run: exit 4}
  deploy:
    needs: build
    if: github.ref == 'refs/heads/main'
    runs-on: [self-hosted, linux]
    environment: {name: production, url: 'https://example.org/${{ vars.PLACE }}'}
    strategy: {matrix: {server: [eu, us]}}
    steps:
      - run: test ${{ matrix.server }} = eu
"""
WRONG = "on: push\njobs:\n  a: {runs-on: linux, needs: missing, steps: [{run: x}]}\n"
ELSEWHERE = "on: push\njobs:\n  a: {runs-on: windows-latest, steps: [{run: x}]}\n"


def strict(schema):
    """Docs allow for members that are new; here each one must be written down."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(part) for key, part in schema.items()}
    named = isinstance(schema.get("properties"), dict)
    if named and schema.get("$comment") != "part" and "not" not in schema["properties"].get("type", {}):
        made["unevaluatedProperties"] = False
    return made


SCHEMA = json.loads((ROOT / "docs/json.schema.json").read_text())
STRICT = strict(SCHEMA)


def check(kind, value):
    jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": STRICT["$defs"]}).validate(value)
    jsonschema.Draft202012Validator(SCHEMA).validate(value)  # the whole knows each of its parts


class Project(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.path = pathlib.Path(tempfile.mkdtemp(dir=FOLDER.name))
        cls.put(".github/workflows/deploy.yml", DEPLOY)
        cls.put(".gitignore", ".secrets\n")
        cls.put(".secrets", "KEY=a-secret-value\n").chmod(0o600)
        for words in (["init", "-q", "-b", "main"], ["config", "user.name", "Ada"], ["config", "user.email", "a@example.org"],
                      ["add", "-A"], ["commit", "-qm", "The first version"]):
            subprocess.run(["git", *words], cwd=cls.path, check=True, env=ENVIRONMENT)

    @classmethod
    def put(cls, name, text):
        path = cls.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def call(self, *words, status=0):
        done = subprocess.run([BINARY, *words], cwd=self.path, env=ENVIRONMENT, text=True, capture_output=True, timeout=120,
                              stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn("a-secret-value", done.stdout + done.stderr)
        return done

    def answer(self, kind, *words, status=0):
        """The one JSON value that a command writes."""
        value = json.loads(self.call(*words, "--format", "json", status=status).stdout)
        check(kind, value)
        return value

    def events(self, *words, status=0):
        events = [json.loads(line) for line in self.call(*words, "--format", "json", status=status).stdout.splitlines()]
        for event in events:
            check("run_event", event)
        return events


class Json(Project):
    def test_a_run_and_all_that_tells_of_it(self):
        events = self.events("run", "deploy.yml", status=1)
        types = {event["type"] for event in events}
        named = {branch["$ref"].rpartition("/")[2] for branch in SCHEMA["$defs"]["run_event"]["oneOf"] if "$ref" in branch}
        self.assertEqual(types | {"warning", "interrupted"}, named)  # whatever the schema describes was seen
        self.assertEqual(len(self.events("logs")), len(events))
        run = self.answer("runs", "runs")[0]
        started = events[0]
        for name in ("id", "number", "attempt", "event", "ref", "sha", "actor", "title"):
            self.assertEqual(run[name], started[name], name)
        self.assertEqual((run["jobs"], run["steps"], run["conclusion"], run["ref"]), (3, 7, "failure", "refs/heads/main"))
        plan = self.answer("plan", "plan", "deploy.yml")
        for name in ("event", "ref", "sha", "actor", "repository"):
            self.assertEqual(plan[name], run[name], name)
        self.assertEqual(plan["number"], run["number"] + 1)
        self.assertEqual(plan["secrets"], {"set": ["KEY"], "unset": []})
        self.assertEqual(plan["variables"], {"set": [], "unset": ["PLACE"]})

    def test_a_run_that_is_interrupted(self):
        self.put("slow.yml", "on: push\njobs:\n  a: {runs-on: linux, steps: [{run: sleep 60}]}\n")
        with subprocess.Popen([BINARY, "run", "slow.yml", "--format", "json"], cwd=self.path, env=ENVIRONMENT, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
            events = []
            for line in run.stdout:
                events.append(json.loads(line))
                check("run_event", events[-1])
                if events[-1]["type"] == "step_started":
                    run.send_signal(signal.SIGTERM)
            self.assertEqual(run.wait(), 143)
        self.assertEqual([event["what"] for event in events if event["type"] == "interrupted"], ["cancel"])
        self.assertEqual(events[-1]["conclusion"], "cancelled")

    def test_every_other_answer(self):
        listed = self.answer("list", "list")["workflows"][0]
        self.assertEqual([trigger["event"] for trigger in listed["on"]], ["push", "schedule", "workflow_dispatch"])
        self.answer("list", "list", "deploy")
        self.answer("validate", "validate")
        self.assertIn(self.answer("actions", "actions")[0]["uses"], self.call("actions").stdout)
        self.answer("action", "actions", "docker/build-push-action")
        self.answer("aws_commands", "actions", "aws")
        self.assertIn(self.answer("version", "version")["version"], self.call("version").stdout)
        done = subprocess.run([BINARY, "doctor", "--format", "json"], cwd=self.path, env=ENVIRONMENT, text=True,
                              capture_output=True, timeout=120)
        check("doctor", json.loads(done.stdout))
        self.assertEqual(done.returncode, 1 if json.loads(done.stdout)["missing"] else 0)

    def test_what_is_wrong(self):
        self.put("wrong.yml", WRONG)
        self.put("elsewhere.yml", ELSEWHERE)
        self.assertIn("needs", {error["rule"] for error in self.answer("validate", "validate", "wrong.yml", status=1)["errors"]})
        self.answer("list", "list", "wrong.yml", status=2)
        refused = self.answer("plan", "plan", "elsewhere.yml")
        self.assertEqual(refused["problems"][0]["severity"], "error")
        kept_back = self.answer("plan", "plan", "deploy.yml", "-e", "pull_request")
        self.assertFalse(kept_back["triggered"])
        self.assertIn("pull_request", kept_back["reason"])


class Streams(Project):
    def test_nothing_but_the_answer_on_standard_output(self):
        run = self.call("run", "deploy.yml", status=1)
        self.assertEqual(run.stdout, "")
        self.assertIn("FAILED", run.stderr)
        for words in (["plan", "deploy.yml", "--var", "PLACE=eu"], ["list"], ["runs"], ["logs"], ["validate"], ["actions"], ["version"], []):
            done = self.call(*words)
            self.assertNotEqual(done.stdout, "", words)
            self.assertEqual(done.stderr, "", words)

    def test_what_is_wrong_before_anything_runs_is_told_on_standard_error_with_2(self):
        self.put("wrong.yml", WRONG)
        self.put("elsewhere.yml", ELSEWHERE)
        bad = self.put("bad.env", "A='never closed\n")
        for words in (["plan", "--bogus"], ["pusch"], ["run", "none.yml"], ["run", "wrong.yml"], ["run", "elsewhere.yml"],
                      ["plan", "wrong.yml"], ["run", "deploy.yml", "--secret-file", str(bad)], ["logs", "4711"],
                      ["run", "deploy.yml", "--event-path", "none.json"], ["list", "none.yml"], ["actions", "none/none"],
                      ["-C", "nowhere", "list"], ["eval", "1 +"], ["runs", "--status", "good"]):
            for form in ([], ["--format", "json"]):
                if form and words[0] in ("eval", "-C"):
                    continue
                done = self.call(*words, *form, status=2)
                self.assertEqual(done.stdout, "", words)
                self.assertNotEqual(done.stderr, "", words)


class Typed:
    """A shell at a terminal, where keys are typed and what it shows is read."""

    def __init__(self, words, cwd, environment):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(words[0], words, environment)
        self.seen = ""

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def wait_for(self, text, since=0):
        end = time.monotonic() + 30
        while text not in plain(self.seen[since:]):
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError(f"{text!r} did not come; seen: {self.seen!r}")
            self.seen += os.read(self.fd, 65536).decode(errors="replace")

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x08|\r", "", text)


class Shells(Project):
    def typed(self, words, setup):
        shell = Typed(words, self.path, {**ENVIRONMENT, "TERM": "dumb", "PATH": f"{pathlib.Path(BINARY).parent}:{os.environ['PATH']}"})
        self.addCleanup(shell.close)
        shell.type(setup + "; echo rea''dy\n")
        shell.wait_for("ready\n")
        return shell

    def check_keys(self, shell):
        for keys, shown in (("runner pla\t", "runner plan "), ("runner run dep\t", "runner run deploy.yml "),
                            ("runner run deploy.yml --dry\t", "--dry-run "), ("runner runs --status fai\t", "--status failure "),
                            ("runner plan --format=js\t", "--format=json "), ("runner run -j bu\t", "-j build ")):
            before = len(shell.seen)
            shell.type(keys)
            shell.wait_for(shown, before)
            shell.type("\x15")  # the line is empty again

    def test_bash(self):
        self.check_keys(self.typed(["bash", "--norc", "--noprofile", "-i"], "PS1='$ '; source <(runner completion bash)"))

    def test_zsh(self):
        self.check_keys(self.typed(["zsh", "-f", "-i"],
                                   "PS1='$ '; autoload -U compinit; compinit -u -D; source <(runner completion zsh)"))

    def test_fish(self):
        def offered(line):
            command = f"runner completion fish | source; complete -C '{line}'"
            environment = {**ENVIRONMENT, "PATH": f"{pathlib.Path(BINARY).parent}:{os.environ['PATH']}"}
            text = subprocess.run(["fish", "--no-config", "-c", command], cwd=self.path, env=environment, text=True,
                                  capture_output=True, check=True, timeout=60).stdout
            return [entry.partition("\t")[0] for entry in text.splitlines()]

        for line, found in (("runner pla", ["plan"]), ("runner run dep", ["deploy.yml"]), ("runner run -j bu", ["build"]),
                            ("runner runs --status fai", ["failure"]), ("runner plan --format=js", ["--format=json"]),
                            ("runner run --secret-file .secr", [".secrets"])):
            self.assertEqual(offered(line), found, line)

    def test_the_man_page_is_a_right_one_and_has_every_option(self):
        page = self.call("help", "--man").stdout
        shown = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-P-cbou"], input=page, text=True, capture_output=True,
                               env=ENVIRONMENT, check=True)
        self.assertEqual(shown.stderr, "")
        commands = re.findall(r"^  ([a-z]+)  ", self.call("help").stdout, re.MULTILINE)
        self.assertIn("run", commands)
        for command in commands:
            self.assertIn(f"runner {command} ", shown.stdout)
            for option in re.findall(r"(?<![\w-])--[a-z-]+", self.call("help", command).stdout):
                self.assertIn(option, shown.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
