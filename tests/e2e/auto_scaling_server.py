"""Stands in for Auto Scaling where an instance refresh takes time or goes wrong, which no emulator does: a refresh goes
through the states it was made with, one for each time it is described, and stays in the last.

What a state may be called comes from the service's published model (the one in the lab's own Python), so that a state
that AWS adds is a state the tests miss.
"""
import gzip
import http.server
import json
import os
import pathlib
import threading
import urllib.parse

PYTHON = pathlib.Path(os.environ["LAB_PYTHON"]).parents[1]
MODEL = json.loads(gzip.decompress(next(PYTHON.glob(
    "lib/*/site-packages/botocore/data/autoscaling/2011-01-01/service-2.json.gz")).read_bytes()))
STATES = MODEL["shapes"]["InstanceRefreshStatus"]["enum"]
MOVING = {"Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking"}
GOOD, BAD = {"Successful"}, {"Failed", "Cancelled", "RollbackFailed", "RollbackSuccessful"}


class AutoScaling:
    """with AutoScaling(["Pending", "Failed"]) as server: its address is server.url, what it was asked server.asked."""

    def __init__(self, states, reason="the instances did not become healthy"):
        self.states, self.reason, self.asked = list(states), reason, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.answer(self, dict(urllib.parse.parse_qsl(body)))

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, handler, request):
        self.asked.append(request)
        action = request["Action"]
        data = self.envelope(action, getattr(self, action)(request)).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/xml")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    @staticmethod
    def envelope(action, result):
        return (f'<{action}Response xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><{action}Result>{result}'
                f"</{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>")

    @staticmethod
    def StartInstanceRefresh(_):
        return "<InstanceRefreshId>08b91cf7-8fa6-48af-b6a6-d227f40f1b9b</InstanceRefreshId>"

    @staticmethod
    def CancelInstanceRefresh(_):
        return "<InstanceRefreshId>08b91cf7-8fa6-48af-b6a6-d227f40f1b9b</InstanceRefreshId>"

    def DescribeInstanceRefreshes(self, request):
        state = self.states[0] if len(self.states) == 1 else self.states.pop(0)
        assert state in STATES or state == "Unheard", state
        return (f"<InstanceRefreshes><member><InstanceRefreshId>{request['InstanceRefreshIds.member.1']}"
                f"</InstanceRefreshId><AutoScalingGroupName>{request['AutoScalingGroupName']}</AutoScalingGroupName>"
                f"<Status>{state}</Status><StatusReason>{self.reason}</StatusReason><PercentageComplete>50"
                f"</PercentageComplete><InstancesToUpdate>1</InstancesToUpdate></member></InstanceRefreshes>")

    @staticmethod
    def DescribeAutoScalingGroups(request):
        return (f"<AutoScalingGroups><member><AutoScalingGroupName>{request['AutoScalingGroupNames.member.1']}"
                "</AutoScalingGroupName><Instances><member><InstanceId>i-05b4f7d5be44822a6</InstanceId>"
                "<LaunchTemplate><LaunchTemplateName>api</LaunchTemplateName><Version>1</Version></LaunchTemplate>"
                "<LifecycleState>InService</LifecycleState><HealthStatus>Healthy</HealthStatus></member></Instances>"
                "</member></AutoScalingGroups>")

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
