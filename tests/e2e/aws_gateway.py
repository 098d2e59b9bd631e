"""`aws s3 sync` of ours against versitygw, whose code for signatures is not ours: what each of the two clients has sent, the
other finds complete.
"""
import os
import pathlib
import subprocess
import unittest

import aws_case
from common import LAB

NAMES = ["index.html", "empty", "with blank.txt", "a+b&c=d.js", "ümläut/日本.css", "deep/er/still.json", "a-b", "a.b", "a/x"]
LARGE = 20 << 20  # goes in parts


class Gateway(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.root = LAB / "gateway"
        cls.tree = cls.root / "tree"
        for number, name in enumerate(NAMES):
            file = cls.tree / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"" if name == "empty" else f"{number} {name}\n".encode() * (number + 1))
        (cls.tree / "large.bin").write_bytes(os.urandom(1 << 20) * (LARGE >> 20))
        ours = cls.root / "programs" / "aws"
        ours.parent.mkdir()
        ours.symlink_to(aws_case.BINARY)
        cls.clients = {"ours": ours, "theirs": pathlib.Path(os.environ["LAB_AWS"])}

    def aws(self, client, *words, status=0, secret=None):
        environment = {**os.environ, "AWS_ACCESS_KEY_ID": os.environ["LAB_VERSITYGW_KEY"],
                       "AWS_SECRET_ACCESS_KEY": secret or os.environ["LAB_VERSITYGW_SECRET"],
                       "AWS_DEFAULT_REGION": os.environ["LAB_REGION"]}
        done = subprocess.run([self.clients[client], "--endpoint-url", os.environ["LAB_VERSITYGW"], "s3", *words],
                              env=environment, cwd=self.root, text=True, capture_output=True, timeout=120)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def check_both_ways(self, first, second):
        bucket = f"s3://{first}-first"
        self.aws(first, "mb", bucket)
        sent = self.aws(first, "sync", "--no-progress", "tree", bucket)
        self.assertEqual(sent.count("upload: "), len(NAMES) + 1, sent)
        self.assertEqual(self.aws(second, "sync", "--no-progress", "--delete", "tree", bucket), "")
        self.aws(second, "sync", "--no-progress", bucket, f"back-{first}")
        subprocess.run(["diff", "-r", self.tree, self.root / f"back-{first}"], check=True)
        self.assertEqual(self.aws(first, "sync", "--no-progress", bucket, f"back-{first}"), "")

    def test_what_ours_sent_theirs_finds_complete(self):
        self.check_both_ways("ours", "theirs")

    def test_what_theirs_sent_ours_finds_complete(self):
        self.check_both_ways("theirs", "ours")

    def test_a_wrong_secret_is_refused(self):
        self.aws("theirs", "mb", "s3://refusing")
        said = self.aws("ours", "sync", "tree", "s3://refusing", secret="wrong", status=1)
        self.assertIn("SignatureDoesNotMatch", said)
