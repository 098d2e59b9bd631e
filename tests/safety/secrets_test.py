"""secrets_test.py RUNNER S3_SERVER -- secrets in what a run shows and in what leaves it, by the program itself: scripts let
the real tools (bash, ls, base64, Python, node and jq where they are) print a secret in all their ways, and nothing of it is
found in the output, the record or a process list; artifacts, caches and S3 uploads that hold one are told or refused; a
link to a file outside is told, left out or refused. Needs no network.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="secrets-test-"))
os.environ["LAB"] = str(FOLDER)
os.environ["HOME"] = str(FOLDER)  # nothing is written to the user's own
for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
    os.environ.pop(name, None)
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from common import Runner, files_with, shell, write_env  # noqa: E402

S3_SERVER, RUNNER = os.path.abspath(sys.argv.pop()), os.path.abspath(sys.argv.pop())

# One of everything that somebody escapes; long enough that a piece of twelve characters tells it from chance.
SECRETS = {
    "PLAIN": "hunter2Correct9Horse",
    "SIGNS": "p4ss,w#rd~1!x^{y}[z]*?&<q>'\"\\`$(v)|;=@%+: end",
    "TILDE": "#~begins:~with=~marks,and more",
    "UMLAUT": "größe-und-Maß-für-Öl",
    "SHORT": "s3cr3t!!",
}
# printf %q and kin for the shell, then what other programs make of it. Each line of it is a command of a step.
SHELL = r"""
printf '%s\n' "$S"; printf 'is %q there\n' "$S"; printf '%q\n' "x$S"; LC_ALL=C printf '%q\n' "$S"
echo "${S@Q}"; echo "${S@E}" > /dev/null; declare -p S; (set -x; : "$S" "a$S" "$S-b") 2>&1
set | grep -a '^S='; export -p | grep -a ' S='; env -0 | tr '\0' '\n' | grep -a '^S='
mkdir -p d; touch -- "d/x${S//\//:}"; for style in literal shell shell-always shell-escape c escape; do ls --quoting-style=$style d; done
LC_ALL=C ls -b d; LC_ALL=C ls -Q d; LC_ALL=C ls --quoting-style=shell-escape-always d; stat d/*; find d -ls; rm -r d
printf '%s' "$S" | base64; printf '%s' "$S" | base64 -w0; echo
for before in a ab abc user: 'https://user:'; do printf '%s%s' "$before" "$S:and more" | base64 -w0; echo; done
long=$(head -c 300 /dev/zero | tr '\0' x)
for n in 0 1 2 17 30 44; do
  for width in 40 61 64 76 77 99 100; do printf '%s%s%s' "${long:0:$n}" "$S" "$long" | base64 -w $width | sed 's/^/    /'; done
  printf '%s%s%s' "${long:0:$n}" "$S" "$long" | base64 | while read -r line; do echo "remote: $line"; done
  printf '%s%s%s' "${long:0:$n}" "$S" "$long" | base64 | cat -n
  printf '%s%s%s' "${long:0:$n}" "$S" "$long" | base64 | tr '+/' '-_'
done
for c in $(seq 0 $((${#S} - 1))); do printf '%s' "${S:c:1}"; done; echo
"""
PYTHON = r"""
import base64, json, os, shlex, urllib.parse, html, textwrap
s = os.environ['S']
for text in (repr(s), ascii(s) if s.isascii() else '', repr(s.encode()), json.dumps(s), json.dumps(s, ensure_ascii=False), shlex.quote(s),
             urllib.parse.quote(s), urllib.parse.quote(s, safe=''), urllib.parse.quote_plus(s), urllib.parse.urlencode({'k': s}),
             html.escape(s), html.escape(s, quote=False) if not set(s) & set('<>&') else '', json.dumps({'k': [s]}).replace('/', '\\/'),
             base64.urlsafe_b64encode(s.encode()).decode(), base64.encodebytes(('x' * 70 + s).encode()).decode()):
    print(text)
"""
NODE = r"""
const s = process.env.S;
const url = new URL('https://h/'); url.search = 'k=' + s; url.hash = s; url.pathname = '/p/' + s.replace(/[?#]/g, '-');
const login = new URL('https://h/'); login.username = s; login.password = s;
for (const text of [JSON.stringify(s), encodeURI(s), encodeURIComponent(s), String(new URLSearchParams({k: s})), url.search, url.hash, login.href,
                    require('querystring').stringify({k: s}), Buffer.from(s).toString('base64'), Buffer.from(s).toString('base64url')]) console.log(text);
"""


def pieces(secret, size=12):
    size = min(size, len(secret))
    return {secret[at:at + size] for at in range(len(secret) - size + 1)}


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.path = FOLDER / self._testMethodName
        (self.path / ".github/workflows").mkdir(parents=True)
        shell("git init -q -b main; git config user.name Ada; git config user.email ada@example.org", cwd=self.path)
        values = (write_env(FOLDER / f"{self._testMethodName}.{kind}", {}) for kind in ("secrets", "vars"))
        self.runner = Runner(RUNNER, self, *values)

    def put(self, name, text):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def run_steps(self, steps, *options, secrets=None, variables=None, status=0):
        self.put(".github/workflows/w.yml", "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n" + "\n".join(
            "      " + line for line in steps.strip("\n").split("\n")) + "\n")
        shell("git add -A; git commit -q --allow-empty -m Another", cwd=self.path)
        done = self.runner.run("w.yml", *options, secrets=secrets or {}, variables=variables)
        self.assertEqual(done.returncode, status, done.text[-4000:])
        return done.text


class Shown(Case):
    def test_no_tool_prints_a_secret_in_a_form_that_is_not_masked(self):
        programs = {"bash": SHELL, "python3": PYTHON}
        if shutil.which("node"):
            programs["node"] = NODE
        for program, script in programs.items():
            self.put(f"print-{program}", script)
        steps = "- uses: actions/checkout@v4\n" + "\n".join(
            f"- {{run: {program} print-{program}, env: {{S: \"${{{{ secrets.{name} }}}}\", LC_ALL: C.UTF-8}}}}"
            for program in programs for name in SECRETS)
        text = self.run_steps(steps, "-v", secrets=SECRETS)
        logs = self.runner.command("logs", "-C", self.path).text
        self.assertGreater(text.count("***"), 500)
        for name, secret in SECRETS.items():
            for shown, where in ((text, "output"), (logs, "logs")):
                for piece in pieces(secret):
                    at = shown.find(piece)
                    self.assertEqual(at, -1, f"{name} in the {where}: {shown[max(0, at - 100):at + 100]}")
        found = files_with([secret for secret in SECRETS.values()], FOLDER / ".local/state")
        self.assertEqual(found, [])

    def test_what_is_not_masked_is_what_the_documentation_says(self):
        secret = SECRETS["PLAIN"]
        text = self.run_steps("- run: printf %s \"$S\" | od -An -tx1 | tr -d ' \\n'; echo; rev <<< \"$S\"; printf %s \"$S\" | base32 -w0\n"
                              "  env: {S: '${{ secrets.PLAIN }}'}", "-v", secrets=SECRETS)
        self.assertIn(secret.encode().hex(), text)
        self.assertIn(secret[::-1], text)

    def test_thousands_of_masks_and_large_ones_take_no_time_and_no_memory(self):
        text = self.run_steps(
            "- run: for i in $(seq 3000); do echo \"::add-mask::value-number-$i-of-many\"; done; n=2999; echo value-number-$n-of-many\n"
            "- run: |\n    printf '::add-mask::'; head -c 8000000 /dev/urandom | base64 -w0; echo; n=7\n    echo value-number-$n-of-many", "-v")
        self.assertNotRegex(text, r"value-number-\d+-of-many\n")
        self.assertIn("is masked as it is and line by line, but not in base64", text)


class Leaves(Case):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        server = subprocess.Popen([S3_SERVER, "--bucket", "bucket"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.stack.callback(server.communicate)
        cls.s3 = server.stdout.readline().strip()

    AWS = ("{AWS_ENDPOINT_URL: '${{ vars.S3 }}', AWS_S3_ENDPOINT: '${{ vars.S3 }}', AWS_ACCESS_KEY_ID: AKIDTEST, AWS_DEFAULT_REGION: us-east-1, "
           "AWS_SECRET_ACCESS_KEY: secret/Key+1, AWS_S3_BUCKET: bucket, SOURCE_DIR: dist, DEST_DIR: %s}")

    def objects(self, prefix):
        text = self.run_steps(f"- {{run: aws s3 ls --recursive s3://bucket/{prefix}/ || true, env: {self.AWS % prefix}}}", "--native-aws", "-v",
                              variables={"S3": self.s3})
        return set(re.findall(rf"\d {prefix}/(\S+)", text))

    def test_leaks_are_told_and_refused(self):
        self.put("dist/index.html", "<p>nothing\n")
        self.put("dist/app/.env", "PORT=1\nTOKEN=" + SECRETS["PLAIN"] + "\n")
        ways = {
            "artifact": "- {uses: actions/upload-artifact@v4, with: {name: out, path: dist, include-hidden-files: true}}",
            "cache": "- {uses: actions/cache/save@v4, with: {key: 'k-${{ github.run_id }}', path: dist}}",
            "script": f"- {{run: aws s3 sync dist s3://bucket/PREFIX, env: {self.AWS % 'PREFIX'}}}",
            "action": f"- {{uses: jakejarvis/s3-sync-action@v0.5.1, env: {self.AWS % 'PREFIX'}}}",
        }
        for way, step in ways.items():
            for fails in (False, True):
                with self.subTest(way, fails=fails):
                    prefix = f"{way}-{fails}".lower()
                    steps = "- uses: actions/checkout@v4\n" + step.replace("PREFIX", prefix)
                    options = ("--fail-on-leak",) if fails else ()
                    text = self.run_steps(steps, "--native-aws", "-v", *options, secrets=SECRETS, variables={"S3": self.s3}, status=int(fails))
                    self.assertRegex(text, r"secret of this run.*byte|byte 13: not sent")
                    self.assertNotIn(SECRETS["PLAIN"], text)
                    if way in ("script", "action"):
                        sent = {"index.html", "app/.env"} if way == "script" or not fails else {"index.html"}
                        self.assertEqual(self.objects(prefix), sent)

    def test_links_that_leave_the_workspace(self):
        outside = FOLDER / "outside"
        outside.write_text("not yours\n")
        self.put("dist/index.html", "<p>\n")
        (self.path / "dist/shadow").symlink_to(outside)
        (self.path / "dist/inside").symlink_to("index.html")
        for way, step in {
            "script": f"- {{run: aws s3 sync dist s3://bucket/PREFIX, env: {self.AWS % 'PREFIX'}}}",
            "action": f"- {{uses: jakejarvis/s3-sync-action@v0.5.1, env: {self.AWS % 'PREFIX'}}}",
        }.items():
            for strict in (False, True):
                with self.subTest(way, strict=strict):
                    prefix = f"link-{way}-{strict}".lower()
                    steps = "- uses: actions/checkout@v4\n" + step.replace("PREFIX", prefix)
                    text = self.run_steps(steps, "--native-aws", "-v", *(("--strict",) if strict else ()), variables={"S3": self.s3},
                                          status=int(strict))
                    self.assertRegex(text, r"warning: \S*dist/shadow is a link to \S*/outside, outside of")
                    self.assertEqual(self.objects(prefix), {"index.html", "inside"} | (set() if strict else {"shadow"}))
        for step in ("{uses: actions/upload-artifact@v4, with: {name: out, path: dist}}",):
            text = self.run_steps(f"- uses: actions/checkout@v4\n- {step}", "-v", status=1)
            self.assertRegex(text, r"dist/shadow is a link to \S*/outside, outside of the workspace")
        text = self.runner.run("w.yml", "--targets", command="plan", secrets={}).text
        self.assertNotIn("not yours", text)


if __name__ == "__main__":
    try:
        unittest.main(verbosity=2)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
