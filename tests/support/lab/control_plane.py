"""ministack as the lab runs it (`hypercorn control_plane:app`), with two things as AWS has them:

- A deployment that ECS rolled back is gone from the service once its tasks are: that is why waiting for stability then
  succeeds, and why a deploy has to look whose deployment is live. ministack keeps it for ever, and no wait would end.
- Permission to update or describe an ECS service is asked for that service, to add a version to a launch template for
  that template; ministack asks for the cluster, and for everything.
"""
import functools
import json

from ministack.core import iam_actions
from ministack.services import ec2, ecs


def is_live(deployment):
    return deployment["status"] == "PRIMARY" or deployment.get("rolloutState") != "FAILED" or \
        deployment.get("runningCount", 0) + deployment.get("pendingCount", 0) > 0


def without_rolled_back(sanitize):
    @functools.wraps(sanitize)
    def sanitized(value, *words):
        answer = sanitize(value, *words)
        if isinstance(answer, dict) and "deployments" in answer and "serviceName" in answer:
            answer = {**answer, "deployments": [each for each in answer["deployments"] if is_live(each)]}
        return answer
    return sanitized


def ecs_service(body):
    """service/CLUSTER/NAME where the call is about one service."""
    try:
        call = json.loads(body or b"{}")
    except ValueError:
        return None
    names = [call["service"]] if "service" in call else call.get("services", [])
    if len(names) != 1 or names[0].startswith("arn:"):
        return None
    return f"service/{call.get('cluster', 'default').rsplit('/', 1)[-1]}/{names[0]}"


def launch_template(query):
    """launch-template/ID where the call is about one template."""
    if iam_actions._query_param(query, "Action") not in ("CreateLaunchTemplateVersion", "ModifyLaunchTemplate"):
        return None
    wanted = [iam_actions._query_param(query, field) for field in ("LaunchTemplateId", "LaunchTemplateName")]
    found = [each["LaunchTemplateId"] for each in ec2._launch_templates.values()
             if each["LaunchTemplateId"] == wanted[0] or each["LaunchTemplateName"] == wanted[1]]
    return f"launch-template/{found[0]}" if found else None


def naming_what_is_changed(extract):
    @functools.wraps(extract)
    def resource(service, method, path, headers, body, query, region, account):
        found = ecs_service(body) if service == "ecs" else launch_template(query) if service == "ec2" else None
        if found:
            return f"arn:aws:{service}:{region}:{account}:{found}"
        return extract(service, method, path, headers, body, query, region, account)
    return resource


ecs._sanitize = without_rolled_back(ecs._sanitize)
iam_actions.extract_resource_arn = naming_what_is_changed(iam_actions.extract_resource_arn)

from ministack.app import app  # noqa: E402,F401
