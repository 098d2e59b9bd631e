"""Stands in for a service of AWS with a JSON protocol that no emulator has: it answers each operation with what it was
given, as strict about what it is asked as the service's published model (the one in the lab's own Python).
"""
import gzip
import http.server
import json
import os
import pathlib
import threading

PYTHON = pathlib.Path(os.environ["LAB_PYTHON"]).parents[1]


def model(service, version):
    folder = next(PYTHON.glob(f"lib/*/site-packages/botocore/data/{service}/{version}"))
    return json.loads(gzip.decompress((folder / "service-2.json.gz").read_bytes()))


class JsonService:
    """with JsonService("codedeploy", "2014-10-06", {"GetDeployment": {...}}) as server: server.url, server.asked."""

    def __init__(self, service, version, answers):
        self.model, self.answers, self.asked = model(service, version), answers, []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    status, answer = 200, outer.answer(self.headers, json.loads(body))
                except AssertionError as error:
                    status, answer = 400, {"__type": "ValidationException", "message": str(error)}
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/x-amz-json-1.1")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, headers, request):
        prefix, operation = headers["X-Amz-Target"].split(".")
        signing = self.model["metadata"].get("signingName", self.model["metadata"]["endpointPrefix"])
        assert prefix == self.model["metadata"]["targetPrefix"], prefix
        assert f"/{signing}/aws4_request" in headers["Authorization"], headers["Authorization"]
        shape = self.model["shapes"][self.model["operations"][operation]["input"]["shape"]]
        assert set(shape.get("required", [])) <= set(request) <= set(shape["members"]), request
        self.asked.append((operation, request))
        return self.answers[operation]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
