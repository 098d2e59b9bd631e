"""The lab's AWS (tests/support/lab/up_aws) as a test sees it: from outside, with Debian's AWS CLI and the accounts' own
credentials, the registries' HTTP interface and the Docker Engine; never with the runner's help.
"""
import base64
import contextlib
import hashlib
import io
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import unittest.mock
import urllib.error
import urllib.request

import awscli.clidriver

from common import LAB, ROOT, Runner, shell, wait_for

REGION = os.environ["LAB_REGION"]
ENDPOINT = os.environ["LAB_MINISTACK"]
DEV, STG, PRD = "111111111111", "222222222222", "333333333333"


class Failed(Exception):
    """What the CLI said."""


def cli(account, *words, endpoint=ENDPOINT):
    """The answer of `aws WORDS...` to the account's owner. Called in this process: its start takes longest."""
    environment = {"AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": os.environ["LAB_ROOT_SECRET"],
                   "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": "", "AWS_DEFAULT_OUTPUT": "json"}
    out, err = io.StringIO(), io.StringIO()
    with unittest.mock.patch.dict(os.environ, environment), contextlib.redirect_stdout(out), \
            contextlib.redirect_stderr(err):
        status = awscli.clidriver.create_clidriver().main(["--endpoint-url", endpoint, *map(str, words)])
    if status != 0:
        raise Failed(err.getvalue().strip())
    return json.loads(out.getvalue() or "null")


def prepare(folder):
    """What workflows/FOLDER needs in AWS, once; its .secrets and .vars come into the folder that is returned."""
    where = LAB / f"{folder}.values"
    if not where.exists():
        where.mkdir()
        subprocess.run([os.environ["LAB_PYTHON"], "-B", ROOT / "tests/support/lab/aws_resources.py", folder, where],
                       check=True)
    return where


def runner(binary, repo, where):
    return Runner(binary, repo, where / ".secrets", where / ".vars", ("--env", f"AWS_ENDPOINT_URL={ENDPOINT}"))


# --- S3 --------------------------------------------------------------------------------------------------------------

def objects(account, bucket):
    """Every object by its key: what was last written when, as one comparable value."""
    listed = cli(account, "s3api", "list-objects-v2", "--bucket", bucket) or {}
    return {item["Key"]: (item["ETag"], item["LastModified"], item["Size"]) for item in listed.get("Contents", [])}


def content(account, bucket, key):
    """The object's bytes, its Content-Type and its Cache-Control."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "object"
        head = cli(account, "s3api", "get-object", "--bucket", bucket, "--key", key, str(path))
        return path.read_bytes(), head.get("ContentType"), head.get("CacheControl")


def put(account, bucket, key, text):
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(text)
        file.flush()
        cli(account, "s3api", "put-object", "--bucket", bucket, "--key", key, "--body", file.name)


# --- CloudFront ------------------------------------------------------------------------------------------------------

def invalidations(account, distribution):
    """The paths of every invalidation, the oldest first, and its state."""
    listed = cli(account, "cloudfront", "list-invalidations", "--distribution-id", distribution) or {}
    ids = [item["Id"] for item in listed.get("InvalidationList", {}).get("Items", [])]
    found = [cli(account, "cloudfront", "get-invalidation", "--distribution-id", distribution, "--id", each)
             ["Invalidation"] for each in ids]
    found.sort(key=lambda item: item["CreateTime"])
    return [(item["InvalidationBatch"]["Paths"]["Items"], item["Status"]) for item in found]


# --- ECR -------------------------------------------------------------------------------------------------------------

def registry(account):
    return f"{account}.dkr.ecr.{REGION}.amazonaws.com"


def registry_get(account, path):
    login = base64.b64encode(f"AWS:{os.environ['LAB_ECR_PASSWORD']}".encode()).decode()
    request = urllib.request.Request(f"https://{registry(account)}/v2/{path}", headers={
        "Accept": "application/vnd.docker.distribution.manifest.v2+json", "Authorization": f"Basic {login}"})
    trust = ssl.create_default_context(cafile=os.environ["LAB_CA"])
    with urllib.request.urlopen(request, timeout=10, context=trust) as answer:
        return answer.read()


def tags(account, repository):
    try:
        return sorted(json.loads(registry_get(account, f"{repository}/tags/list"))["tags"] or [])
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return []
        raise


def manifest(account, repository, tag):
    """The digest of what the tag points to, and the id of its image."""
    body = registry_get(account, f"{repository}/manifests/{tag}")
    return "sha256:" + hashlib.sha256(body).hexdigest(), json.loads(body)["config"]["digest"]


# --- ECS -------------------------------------------------------------------------------------------------------------

def service(account, cluster, name):
    return cli(account, "ecs", "describe-services", "--cluster", cluster, "--services", name)["services"][0]


def task_definition(account, name):
    return cli(account, "ecs", "describe-task-definition", "--task-definition", name)["taskDefinition"]


def task_definitions(account):
    return cli(account, "ecs", "list-task-definitions")["taskDefinitionArns"]


def containers(account, cluster):
    """The engine's containers that are tasks of the cluster: their names, and what docker knows of each."""
    label = f"com.amazonaws.ecs.cluster=arn:aws:ecs:{REGION}:{account}:cluster/{cluster}"
    ids = shell(f"docker ps --quiet --filter label={label}").split()
    # one that has gone since is left out of the answer
    found = shell(f"docker inspect {' '.join(ids)} 2>/dev/null || :") if ids else ""
    return {container["Name"].lstrip("/"): container for container in json.loads(found or "[]")}


def only_container(account, cluster):
    """The container of a service that wants one, once ECS has stopped the ones before it."""
    seen = []

    def is_alone():
        seen[:] = containers(account, cluster).values()
        return len(seen) == 1

    wait_for(is_alone, f"the service in {cluster} to be one container")
    return seen[0]


def served(container):
    """What the container's web server says it is."""
    address = container["NetworkSettings"]["IPAddress"]
    with urllib.request.urlopen(f"http://{address}:8080/version", timeout=5) as answer:
        return answer.read().decode().strip()


# --- EC2 and Auto Scaling --------------------------------------------------------------------------------------------

def template_versions(account, name):
    listed = cli(account, "ec2", "describe-launch-template-versions", "--launch-template-name", name)
    return {version["VersionNumber"]: version for version in listed["LaunchTemplateVersions"]}


def refreshes(account, group):
    return cli(account, "autoscaling", "describe-instance-refreshes", "--auto-scaling-group-name",
               group)["InstanceRefreshes"]
