"""docker_test.py RUNNER -- docker/build-push-action against a real Docker Engine and registry, with both of the engine's
builders. To be started by tests/support/lab/run.
"""
import hashlib
import json
import os
import pathlib
import shutil
import sys
import textwrap
import unittest

import world
from world import LAB, REGISTRY

BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "runner"
SECRET = "build-secret-5f2c81"
BASE = "FROM scratch\nCOPY busybox /bin/busybox\nRUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\n"
LOGIN = """
      - uses: docker/login-action@v3
        with: {registry: "${{ vars.REGISTRY }}", username: web-push, password: "${{ secrets.DOCKER_PUSH_TOKEN }}"}
"""


class Docker(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.repo = world.Repo(LAB / "docker-sample")
        shutil.copy("/bin/busybox", cls.repo.path / "busybox")
        (cls.repo.path / ".dockerignore").unlink()
        cls.runner = world.Runner(BINARY, cls.repo)
        cls.secrets = {**cls.runner.secrets, "BUILD_SECRET": SECRET}

    def put(self, name, text):
        file = self.repo.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def run_steps(self, status, steps, dockerfile=BASE, **environment):
        """A job of these steps, in the folder as committed."""
        self.put("Dockerfile", dockerfile)
        self.put(".github/workflows/docker.yml", f"""
on: push
jobs:
  image:
    runs-on: ubuntu-latest
    env: {json.dumps(environment)}
    steps:
      - uses: actions/checkout@v4
{steps}
""")
        self.repo.git("add", "-A")
        self.repo.git("commit", "-q", "--allow-empty", "-m", "Another build")
        done = self.runner.run("docker.yml", secrets=self.secrets)
        self.assertEqual(done.returncode, status, done.text)
        for secret in (SECRET, self.runner.secrets["DOCKER_PUSH_TOKEN"]):
            self.assertNotIn(secret, done.text)
        return done.text

    def build(self, **inputs):
        lines = "".join(f"          {name.replace('_', '-')}: {json.dumps(value)}\n" for name, value in inputs.items())
        return f"      - uses: docker/build-push-action@v6\n        with:\n          context: .\n{lines}"

    def output_of(self, image, command):
        return world.shell(f"docker run --rm --network none {image} {command}").strip()

    def both_builders(self):
        for builder, variables in (("BuildKit", {}), ("classic", {"DOCKER_BUILDKIT": "0"})):
            with self.subTest(builder):
                yield builder, variables

    # -----------------------------------------------------------------------------------------------------------------

    def test_01_secrets_reach_the_command_and_stay_nowhere(self):
        dockerfile = BASE + ("RUN --mount=type=secret,id=one sha256sum </run/secrets/one >/hash\n"
                             "RUN --mount=type=cache,target=/c cp /hash /c && test ! -e /run/secrets/one\n")
        steps = self.build(tags="secret:1", secrets="one=${{ secrets.BUILD_SECRET }}")
        with world.ProcessWatch([SECRET]) as watch:
            text = self.run_steps(0, steps, dockerfile)
        self.assertEqual(watch.found, set())
        self.assertRegex(text, r"#\d+ \[stage-0 3/4\] RUN --mount=type=secret")
        self.assertRegex(text, r"#\d+ DONE \d")
        want = hashlib.sha256(SECRET.encode()).hexdigest()
        self.assertTrue(self.output_of("secret:1", "cat /hash").startswith(want))
        self.assertNotIn(SECRET, world.shell("docker history --no-trunc secret:1; docker image inspect secret:1"))
        self.assertEqual(world.files_with([SECRET], LAB / "docker/buildkit", LAB / "runner-home"), [])

    def test_02_what_was_built_comes_from_the_cache(self):
        dockerfile = BASE + "RUN echo built once >/x\n"
        self.run_steps(0, self.build(tags="cached:1"), dockerfile)
        text = self.run_steps(0, self.build(tags="cached:2"), dockerfile)
        self.assertRegex(text, r"\[(stage-0 )?3/3\] RUN echo.*\n.*#\d+ CACHED")
        self.assertEqual(self.output_of("cached:2", "cat /x"), "built once")

    def test_03_a_failing_command(self):
        for builder, variables in self.both_builders():
            text = self.run_steps(1, self.build(), BASE + "RUN echo it is lost; exit 3\n", **variables)
            if builder == "classic":
                self.assertIn("buildx failed with: ERROR: The command '/bin/sh -c echo it is lost; exit 3' returned a "
                              "non-zero code: 3", text)
            else:
                self.assertRegex(text, r"buildx failed with: ERROR: .*exit code: 3")
                self.assertRegex(text, r"> \[3/3\] RUN echo it is lost; exit 3:\n.*it is lost\n.*------")

    def test_04_two_tags_one_manifest(self):
        steps = LOGIN + self.build(push=True, tags=f"{REGISTRY}/web:a,{REGISTRY}/web:b")
        text = self.run_steps(0, steps)
        digests = [world.manifest(tag, self.runner.secrets["DOCKER_PULL_TOKEN"])[0] for tag in "ab"]
        self.assertEqual(digests[0], digests[1])
        self.assertIn(digests[0][:15], text)

    def test_05_a_private_base_image(self):
        for builder, variables in self.both_builders():
            world.shell(f"docker image rm -f {REGISTRY}/web:a {REGISTRY}/web:b secret:1 cached:1 cached:2 || true")
            dockerfile = f"FROM {REGISTRY}/web:a\nRUN echo on it >/{builder}\n"
            self.run_steps(0, LOGIN + self.build(tags="derived:1", pull=True), dockerfile, **variables)
            self.assertEqual(self.output_of("derived:1", f"cat /{builder}"), "on it")

    def test_06_a_private_base_image_without_a_login(self):
        for builder, variables in self.both_builders():
            text = self.run_steps(1, self.build(pull=True), f"FROM {REGISTRY}/web:b\nRUN true\n", **variables)
            self.assertRegex(text, "(?i)no basic auth|authorization|unauthorized|401")

    def test_07_a_denied_push(self):
        text = self.run_steps(1, self.build(push=True, tags=f"{REGISTRY}/web:c"))
        self.assertIn(f"failed to push {REGISTRY}/web:c: no basic auth credentials", text)
        self.assertIn("docker/login-action", text)

    def test_08_a_syntax_line_without_a_network(self):
        text = self.run_steps(0, self.build(tags="syntax:1"), "# syntax=docker/dockerfile:1\n" + BASE)
        self.assertIn("docker/dockerfile:1", text)
        self.assertIn("own Dockerfile parser", text)

    def test_09_a_dockerfile_outside_the_context(self):
        self.put("app/file", "content")
        steps = textwrap.indent(textwrap.dedent("""
            - uses: docker/build-push-action@v6
              with: {context: app, file: Other, tags: "outside:1"}
        """), "      ")
        for builder, variables in self.both_builders():
            self.put("Other", f"FROM derived:1\nCOPY . /{builder}-app\n")
            self.run_steps(0, steps, **variables)
            self.assertEqual(self.output_of("outside:1", f"cat /{builder}-app/file"), "content")

    def test_10_the_commit_is_the_default_context(self):
        dockerfile = BASE + "COPY app /app\n"
        steps = "      - run: echo changed >app/file\n      - uses: docker/build-push-action@v6\n        with: {tags: commit:1}\n"
        self.run_steps(0, steps, dockerfile)
        self.assertEqual(self.output_of("commit:1", "cat /app/file"), "content")

    def test_11_nothing_is_left_of_a_failed_build(self):
        self.assertEqual(world.shell("docker ps -aq").strip(), "")


if __name__ == "__main__":
    os.chdir(LAB)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
