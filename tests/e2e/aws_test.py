"""aws_test.py RUNNER [TEST...] -- runs the AWS workflows of workflows/, and every other AWS action and command that is
built in, against the stand-ins of tests/support/lab and looks at the result from outside, with the real AWS CLI. To be started by `tests/support/lab/run --aws`.
"""
import os
import pathlib
import sys
import unittest

import aws_case
from common import LAB

if len(sys.argv) > 1:
    aws_case.BINARY = str(pathlib.Path(sys.argv.pop(1)).resolve())

from aws_actions import Actions  # noqa: E402,F401
from aws_bad_input import BadInput  # noqa: E402,F401
from aws_commands import Commands  # noqa: E402,F401
from aws_environments import Environments  # noqa: E402,F401
from aws_full_stack import FullStack  # noqa: E402,F401
from aws_gateway import Gateway  # noqa: E402,F401
from aws_plan import Plan  # noqa: E402,F401
from aws_spa import SpaAutoscaling  # noqa: E402,F401

if __name__ == "__main__":
    os.chdir(LAB)
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=2)
