"""ministack as the lab runs it (`hypercorn control_plane:app`), with two things of ECS as AWS has them:

- A deployment that was rolled back is gone from the service once its tasks are: that is why waiting for stability then
  succeeds, and why a deploy has to look whose deployment is live. ministack keeps it for ever, and no wait would end.
- Permission to update or describe a service is asked for that service; ministack asks for its cluster.
"""
import functools
import json

from ministack.core import iam_actions
from ministack.services import ecs


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


def naming_services(extract):
    @functools.wraps(extract)
    def resource(service, method, path, headers, body, query, region, account, *words, **named):
        if service == "ecs":
            try:
                call = json.loads(body or b"{}")
            except ValueError:
                call = {}
            names = [call["service"]] if "service" in call else call.get("services", [])
            if len(names) == 1 and not names[0].startswith("arn:"):
                cluster = call.get("cluster", "default").rsplit("/", 1)[-1]
                return f"arn:aws:ecs:{region}:{account}:service/{cluster}/{names[0]}"
        return extract(service, method, path, headers, body, query, region, account, *words, **named)
    return resource


ecs._sanitize = without_rolled_back(ecs._sanitize)
iam_actions.extract_resource_arn = naming_services(iam_actions.extract_resource_arn)

from ministack.app import app  # noqa: E402,F401
