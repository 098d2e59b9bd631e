"""What the tests of the AWS workflows have in common: the binary, a repository, and that no secret ever shows."""
import os
import pathlib
import unittest

import aws_world
import common
from common import HOME, LAB

BINARY = "runner"  # set by aws_test.py


def needles(secrets):
    """What must show nowhere. The access key's id is masked too, but AWS names it in messages of its own."""
    return [secrets["AWS_SECRET_ACCESS_KEY"]]


class AwsCase(unittest.TestCase):
    maxDiff = None
    folder = account = None

    @classmethod
    def setUpClass(cls):
        cls.where = aws_world.prepare(cls.folder)
        cls.repo = common.Repo(LAB / f"{cls.__name__}.repo", cls.folder)
        cls.runner = aws_world.runner(BINARY, cls.repo, cls.where)
        cls.vars, cls.needles = cls.runner.vars, needles(cls.runner.secrets)

    def deploy(self, status, *options, **how):
        return self.check(self.runner.run("deploy.yml", *options, **how), status)

    def check(self, done, status):
        self.assertEqual(done.returncode, status, done.text)
        self.assert_no_secret(done.text)
        return done

    def assert_no_secret(self, text):
        for needle in self.needles:
            self.assertNotIn(needle, text)

    def assert_no_secret_in_files(self, *folders):
        self.assertEqual(common.files_with(self.needles, HOME, self.repo.path, *folders), [])
        left = [path.name for path in HOME.iterdir() if path.name not in (".local", ".cache", ".config")]
        self.assertEqual(left, [])  # no ~/.aws, no ~/.docker

    def assert_object(self, bucket, key, path, kind, cache):
        """The object is the file, byte for byte, and says what browsers need to know."""
        data, content_type, cache_control = aws_world.content(self.account, bucket, key)
        self.assertEqual(data, pathlib.Path(path).read_bytes(), key)
        self.assertEqual((content_type, cache_control), (kind, cache), key)
