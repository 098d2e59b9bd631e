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

    def run_steps(self, status, steps, dockerfile=BASE, options=(), **environment):
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
        done = self.runner.run("docker.yml", *options, secrets=self.secrets)
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

    # --- what an image gets to see -----------------------------------------------------------------------------------

    FROM_ALL = "FROM scratch\nCOPY . /ctx/\n"

    def files_in(self, image):
        """Below /ctx, read from the image's layers by tar."""
        listed = world.shell(f"id=$(docker create {image} x); docker export $id | tar -t; docker rm $id >/dev/null")
        return sorted(name.removeprefix("ctx/") for name in listed.splitlines()
                      if name.startswith("ctx/") and not name.endswith("/"))

    def build_of(self, files, **inputs):
        """A step that builds of the folder ctx, which has these files and a, sub/b."""
        shutil.rmtree(self.repo.path / "ctx", ignore_errors=True)
        shutil.rmtree(self.repo.path / "beside", ignore_errors=True)
        for name, text in {"ctx/a": "a", "ctx/sub/b": "b", **files}.items():
            self.put(name, text)
        return self.build(**inputs).replace("context: .\n", "context: ctx\n")

    def test_11_what_is_excluded_is_in_no_image(self):
        every = ["a", "sub/b"]
        for why, files, inputs, want in (
                ("nothing is excluded", {"ctx/Dockerfile": self.FROM_ALL}, {}, ["Dockerfile", *every]),
                ("both are", {"ctx/Dockerfile": self.FROM_ALL, "ctx/.dockerignore": "Dockerfile\n.dockerignore\n"}, {}, every),
                ("one is", {"ctx/Dockerfile": self.FROM_ALL, "ctx/.dockerignore": "Dockerfile\n"}, {}, [".dockerignore", *every]),
                ("it is let in again", {"ctx/Dockerfile": self.FROM_ALL, "ctx/.dockerignore": "*\n!sub\n!Dockerfile\n"}, {},
                 ["Dockerfile", "sub/b"]),
                ("its own list counts", {"ctx/Dockerfile": self.FROM_ALL, "ctx/.dockerignore": "a\n",
                                         "ctx/Dockerfile.dockerignore": "Dockerfile*\n"}, {}, [".dockerignore", *every]),
                ("and only it", {"ctx/Dockerfile": self.FROM_ALL, "ctx/.dockerignore": "Dockerfile*\n",
                                 "ctx/Dockerfile.dockerignore": "a\n.dockerignore\n"}, {},
                 ["Dockerfile", "Dockerfile.dockerignore", "sub/b"]),
                ("from a folder of the context", {"ctx/docker/File": self.FROM_ALL, "ctx/.dockerignore": "docker\n.docker*"},
                 {"file": "ctx/docker/File"}, every),
                ("from outside", {"beside/File": self.FROM_ALL}, {"file": "beside/File"}, every),
                ("from outside, with its own list", {"beside/File": self.FROM_ALL, "beside/File.dockerignore": "a"},
                 {"file": "beside/File"}, ["sub/b"]),
                ("from outside, under the name of another", {"beside/Dockerfile": self.FROM_ALL, "ctx/Dockerfile": "wrong"},
                 {"file": "beside/Dockerfile"}, ["Dockerfile", *every])):
            for builder, variables in self.both_builders():
                with self.subTest(why, builder=builder):
                    self.run_steps(0, self.build_of(files, tags="seen:1", **inputs), **variables)
                    self.assertEqual(self.files_in("seen:1"), sorted(want))

    def test_12_so_is_it_of_a_commit(self):
        self.put(".dockerignore", "*\n!app\n!docker*\n")
        steps = "      - uses: docker/build-push-action@v6\n        with: {tags: 'seen:1'}\n"
        for builder, variables in self.both_builders():
            with self.subTest(builder=builder):
                self.run_steps(0, steps, self.FROM_ALL, **variables)
                self.assertEqual(self.files_in("seen:1"), sorted(self.repo.git("ls-files", "app").splitlines()))
        (self.repo.path / ".dockerignore").unlink()

    def test_13_an_edit_of_the_dockerfile_leaves_the_layers(self):
        ignore = {"ctx/.dockerignore": "Dockerfile\n.dockerignore\n"}
        layers = "docker image inspect --format '{{json .RootFS.Layers}} {{json .Config.Labels}}' "
        for builder, variables in self.both_builders():
            for place, files, inputs in (("inside", {}, {}), ("beside", {}, {"file": "beside/Dockerfile"})):
                with self.subTest(place, builder=builder):
                    found = []
                    for version in ("1", "2"):
                        name = inputs.get("file", "ctx/Dockerfile")
                        text = f"{self.FROM_ALL}LABEL version={version} of={place}\n"
                        steps = self.build_of({**ignore, name: text}, tags=f"edit:{version}", **inputs)
                        self.run_steps(0, steps, **variables)
                        found.append(world.shell(layers + f"edit:{version}").split(" ", 1))
                    self.assertEqual(found[0][0], found[1][0])
                    self.assertNotEqual(found[0][1], found[1][1])

    def test_14_large_files_many_files_links_and_modes(self):
        many = {f"ctx/many/{number}/file": str(number) for number in range(2000)}
        steps = self.build_of({"ctx/Dockerfile": self.FROM_ALL, **many}, tags="large:1")
        folder = self.repo.path / "ctx"
        content = os.urandom(40_000_000)
        (folder / "large").write_bytes(content)
        (folder / "run").write_text("#!")
        (folder / "run").chmod(0o755)
        (folder / "link").symlink_to("sub/b")
        (folder / "sub-2").mkdir()
        (folder / "sub-2" / "empty").touch()
        for builder, variables in self.both_builders():
            with self.subTest(builder=builder):
                self.run_steps(0, steps, **variables)
                self.assertEqual(len(self.files_in("large:1")), 2000 + 7)
                got = world.shell("id=$(docker create large:1 x); docker export $id | tar -xO ctx/large | sha256sum;"
                                  "docker export $id | tar --numeric-owner -tv ctx/run ctx/link ctx/sub-2/empty; docker rm $id >/dev/null")
                self.assertIn(hashlib.sha256(content).hexdigest(), got)
                self.assertRegex(got, r"(?s)lrwxrwxrwx 0/0 .* ctx/link -> sub/b\n-rwxr-xr-x 0/0 .* ctx/run\n.*ctx/sub-2/empty")

    # --- the actions around a build --------------------------------------------------------------------------------------

    def test_20_tags_and_labels_of_the_metadata_action(self):
        self.repo.git("tag", "-f", "v1.4.2")
        steps = LOGIN + f"""
      - uses: docker/setup-qemu-action@v3
        id: qemu
      - uses: docker/setup-buildx-action@v3
        id: buildx
      - uses: docker/metadata-action@v5
        id: meta
        with:
          images: {REGISTRY}/web
          tags: |
            type=sha,format=long,prefix=
            type=raw,value=meta-${{{{ github.run_number }}}}
            type=ref,event=branch
          labels: org.opencontainers.image.vendor=Ada
      - uses: docker/build-push-action@v6
        id: build
        with:
          context: .
          builder: ${{{{ steps.buildx.outputs.name }}}}
          platforms: linux/amd64
          push: true
          tags: ${{{{ steps.meta.outputs.tags }}}}
          labels: ${{{{ steps.meta.outputs.labels }}}}
      - run: 'echo "digest ${{{{ steps.build.outputs.digest }}}} on ${{{{ steps.qemu.outputs.platforms }}}}"'
"""
        text = self.run_steps(0, steps)
        token, sha = self.runner.secrets["DOCKER_PULL_TOKEN"], self.repo.sha()
        digest, pushed = world.manifest(sha, token)
        self.assertRegex(text, f"digest {digest} on .*linux/amd64")
        self.assertEqual(world.manifest("main", token)[0], digest)
        self.assertTrue([tag for tag in world.tags(token) if tag.startswith("meta-")])
        config = json.loads(world.registry_get(f"web/blobs/{pushed['config']['digest']}", token, "*/*")[0])
        labels = config["config"]["Labels"]
        self.assertEqual(labels["org.opencontainers.image.revision"], sha)
        self.assertEqual(labels["org.opencontainers.image.vendor"], "Ada")
        self.assertEqual(config["architecture"], "amd64")

    def test_21_logins_last_as_long_as_the_job(self):
        push = f"docker tag commit:1 {REGISTRY}/web:login && docker push {REGISTRY}/web:login"
        azure = f"""
      - uses: azure/docker-login@v2
        with: {{login-server: '{REGISTRY}', username: web-push, password: "${{{{ secrets.DOCKER_PUSH_TOKEN }}}}"}}
      - run: {push}
"""
        for name, steps in (("docker/login-action", LOGIN + f"      - run: {push}\n"), ("azure/docker-login", azure)):
            with self.subTest(name):
                self.run_steps(0, steps)
                self.assertIn("login", world.tags(self.runner.secrets["DOCKER_PULL_TOKEN"]))
                self.run_steps(1, f"      - run: {push}\n")  # of a job without it
        self.assertEqual(list(pathlib.Path(os.environ["HOME"]).glob(".docker/config.json")), [])
        text = self.run_steps(1, LOGIN.replace("web-push", "nobody"))
        self.assertRegex(text, "(?i)unauthori[sz]ed|401")

    def test_22_a_secret_in_an_image_is_told_and_not_pushed_if_asked_so(self):
        argument = BASE + "ARG TOKEN\nRUN true $TOKEN\n"
        copied = BASE + "RUN --mount=type=secret,id=one cp /run/secrets/one /etc/token\n"
        given = "TOKEN=${{ secrets.BUILD_SECRET }}"
        for where, dockerfile, inputs in (("its history, where build arguments stand", argument, {"build-args": given}),
                                          ("/etc/token at byte 0", copied, {"secrets": "one=${{ secrets.BUILD_SECRET }}"})):
            with self.subTest(where):
                tag = "leak-" + where[:3].strip("/")
                steps = LOGIN + self.build(push=True, tags=f"{REGISTRY}/web:{tag}", **inputs)
                text = self.run_steps(1, steps, dockerfile, options=("--fail-on-leak",))
                self.assertRegex(text, rf"the image sha256:\w+ holds a secret of this run: .*{where}")
                self.assertNotIn(tag, world.tags(self.runner.secrets["DOCKER_PULL_TOKEN"]))
        text = self.run_steps(0, self.build(tags="leak:1", **{"build-args": given}), argument)
        self.assertRegex(text, "warning: the image sha256:.* holds a secret of this run: its history")

    def test_30_nothing_is_left_of_a_failed_build(self):
        self.assertEqual(world.shell("docker ps -aq").strip(), "")


if __name__ == "__main__":
    os.chdir(LAB)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
