#!/usr/bin/env python3
"""Runs the same `aws s3` command lines with the CLI and with ours, each against a server of its own, and compares what
a user and a bucket see: exit code, lines of both streams (sorted: they come as transfers end), files, keys, contents,
types, metadata, and the requests that were refused. Then each has to find nothing to do after the other.

usage: s3_equality.py OURS S3_SERVER [--cli AWS]
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import botocore.session

OLD = 1_700_000_000
ENV = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "AWS_REGION": "us-east-1",
       "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret/Key+1",
       "AWS_EC2_METADATA_DISABLED": "true"}
TREE = {"index.html": "page", "a b.txt": "blank", "sub/x+y.js": "code", "sub/deep/style.css": "css", "empty": "",
        "ü dir/é~!.svg": "unicode", "quo'te\"<&>.txt": "quotes", "per%20cent": "percent", "a-b": "1", "a.b": "2",
        "a/..b": "3", "pack.tar.gz": "x", "app.js.gz": "y", ".git/config": "hidden", "sub/.git/config": "hidden"}

# name, objects that are there before, command line ("TREE": the folder with the files), what differs knowingly
CASES = [
    ("first sync", {}, "sync TREE s3://b/p"),
    ("sync into the bucket", {}, "sync TREE/ s3://b --delete"),
    ("sync with nothing to delete", {"p/old": "x"}, "sync TREE s3://b/p"),
    ("sync that deletes", {"p/old": "x", "p/sub/older": "y", "q": "z"}, "sync TREE s3://b/p --delete"),
    ("dry run", {"p/old": "x"}, "sync TREE s3://b/p --delete --dryrun"),
    ("exclude all, include some", {}, "sync TREE s3://b --exclude * --include *.txt"),
    ("include, then exclude all", {}, "sync TREE s3://b --include *.txt --exclude *"),
    ("exclude a folder", {}, "sync TREE s3://b --exclude .git/*"),
    ("exclude at any depth", {"sub/.git/gone": "x"}, "sync TREE s3://b --exclude *.git/* --delete"),
    ("sets and single characters", {}, "sync TREE s3://b --exclude a[-.]b --exclude ?mpty --exclude [!a-z]*"),
    ("size only", {"index.html": "PAGE", "a-b": "other"}, "sync TREE s3://b --size-only --exclude sub/*"),
    ("exact timestamps", {"index.html": "PAGE"}, "sync TREE s3://b --exact-timestamps"),
    ("headers", {}, "cp TREE/index.html s3://b/i --cache-control no-cache --content-type text/x --metadata a=1,b=2"),
    ("language and encoding", {}, "cp TREE/app.js.gz s3://b/ --content-encoding gzip --content-language de --expires 2030-01-01T00:00:00Z"),
    ("expires on a day", {}, "cp TREE/index.html s3://b/ --expires 2030-01-01"),
    ("expires after seconds since 1970", {}, "cp TREE/index.html s3://b/ --expires 1893456000.5"),
    ("expires as people write it", {}, "cp TREE/index.html s3://b/ --expires Fri-3-Feb-2034T13:00"),
    ("expires, with nothing", {}, "cp TREE/index.html s3://b/ --expires="),
    ("expires at no time", {}, "sync TREE s3://b --expires tomorrow --exclude sub/*"),
    ("expires on no day, a copy", {"k/one": "1"}, "cp s3://b/k/one s3://b/c --expires 2030-02-30 --metadata-directive REPLACE"),
    ("expires at no time, a move", {"k/one": "1"}, "mv s3://b/k s3://b/m --recursive --expires tomorrow"),
    ("expires at no time, down", {"k/one": "1"}, "cp s3://b/k/one down/ --expires tomorrow"),
    ("expires at no time, dry run", {}, "sync TREE s3://b --expires tomorrow --dryrun"),
    ("expires at no time, a stream", {}, "cp - s3://b/stream --expires tomorrow"),
    ("no guessing", {}, "cp TREE/index.html s3://b/ --no-guess-mime-type"),
    ("one file", {}, "cp TREE/index.html s3://b"),
    ("one file into a folder", {}, "cp TREE/index.html s3://b/f/"),
    ("recursive", {}, "cp TREE s3://b/r --recursive --exclude sub/*"),
    ("quiet", {}, "cp TREE s3://b/r --recursive --quiet"),
    ("only errors", {}, "cp TREE s3://b/r --recursive --only-show-errors"),
    ("download one", {"k/one": "1"}, "cp s3://b/k/one down/"),
    ("download under a name", {"k/one": "1"}, "cp s3://b/k/one new-name"),
    ("download what is not there", {}, "cp s3://b/none x"),
    ("download all", {"k/one": "1", "k/two/three": "3", "kk": "no", "k/mark/": ""}, "cp s3://b/k down --recursive"),
    ("sync down", {"k/one": "1", "k/two/three": "3"}, "sync s3://b/k down"),
    ("sync down, delete", {"index.html": "page"}, "sync s3://b TREE --delete"),
    ("copy", {"k/one": "1", "k/two": "2"}, "cp s3://b/k/one s3://b/c"),
    ("copy all", {"k/one": "1", "k/ü two": "2"}, "cp s3://b/k s3://b/c --recursive"),
    ("sync between prefixes", {"k/one": "1", "k/two": "2", "c/one": "1", "c/x": "y"}, "sync s3://b/k s3://b/c --delete"),
    ("move up", {}, "mv TREE/index.html s3://b/m"),
    ("move down", {"k/one": "1"}, "mv s3://b/k/one ."),
    ("move there", {"k/one": "1", "k/two": "2"}, "mv s3://b/k s3://b/m --recursive"),
    ("move onto itself", {"k/one": "1"}, "mv s3://b/k/one s3://b/k/"),
    ("remove one", {"k/one": "1"}, "rm s3://b/k/one"),
    ("remove what is not there", {}, "rm s3://b/none"),
    ("remove all", {"k/one": "1", "k/ü&<": "2", "k/mark/": "", "kk": "no"}, "rm s3://b/k --recursive"),
    ("remove some", {"k/one": "1", "k/two": "2"}, "rm s3://b/k --recursive --exclude * --include one"),
    ("list", {"k/one": "1", "k/two/three": "33", "z": "4"}, "ls s3://b"),
    ("list a prefix", {"k/one": "1", "k/two/three": "33", "z": "4"}, "ls s3://b/k/"),
    ("list a beginning", {"k/one": "1", "k/two/three": "33", "z": "4"}, "ls s3://b/k"),
    ("list all", {"k/one": "1", "k/two": "2" * 3000}, "ls s3://b --recursive --human-readable --summarize"),
    ("list nothing", {}, "ls s3://b/none"),
    ("list a bucket that is not there", {}, "ls s3://none"),
    ("sync to a bucket that is not there", {}, "sync TREE s3://none"),
    ("sync from a folder that is not there", {}, "sync nothing s3://b"),
    ("two local paths", {}, "sync TREE other"),
    ("make a bucket", {}, "mb s3://new-bucket"),
    ("make it twice", {}, "mb s3://b"),
    ("remove a full bucket", {"k": "1"}, "rb s3://b"),
    ("remove a bucket by force", {"k": "1"}, "rb s3://b --force"),
    ("a website", {}, "website s3://b --index-document index.html --error-document 404.html"),
    ("a stream up", {}, "cp - s3://b/stream"),
    ("a stream down", {"k": "content"}, "cp s3://b/k -"),
    ("a dangling link", {}, "sync LINKS s3://b"),
    ("links not followed", {}, "sync LINKS s3://b --no-follow-symlinks"),
]
# What v1 gives where v2, whose codes are ours, has codes of its own.
V1_CODES = {252: (1, 2, 252, 255), 253: (255,), 254: (254, 255)}


class Side:
    """One client with its own server and folder."""

    def __init__(self, program, server, folder):
        self.program, self.folder = program, folder
        self.process = subprocess.Popen([server, "--bucket", "b"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.client = botocore.session.get_session().create_client(
            "s3", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id=ENV["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=ENV["AWS_SECRET_ACCESS_KEY"])
        folder.mkdir()
        make_tree(folder)

    def put(self, objects):
        for key, text in objects.items():
            self.client.put_object(Bucket="b", Key=key, Body=text.encode(), ContentType="text/old")

    def run(self, words):
        result = subprocess.run([self.program, "--endpoint-url", self.url, "s3", *words], cwd=self.folder, input="streamed",
                                capture_output=True, text=True, env={**ENV, "HOME": str(self.folder.parent)})
        clean = [stream.replace(str(self.folder), "FOLDER").replace(self.url, "URL")
                 for stream in (result.stdout, result.stderr)]
        # each side has put its objects by itself, perhaps in the next second
        clean[0] = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "TIME", clean[0])
        return result.returncode, sorted(clean[0].splitlines()), sorted(line for line in clean[1].splitlines() if line)

    def objects(self):
        found = {}
        for bucket in self.client.list_buckets()["Buckets"]:
            for item in self.client.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
                head = self.client.get_object(Bucket=bucket["Name"], Key=item["Key"])
                found[bucket["Name"], item["Key"]] = (
                    head["Body"].read(), head.get("ContentType"), head.get("CacheControl"), head.get("ContentEncoding"),
                    head.get("ContentLanguage"), head.get("Expires"), head.get("Metadata"))
        return found

    def files(self):
        return {str(file.relative_to(self.folder)): file.read_bytes() if file.is_file() else None
                for file in self.folder.rglob("*") if not file.is_dir()}

    def refused(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        lines = []
        while (line := self.process.stdout.readline().strip()) != ".":
            lines.append(line)
        return [line for line in lines if ": " in line]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def make_tree(folder):
    for name, text in TREE.items():
        file = folder / "TREE" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        os.utime(file, (OLD, OLD))
    links = folder / "LINKS"
    links.mkdir()
    (links / "file").write_text("f")
    os.utime(links / "file", (OLD, OLD))
    (links / "to-file").symlink_to("file")
    (links / "gone").symlink_to("nowhere")


def usage_apart(lines):
    """Usage lines differ from version to version: the last line is what was wrong."""
    return lines[-1:] if any(line.startswith("usage:") for line in lines) else lines


def different(ours, theirs):
    return {name: (ours.get(name), theirs.get(name)) for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)}


def same_code(ours, theirs, is_v1):
    return ours == theirs or (is_v1 and theirs in V1_CODES.get(ours, ()))


def without_quotes(lines):
    """v2 quotes paths in some messages where v1 does not."""
    return [line.replace("'", "") for line in lines]


def compare(words, ours, theirs, is_v1):
    (code, out, err), (their_code, their_out, their_err) = ours.run(words), theirs.run(words)
    problems = []
    if not same_code(code, their_code, is_v1):
        problems.append(f"exit code {code}, not {their_code}")
    if out != their_out:
        problems.append(f"stdout {set(out) ^ set(their_out)}")
    if without_quotes(usage_apart(err)) != without_quotes(usage_apart(their_err)):
        problems.append(f"stderr {err}, not {their_err}")
    if ours.objects() != theirs.objects():
        problems.append(f"objects {different(ours.objects(), theirs.objects())}")
    if ours.files() != theirs.files():
        problems.append(f"files {different(ours.files(), theirs.files())}")
    if refused := ours.refused():
        problems.append(f"refused {refused}")
    return problems


def nothing_left(first, second, where):
    """After `first` has synced, `second` finds nothing to do: up, and down again."""
    problems = []
    up, down = ["sync", "TREE", "s3://b/turn", "--delete"], ["sync", "s3://b/turn", "fetched", "--delete"]
    for words in (up, down):
        for program, quiet in ((first, False), (second, True)):
            where.program = program
            code, out, err = where.run([*words, "--no-progress"])
            if code != 0 or (quiet and out + err):
                problems.append(f"{program} {words}: {code} {out} {err}")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("ours")
    parser.add_argument("server")
    parser.add_argument("--cli", default=shutil.which("aws"))
    options = parser.parse_args()
    version = subprocess.run([options.cli, "--version"], capture_output=True, text=True).stdout
    is_v1 = version.startswith("aws-cli/1")
    failed = 0
    for name, objects, line in CASES:
        folder = pathlib.Path(tempfile.mkdtemp(prefix="s3-equality-"))
        ours, theirs = (Side(program, options.server, folder / kind)
                        for kind, program in (("o", options.ours), ("t", options.cli)))
        for side in (ours, theirs):
            side.put(objects)
        words = line.split()
        if words[0] in ("sync", "cp", "mv"):
            words.append("--no-progress")
        problems = compare(words, ours, theirs, is_v1)
        if name == "first sync":
            for first, second in ((options.ours, options.cli), (options.cli, options.ours)):
                shutil.rmtree(ours.folder / "fetched", ignore_errors=True)
                problems += nothing_left(first, second, ours)
        for side in (ours, theirs):
            side.end()
        shutil.rmtree(folder)
        failed += bool(problems)
        print(f"{'FAIL' if problems else 'ok  '} {name}: aws s3 {line}", *problems, sep="\n     ", flush=True)
    print(f"{len(CASES) - failed} of {len(CASES)} command lines are the same")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
