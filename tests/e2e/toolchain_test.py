"""toolchain_test.py RUNNER -- the setup actions with this machine's own Node.js, Python, Go and JDK, npm and pnpm from
$RUNNER_TOOLCHAINS (tests/support/lab/get_toolchains): none of them is on PATH, each is where a version manager keeps it,
and steps behind the action call it. Needs neither root nor a network.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = tempfile.TemporaryDirectory(prefix="toolchain-test-")
ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOLCHAINS = pathlib.Path(os.environ.get("RUNNER_TOOLCHAINS", ROOT / "build/toolchains"))
REAL_PATH = os.environ["PATH"]
os.environ["LAB"] = FOLDER.name
os.environ["HOME"] = FOLDER.name  # nothing is written to the user's own
for name in list(os.environ):
    if name.startswith(("XDG_", "JAVA_HOME", "PYENV", "NVM_", "COREPACK", "PNPM", "GO")):
        os.environ.pop(name)

from common import HOME, LAB, Runner, shell, write_env  # noqa: E402

BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve()) if len(sys.argv) > 1 else "runner"
HIDDEN = re.compile(r"(node|nodejs|npm|npx|corepack|pnpm|yarn|python.*|pip.*|go|gofmt|java|javac|jar)$")


def real(program, package):
    """The program itself, not what a version manager puts in its place."""
    path = os.pathsep.join(folder for folder in REAL_PATH.split(os.pathsep) if not folder.endswith("shims"))
    found = shutil.which(program, path=path)
    if not found:
        raise SystemExit(f"toolchain_test.py: {program} is not on this machine: apt-get install {package}")
    return pathlib.Path(found)


def told(*command):
    done = subprocess.run([str(word) for word in command], check=True, text=True, capture_output=True)
    return (done.stdout or done.stderr).strip()


def path_without_toolchains():
    """A folder with what PATH has besides."""
    folder = LAB / "path"
    folder.mkdir()
    for place in ("/usr/local/bin", "/usr/bin", "/bin"):
        for program in pathlib.Path(place).iterdir():
            if not HIDDEN.match(program.name) and not (folder / program.name).exists() and program.exists():
                (folder / program.name).symlink_to(program)
    return str(folder)


def keep(place, **programs):
    """Programs where a version manager would have put them."""
    folder = HOME / place
    folder.mkdir(parents=True)
    for name, program in programs.items():
        (folder / name.replace("_", ".")).symlink_to(program)


class Toolchains(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.path = path_without_toolchains()
        cls.node_program, npm = real("node", "nodejs"), TOOLCHAINS / "npm/bin/npm-cli.js"
        cls.node = told(cls.node_program, "--version")
        keep(f".nvm/versions/node/{cls.node}/bin", node=cls.node_program, npm=npm)
        python = real("python3", "python3")
        cls.python = told(python, "-c", "import platform; print(platform.python_version())")
        keep(f".pyenv/versions/{cls.python}/bin", python3=python, python=python)
        go = real("go", "golang-go")
        cls.go = told(go, "env", "GOVERSION").removeprefix("go")
        (HOME / "sdk").mkdir()
        (HOME / "sdk" / f"go{cls.go}").symlink_to(told(go, "env", "GOROOT"))
        cls.jdk = real("javac", "openjdk-17-jdk-headless").resolve().parents[1]
        (HOME / ".jdks").mkdir()
        (HOME / ".jdks/one").symlink_to(cls.jdk)
        release = dict(re.findall(r'^(\w+)="(.*)"$', (cls.jdk / "release").read_text(), re.MULTILINE))
        cls.java = release["JAVA_VERSION"]
        cls.java_build = re.search(r"\+(\d+)", release.get("JAVA_RUNTIME_VERSION", "")) or re.search(
            r"\+(\d+)", told(cls.jdk / "bin/java", "--version"))
        for version in (TOOLCHAINS / "pnpm").iterdir() if TOOLCHAINS.exists() else ():
            shutil.copytree(version, HOME / ".cache/node/corepack/v1/pnpm" / version.name)

    def setUp(self):
        self.repo = LAB / self._testMethodName
        self.repo.mkdir()
        shell("git init -q -b main; git config user.name Ada; git config user.email ada@example.org", cwd=self.repo)
        values = (write_env(LAB / f"{self._testMethodName}.{kind}", {}) for kind in ("secrets", "vars"))
        self.runner = Runner(BINARY, self, *values)

    def put(self, name, text):
        file = self.repo / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def steps(self, steps, status=0):
        self.put(".github/workflows/w.yml", f"""
on: push
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
{steps}""")
        shell("git add -A; git commit -q --allow-empty -m 'Another build'", cwd=self.repo)
        done = self.runner.command("run", "w.yml", "-C", self.repo, environment={"PATH": self.path})
        self.assertEqual(done.returncode, status, done.text)
        return done.text

    def absent(self, program):
        return f"      - run: '! command -v {program}'\n"

    # -------------------------------------------------------------------------------------------------------------------

    def test_node(self):
        self.put(".nvmrc", self.node.split(".")[0] + "\n")
        self.put("package.json", '{"name": "a", "version": "1.0.0", "scripts": {"hello": "node hello.js"}}')
        self.put("package-lock.json", '{"name": "a", "version": "1.0.0", "lockfileVersion": 3, "packages": {}}')
        self.put("hello.js", "console.log('hello from', process.version)")
        text = self.steps(self.absent("node") + """
      - uses: actions/setup-node@v4
        id: node
        with: {node-version-file: .nvmrc, cache: npm, registry-url: 'https://npm.example.org', scope: '@ada'}
        env: {NODE_AUTH_TOKEN: not-a-token}
      - run: node --version
      - run: npm run hello && npm ci --offline
      - run: echo "version ${{ steps.node.outputs.node-version }}"; grep registry "$NPM_CONFIG_USERCONFIG"
""")
        self.assertIn(f"| {self.node}\n", text)
        self.assertIn(f"hello from {self.node}", text)
        self.assertIn(f"version {self.node}", text)
        self.assertIn("npm.example.org", text)

    def test_an_action_of_the_workspace_in_javascript(self):
        self.put("act/action.yml", """
name: hello
inputs: {who: {default: '${{ github.actor }}'}}
outputs: {length: {value: x}}
runs: {using: node20, main: dist/main.js, post: dist/post.js}
""")
        self.put("act/dist/main.js", """
const fs = require('fs');
const who = process.env.INPUT_WHO;
console.log(`hello ${who} from ${process.version} in ${process.cwd() === process.env.GITHUB_WORKSPACE}`);
fs.appendFileSync(process.env.GITHUB_OUTPUT, `length=${who.length}\\n`);
fs.appendFileSync(process.env.GITHUB_STATE, `who=${who}\\n`);
""")
        self.put("act/dist/post.js", "console.log(`goodbye ${process.env.STATE_who}`);\n")
        self.put("wrap/action.yml", """
inputs: {who: {}}
outputs: {n: {value: '${{ steps.inner.outputs.length }}'}}
runs:
  using: composite
  steps:
    - {id: inner, uses: ./act, with: {who: '${{ inputs.who }}'}}
""")
        steps = """
      - {id: wrap, uses: ./wrap, with: {who: Grace}}
      - run: echo "n is ${{ steps.wrap.outputs.n }}"
"""
        text = self.steps(steps)  # it is not on PATH, but where a version manager keeps it
        self.assertIn(f"hello Grace from {self.node} in true", text)
        self.assertIn("n is 5", text)
        self.assertIn("goodbye Grace", text)

    def test_a_version_that_is_not_here(self):
        text = self.steps("      - {uses: actions/setup-node@v4, with: {node-version: 4}}\n      - run: echo went on\n", 2)
        self.assertIn("Node.js 4 is not on this machine", text)
        self.assertIn(self.node.removeprefix("v"), text)
        self.assertNotIn("| went on", text)

    def test_python(self):
        short = ".".join(self.python.split(".")[:2])
        self.put(".tool-versions", f"nodejs 1\npython {self.python}\n")
        self.put("pyproject.toml", f'[project]\nname = "x"\nrequires-python = ">={short},<4"\n')
        text = self.steps(self.absent("python") + self.absent("python3") + """
      - uses: actions/setup-python@v5
        id: python
        with: {python-version-file: pyproject.toml}
      - run: |
          python --version; python3 -c 'import sys, json; print(json.dumps({"of": sys.version.split()[0]}))'
      - run: echo "version ${{ steps.python.outputs.python-version }}"
      - shell: python
        run: print("a step in Python")
      - uses: actions/setup-python@v5
        with: {python-version-file: .tool-versions}
      - run: echo "still $(python --version)"
""")
        self.assertIn(f"Python {self.python}\n", text)
        self.assertIn(f'{{"of": "{self.python}"}}', text)
        self.assertIn(f"version {self.python}", text)
        self.assertIn("| a step in Python", text)
        self.assertIn(f"still Python {self.python}", text)

    def test_go(self):
        self.put("go.mod", f"module example.org/hello\n\ngo {'.'.join(self.go.split('.')[:2])}\n")
        self.put("hello.go", "package main\n\nfunc main() { println(\"hello\") }\n")
        text = self.steps(self.absent("go") + """
      - uses: actions/setup-go@v5
        id: go
        with: {go-version-file: go.mod, cache: false}
      - run: go version; gofmt -l .; go list -m; echo "root $(go env GOROOT)"
      - run: echo "version ${{ steps.go.outputs.go-version }}"
""")
        self.assertIn(f"go version go{self.go} ", text)
        self.assertIn("| example.org/hello\n", text)
        self.assertIn(f"version {self.go}", text)

    def test_java(self):
        version = f"{self.java}+{self.java_build[1]}" if self.java_build else self.java
        self.put(".tool-versions", f"# what we build with\njava\ttemurin-{version}.0.LTS temurin-8\n")
        self.put("Hello.java", 'class Hello { public static void main(String[] a) { System.out.println("hello from "'
                               ' + System.getProperty("java.version")); } }')
        text = self.steps(self.absent("java") + """
      - uses: actions/setup-java@v5
        id: java
        with: {java-version-file: .tool-versions, server-id: releases, server-username: MAVEN_USER, server-password: MAVEN_TOKEN}
      - run: javac Hello.java && java -cp . Hello && "$JAVA_HOME/bin/java" -version
      - run: echo "version ${{ steps.java.outputs.version }}"; cat ~/.m2/settings.xml
""")
        self.assertIn(f"hello from {self.java}", text)
        # as the original tells 17.0.21.1+2: its fourth number stands where others have their build
        numbers = self.java.split(".")
        told = version if len(numbers) < 4 else ".".join(numbers[:3]) + "+" + numbers[3]
        self.assertIn(f"version {told}", text)
        self.assertIn("<id>releases</id>", text)
        self.assertIn("${env.MAVEN_TOKEN}", text)

    def test_pnpm(self):
        versions = sorted(folder.name for folder in (HOME / ".cache/node/corepack/v1/pnpm").glob("*"))
        self.assertEqual(len(versions), 2, f"{TOOLCHAINS} lacks pnpm: tests/support/lab/get_toolchains makes it")
        self.put("package.json", '{"name": "a", "version": "1.0.0", "dependencies": {"b": "file:./b"}}')
        self.put("b/package.json", '{"name": "b", "version": "2.0.0", "main": "b.js"}')
        self.put("b/b.js", 'module.exports = "hello from b"')
        steps = """
      - uses: actions/setup-node@v4
        with: {node-version: 'lts/*', check-latest: false}
      - uses: pnpm/action-setup@v4
        with:
          version: %s
          run_install: |
            - args: [--offline, --no-frozen-lockfile]
      - run: echo "pnpm $(pnpm --version)"; node -p 'require("b")'
"""
        for version in versions:
            text = self.steps(self.absent("pnpm") + (steps % version).replace("'lts/*'", self.node.removeprefix("v")))
            self.assertIn(f"| pnpm {version}\n", text)
            self.assertIn("hello from b", text)


if __name__ == "__main__":
    os.chdir(LAB)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
