"""Which built-in actions and `aws` commands the end-to-end suites have really run, by what the runs themselves recorded.

Every suite leaves, at its end, what succeeded in its runs in the folder $E2E_RAN (common.py asks for it, a suite does
nothing). Then

    ran.py FOLDER RUNNER

compares all of it with what the program says it has built in, and names what no run of any suite brought to success.
Counted is a step of a real run, `runner run` or a hook's, in a process of its own, that succeeded with its post step;
of `aws` a command that ended with 0 in a step. A plan, a refusal, a failure that was wanted: none of them counts.
"""
import atexit
import json
import os
import pathlib
import subprocess
import sys


def keep_at_exit():
    """For the suite that is running: what its runs have done, once it ends."""
    if "E2E_RAN" in os.environ:
        atexit.register(keep, pathlib.Path(os.environ["E2E_RAN"]), state_folder())


def state_folder():
    return pathlib.Path(os.environ.get("XDG_STATE_HOME") or f"{os.environ['HOME']}/.local/state") / "runner"


def keep(folder, state):
    actions, commands = set(), set()
    for run in sorted((state / "runs").glob("*/")):
        actions |= actions_of(json_lines(run / "events.jsonl"))
        commands |= {each["command"] for each in json_lines(run / "aws.jsonl") if each["status"] == 0}
    folder.mkdir(parents=True, exist_ok=True)
    suite = pathlib.Path(sys.argv[0]).stem
    (folder / f"{suite}.{os.getpid()}.json").write_text(json.dumps({"actions": sorted(actions), "aws": sorted(commands)}))


def actions_of(events):
    """Actions of the steps that succeeded. A step and its post have the same place in the file: both have to."""
    steps, ended = {}, {}
    for event in events:
        number = event.get("job_index"), event.get("step")
        if event["type"] == "step_started" and event["what"].startswith("uses: "):
            place = event["job_index"], event["line"], event["column"]
            steps.setdefault((place, event["what"]), []).append(number)
        elif event["type"] == "step_finished":
            ended[number] = event["outcome"]
    return {what.removeprefix("uses: ").split("@")[0].lower() for (_, what), numbers in steps.items()
            if all(ended.get(number) == "success" for number in numbers)}


def json_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def built_in(runner, *words):
    return json.loads(subprocess.run([runner, "actions", *words, "--format", "json"], check=True, text=True,
                                     capture_output=True).stdout)


def main(folder, runner):
    kept = [json.loads(path.read_text()) for path in pathlib.Path(folder).glob("*.json")]
    ran = {name for each in kept for name in each["actions"]} | {f"aws {name}" for each in kept for name in each["aws"]}
    wanted = [each["uses"] for each in built_in(runner)] + [f"aws {name}" for name in built_in(runner, "aws")["aws"]]
    missing = [name for name in wanted if name.lower() not in ran]
    for name in missing:
        print(f"missing: {name}: no end-to-end suite ran it to success through `runner run`")
    print(f"{len(wanted) - len(missing)} of {len(wanted)} built-ins ran to success, in {len(kept)} suites")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
