"""terminal_test.py RUNNER [CLASS...] -- the program as a person sees it: in a terminal of some width, with Ctrl-C, Ctrl-Z
and Ctrl-\\, and with its output in a pipe. Needs no network.
"""
import errno
import fcntl
import os
import pathlib
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unicodedata
import unittest

FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="terminal-test-"))
os.environ["LAB"] = str(FOLDER)
os.environ["HOME"] = str(FOLDER / "home")  # nothing is written to the user's own
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from common import shell, wait_for  # noqa: E402

RUNNER = os.path.abspath(sys.argv.pop(1))
LIMIT = 60  # seconds
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "TERM": "xterm", "LANG": "C.UTF-8", "PS1": "$ ",
               **{name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}}
SLEEP = "86421"  # seconds, which no other process sleeps


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Screen:
    """What is seen after all bytes: lines with autowrap, cursor up, erase. Any other sequence but colours is a failure."""

    def __init__(self, columns):
        self.columns, self.rows, self.row, self.column = columns, [[]], 0, 0

    def down(self):
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append([])

    def put(self, glyph):
        if self.column + width(glyph) > self.columns:
            self.column = 0
            self.down()
        row = self.rows[self.row]
        row += " " * (self.column + width(glyph) - len(row))
        row[self.column] = glyph
        if width(glyph) == 2:
            row[self.column + 1] = ""
        self.column += width(glyph)

    def write(self, text):
        for match in re.finditer(r"\x1b\[([?0-9;]*)([A-Za-z])|\r|\n|[^\x1b]", text):
            body, command = match[1], match[2]
            if match[0] == "\r":
                self.column = 0
            elif match[0] == "\n":
                self.down()
            elif command is None:
                if match[0] >= " ":
                    self.put(match[0])
            elif command == "A":
                self.row = max(self.row - int(body), 0)
            elif command in "JK":
                del self.rows[self.row][self.column:]
                if command == "J":
                    del self.rows[self.row + 1:]
            elif command not in "mhl":
                raise AssertionError(f"unknown sequence {match[0]!r}")
        return self

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.rows).rstrip() + "\n"


class Terminal:
    """A program in a pseudo-terminal of its own, as its session's leader."""

    def __init__(self, *command, columns=80, folder=None, **environment):
        self.columns, self.bytes = columns, b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
                os.chdir(folder)
                for one in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):  # ignored where a script's & began the tests
                    signal.signal(one, signal.SIG_DFL)
                os.execve(command[0], list(map(str, command)), {**ENVIRONMENT, **environment})
            finally:
                os._exit(99)

    def resize(self, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.columns = columns

    def send(self, text):
        os.write(self.fd, text.encode())

    def read(self):
        """False at the end."""
        if not select.select([self.fd], [], [], LIMIT)[0]:
            raise AssertionError("nothing more came after:\n" + self.raw())
        try:
            piece = os.read(self.fd, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            piece = b""
        self.bytes += piece
        return bool(piece)

    def raw(self):
        return self.bytes.decode(errors="replace")

    def wait_for(self, text, since=0):
        due = time.monotonic() + LIMIT
        while text not in self.raw()[since:]:
            if time.monotonic() > due:  # it draws on and on
                raise AssertionError(f"{text!r} did not come in time:\n{self.raw()}")
            if not self.read():
                raise AssertionError(f"{text!r} did not come:\n{self.raw()}")
        return self.raw().index(text, since) + len(text)  # what came with it is still to be found

    def end(self):
        """Its exit status as a shell gives it."""
        due = time.monotonic() + LIMIT
        while self.read():
            if time.monotonic() > due:
                raise AssertionError("it does not end:\n" + self.raw())
        os.close(self.fd)
        status = os.waitpid(self.pid, 0)[1]
        return os.waitstatus_to_exitcode(status)

    def screen(self):
        return Screen(self.columns).write(self.raw()).text()


def states_of(words):
    """Of the processes with this command line: pid and state."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cmdline").read_bytes().split(b"\0")[:-1] == [word.encode() for word in words]:
                found[int(folder.name)] = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            pass
    return found


class TerminalCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.repo = pathlib.Path(tempfile.mkdtemp(dir=FOLDER))
        shell(f"git init -q -b main {self.repo} && cd {self.repo} && git config user.email a@example.org && "
              "git config user.name a && git commit -q --allow-empty -m 'Fix login'")

    def workflow(self, text, name="w.yml"):
        path = self.repo / ".github/workflows" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        shell("git add -A && git commit -qm 'Fix login'", cwd=self.repo)

    def job(self, steps, more=""):
        self.workflow("on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n" + steps + more)

    def start(self, *words, **options):
        return Terminal(RUNNER, *words, folder=self.repo, **options)

    def run_in(self, columns, *words, **environment):
        terminal = self.start(*words, columns=columns, **environment)
        status = terminal.end()
        return status, terminal.screen()

    def piped(self, *words, **environment):
        """Both streams as one."""
        return subprocess.run([RUNNER, *words], cwd=self.repo, env={**ENVIRONMENT, **environment}, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=LIMIT)


FAILING = """
      - run: echo hello
      - id: restart
        name: Restart
        run: |
          echo one
          echo "::error::no port is free"
          exit 3
"""


class WhatARunShows(TerminalCase):
    def test_a_small_quick_run_shows_what_its_scripts_printed(self):
        self.job("      - run: echo hello; echo '::warning::old'\n      - uses: actions/checkout@v4\n"
                 "      - {name: Count, run: seq 30}\n")
        status, screen = self.run_in(80, "run")
        self.assertEqual(status, 0)
        self.assertRegex(screen, r"(?m)Run echo hello.*\n    hello\n. build   Count +\S+\n    19\n")
        self.assertEqual(len(re.findall(r"\bold\n", screen)), 1, screen)
        self.assertRegex(screen, r"    30\n    \(12 of 30 lines; all: runner logs \d+ build/3\)\n")
        self.assertNotIn("shell:", screen)

    def test_a_run_that_goes_on_or_prints_much_stays_calm(self):
        for why, steps in (("long", "      - run: echo hello\n      - run: sleep 2.2\n"),
                           ("much", "".join("      - run: seq 10\n" for _ in range(6)))):
            with self.subTest(why):
                self.job(steps)
                status, screen = self.run_in(80, "run")
                self.assertEqual(status, 0)
                self.assertNotIn("    hello", screen)
                self.assertNotIn("    10\n", screen)
                self.assertEqual("(what its steps printed: runner logs " in screen, why == "much", screen)

    def test_a_failure_is_told_once_with_the_next_step(self):
        self.job(FAILING)
        status, screen = self.run_in(80, "run")
        self.assertEqual(status, 1)
        for text in ("exit 3", "no port is free", "    one\n", "FAILED"):
            self.assertEqual(screen.count(text), 1, text + " in\n" + screen)
        self.assertNotIn("Process completed", screen)
        command = re.search(r"\(log: runner (logs \d+ build/restart)\)", screen)
        self.assertIsNotNone(command, screen)
        self.assertIn("no port is free", self.piped(*shlex.split(command[1])).stdout)

    def test_a_failure_in_a_pipe_is_in_the_log_and_at_the_end(self):
        self.job(FAILING)
        done = self.piped("run")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout.count("exit 3\n"), 1, done.stdout)  # the script's own text
        self.assertEqual(done.stdout.count("Restart · exit 3 · "), 1, done.stdout)
        self.assertEqual(done.stdout.count("no port is free"), 3, done.stdout)  # its script, its log, the end
        self.assertNotIn("\x1b", done.stdout)

    def test_a_summary_is_shown_and_its_rest_is_a_command_away(self):
        self.job("      - run: |\n          { echo '## Result'; echo '| a | time |'; echo '|---|---|'; echo '| **x** | 1 |'; "
                 "seq 30; } >> $GITHUB_STEP_SUMMARY\n")
        status, screen = self.run_in(80, "run")
        self.assertEqual(status, 0)
        self.assertIn("summary of build\n  Result\n  a  time\n  x  1\n  1\n", screen)
        command = re.search(r"\(20 of 33 lines; all: runner (logs \d+ --summary)\)", screen)
        self.assertIsNotNone(command, screen)
        done = self.piped(*command[1].split())
        self.assertTrue(done.stdout.endswith("29\n30\n"), done.stdout)


WORK = f"""
      - run: echo begun; sleep {SLEEP}
        name: Work
      - {{name: Clean up, if: always(), run: sleep 0.3; echo cleaned}}
"""


class Keys(TerminalCase):
    def begin(self, **options):
        self.job(WORK)
        terminal = self.start("run", **options)
        terminal.wait_for("begun")
        wait_for(lambda: states_of(["sleep", SLEEP]), "the step's process")
        return terminal

    def assert_nothing_left(self):
        self.assertEqual(states_of(["sleep", SLEEP]), {})
        self.assertEqual(list(self.repo.glob("core*")), [])

    def test_ctrl_c_says_what_follows_and_cleans_up(self):
        terminal = self.begin()
        terminal.send("\x03")
        terminal.wait_for("cancelling: Ctrl-C again stops at once")  # the live display
        self.assertEqual(terminal.end(), 130)
        self.assertIn("! cancelling build / Work, which has 10 s to end; waiting for build / Clean up; "
                      "Ctrl-C again stops at once", " ".join(terminal.screen().split()))
        self.assertIn("CANCELLED", terminal.screen())
        self.assertIn("cleaned", self.piped("logs").stdout)
        self.assert_nothing_left()

    def test_a_signal_is_answered_in_a_pipe_too(self):
        self.job(WORK)
        for options in ((), ("-q",)):
            with subprocess.Popen([RUNNER, "run", *options], cwd=self.repo, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL) as run:
                wait_for(lambda: states_of(["sleep", SLEEP]), "the step's process")
                run.send_signal(signal.SIGTERM)
                text = run.communicate(timeout=LIMIT)[0]
            self.assertEqual(run.returncode, 143, text)
            self.assertIn("cancelling build / Work, which has 10 s to end; waiting for build / Clean up; ", text)
            self.assert_nothing_left()

    def test_ctrl_c_twice_ends_at_once(self):
        terminal = self.begin()
        terminal.send("\x03")
        terminal.wait_for("waiting for")
        terminal.send("\x03")
        self.assertEqual(terminal.end(), 130)
        self.assertIn("stopping at once", terminal.screen())
        self.assertNotIn("cleaned", self.piped("logs").stdout)
        self.assert_nothing_left()

    def test_ctrl_backslash_lists_what_runs_and_ends_it(self):
        terminal = self.begin()
        terminal.send("\x1c")
        self.assertEqual(terminal.end(), 131)
        self.assertRegex(terminal.screen(), r"! stopping at once; ends what runs: .*sleep\s+\(\d+\)")
        self.assertNotIn("waiting for", terminal.screen())
        self.assertNotIn("cleaned", self.piped("logs").stdout)
        self.assert_nothing_left()

    def test_ctrl_z_stops_the_steps_and_fg_goes_on(self):
        self.job(f"      - name: Work\n        run: sleep {SLEEP} & echo begun; "
                 f"until test -e {self.repo}/go; do sleep 0.05; done\n")
        terminal = Terminal("/bin/bash", "--norc", "--noediting", "-i", folder=self.repo)
        terminal.wait_for("$ ")
        terminal.send(f"{RUNNER} run; echo status $?\n")
        terminal.wait_for("begun")
        wait_for(lambda: states_of(["sleep", SLEEP]), "the step's process")
        terminal.send("\x1a")
        at = terminal.wait_for("stopped by Ctrl-Z")
        at = terminal.wait_for("Stopped", at)  # the shell
        self.assertEqual(list(states_of(["sleep", SLEEP]).values()), ["T"])
        self.assertNotIn("0/1 jobs", terminal.screen())  # nothing of the live display is in the shell's way
        self.assertTrue(terminal.raw()[:at].rindex("\x1b[?25h") > terminal.raw()[:at].rindex("\x1b[?25l"), "cursor")
        terminal.send("fg\n")
        at = terminal.wait_for("going on", at)
        wait_for(lambda: list(states_of(["sleep", SLEEP]).values()) == ["S"], "the step goes on")
        at = terminal.wait_for("0/1 jobs", at)  # drawn again
        (self.repo / "go").touch()
        terminal.wait_for("PASSED", at)
        terminal.send("exit\n")
        terminal.end()
        self.assert_nothing_left()

    def test_in_the_background_only_what_stays_is_written(self):
        self.job(f"      - name: Work\n        run: echo begun; until test -e {self.repo}/go; do sleep 0.05; done; sleep 0.5\n")
        terminal = Terminal("/bin/bash", "--norc", "--noediting", "-i", folder=self.repo)
        terminal.wait_for("$ ")
        terminal.send(f"{RUNNER} run\n")
        terminal.wait_for("begun")
        terminal.send("\x1a")
        at = terminal.wait_for("Stopped", terminal.wait_for("stopped by Ctrl-Z"))
        terminal.send("bg\n")
        at = terminal.wait_for("going on", at)
        (self.repo / "go").touch()
        terminal.wait_for("PASSED", at)
        self.assertNotIn("0/1 jobs", terminal.raw()[at:])
        terminal.send("exit\n")
        terminal.end()


class Windows(TerminalCase):
    def test_a_window_that_changes_leaves_no_rests(self):
        self.job(f"      - name: Work\n        run: echo begun; until test -e {self.repo}/go; do sleep 0.05; done\n")
        terminal = self.start("run", columns=120)
        terminal.wait_for("begun")
        terminal.resize(40)
        at = len(terminal.raw())
        terminal.wait_for("0/1 jobs", terminal.wait_for("0/1 jobs", at))
        terminal.resize(100)
        at = len(terminal.raw())
        terminal.wait_for("0/1 jobs", terminal.wait_for("0/1 jobs", at))
        (self.repo / "go").touch()
        self.assertEqual(terminal.end(), 0)
        self.assertNotIn("jobs", terminal.screen())
        self.assertEqual(terminal.screen().count("PASSED"), 1)

    def test_lines_fit_from_40_to_200_columns(self):
        self.job("      - uses: actions/checkout@v4\n      - name: 日本語の長い名前のステップは幅を取る\n        run: |\n"
                 "          echo a few words that are printed by this step and that are longer than a narrow window is\n"
                 "          echo 'a few **words** that are longer than a narrow window is' >> $GITHUB_STEP_SUMMARY\n"
                 "          echo '::warning::a few words of a warning that are longer than a narrow window is'; exit 1\n")
        self.workflow("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    needs: [missing, another-one-that-is-not-there]\n"
                      "    steps: [{run: 'true'}]\n", "wrong.yml")
        for columns in (40, 60, 80, 120, 200):
            for words in (["run", "w.yml"], ["run", "-q", "w.yml"], ["plan", "w.yml"], ["plan", "-v", "w.yml"], ["validate"],
                          ["list"], ["list", "w.yml"], ["doctor"], ["runs"], ["help"], ["help", "run"], ["actions"],
                          ["run", "nothing-like-that"]):
                with self.subTest(columns=columns, words=words):
                    terminal = self.start(*words, columns=columns)
                    terminal.end()
                    shown = re.sub(r"\x1b\[[0-9]*A", "\n", terminal.raw())  # up: another line begins
                    for line in re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", shown).replace("\r", "").split("\n"):
                        # what is wider is one word: a path, an address
                        self.assertTrue(width(line) <= columns or " " not in line.strip(), f"{line!r} of\n{terminal.raw()}")

    def test_a_pipe_gets_whole_lines(self):
        self.job("      - run: exit 1\n        name: " + "a long name " * 20 + "\n")
        for words in (["run"], ["plan"], ["help", "run"], ["validate"]):
            done = self.piped(*words, COLUMNS="40")
            self.assertNotIn("\x1b", done.stdout)
            if words[0] == "run":
                self.assertIn("a long name " * 19, done.stdout)

    def test_json_is_never_broken(self):
        self.job("      - run: 'true'\n        name: " + "a long name " * 20 + "\n")
        terminal = self.start("plan", "--format", "json", columns=40)
        self.assertEqual(terminal.end(), 0)
        self.assertEqual(terminal.raw().count("\n"), 1)

    def test_without_utf_8_it_is_ascii(self):
        self.job(FAILING)
        for words in (["run"], ["plan"], ["list"], ["runs"]):
            terminal = self.start(*words, LANG="C")
            terminal.end()
            self.assertTrue(terminal.raw().isascii(), terminal.raw())
        self.assertNotIn("\x1b", self.piped("run", LANG="C").stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
