"""Stands in for Discord and Slack: accepts the messages that their documented interfaces accept, and no others.

Discord: /api/webhooks/1/TOKEN, also with /github behind it. Slack: /services/T1/B1/TOKEN (incoming webhook),
/triggers/T1/1/TOKEN (workflow), /api/METHOD with the token in a header. Answers are those of the services: 204 or 200,
400 and 4xx with their form of an error, or ok: false. With --busy every message is answered by 429 and a
short Retry-After when it comes for the first time. Each accepted message is a line of the --out file; of all but Discord's with its kind beside it.
The token comes from $WEBHOOK_TOKEN.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import discord_rules
import slack_rules
from chat_schema import Invalid

RETRY_AFTER = 0.05


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=None, headers=()):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if body is not None:
            self.send_header("Content-Type", "text/plain" if isinstance(body, str) else "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def keep(self, message):
        with self.server.lock, self.server.out.open("a") as out:
            out.write(json.dumps(message, ensure_ascii=False) + "\n")

    def is_busy(self, data):
        message = hashlib.sha256(self.path.encode() + data).digest()
        with self.server.lock:
            first = message not in self.server.seen
            self.server.seen.add(message)
        return self.server.busy and first

    def do_POST(self):
        address = urlsplit(self.path)
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        for pattern, handle in ROUTES:
            found = re.fullmatch(pattern, address.path)
            if found:
                return handle(self, found, data, parse_qs(address.query))
        return self.answer(404, {"message": "404: Not Found", "code": 0})

    # --- Discord ---------------------------------------------------------------------------------------------------------

    def discord(self, found, data, query):
        if found[1] != "1":
            return self.answer(404, {"message": "Unknown Webhook", "code": 10015})
        if found[2] != self.server.token:
            return self.answer(401, {"message": "Invalid Webhook Token", "code": 50027})
        if self.is_busy(data):
            body = {"message": "You are being rate limited.", "retry_after": RETRY_AFTER, "global": False}
            return self.answer(429, body, [("Retry-After", "1"), ("X-RateLimit-Scope", "user")])
        try:
            if found[3]:
                message = discord_rules.check_event(self.headers.get("X-GitHub-Event"), data)
            else:
                message = discord_rules.read_message(self.headers.get("Content-Type", ""), data)
        except Invalid as problem:
            return self.answer(400, discord_rules.error_body(problem))
        self.keep(message)
        if query.get("wait") == ["true"]:
            return self.answer(200, {"id": "2", "type": 0, "webhook_id": "1", "channel_id": "3",
                                     "content": message.get("content", ""), "embeds": message.get("embeds", [])})
        return self.answer(204)

    # --- Slack -----------------------------------------------------------------------------------------------------------

    def slack_busy(self, data):
        busy = self.is_busy(data)
        if busy:
            self.answer(429, {"ok": False, "error": "ratelimited"}, [("Retry-After", "1")])
        return busy

    def slack_webhook(self, found, data, query):
        if found[1] != self.server.token:
            return self.answer(404, "no_service")
        if self.slack_busy(data):
            return None
        try:
            message = slack_rules.check_webhook(data)
        except Invalid as problem:
            return self.answer(400, problem.code)
        self.keep({"slack": "webhook", "message": message})
        return self.answer(200, "ok")

    def slack_trigger(self, found, data, query):
        if found[1] != self.server.token:
            return self.answer(404, {"ok": False, "error": "invalid_trigger"})
        if self.slack_busy(data):
            return None
        try:
            message = slack_rules.check_trigger(data)
        except Invalid as problem:
            return self.answer(400, {"ok": False, "error": problem.code})
        self.keep({"slack": "trigger", "message": message})
        return self.answer(200, {"ok": True})

    def slack_method(self, found, data, query):
        if self.headers.get("Authorization") != f"Bearer {self.server.token}":
            return self.answer(200, {"ok": False, "error": "invalid_auth"})
        if self.slack_busy(data):
            return None
        try:
            message = slack_rules.check_call(found[1], self.headers.get("Content-Type", ""), data)
        except Invalid as problem:
            return self.answer(200, {"ok": False, "error": problem.code, "response_metadata": {"messages": [str(problem)]}})
        self.keep({"slack": found[1], "message": message})
        return self.answer(200, {"ok": True, "channel": message["channel"], "ts": "1700000000.000100",
                                 "message": {"text": message.get("text", ""), "thread_ts": message.get("thread_ts", "")}})

    def log_message(self, form, *args):  # the path holds the token
        if self.server.verbose:
            print(self.command, args[1] if len(args) > 1 else "", flush=True)


ROUTES = ((r"/api(?:/v\d+)?/webhooks/(\d+)/([^/]+)(/github)?", Handler.discord),
          (r"/services/T1/B1/([^/]+)", Handler.slack_webhook),
          (r"/triggers/T1/1/([^/]+)", Handler.slack_trigger),
          (r"/api/([a-z]+\.[A-Za-z.]+)", Handler.slack_method))


def serve(port, out, token, busy=False):
    """A server that is not running yet; port 0: any."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.token, server.out, server.busy = token, out, busy
    server.seen, server.lock = set(), threading.Lock()
    server.daemon_threads, server.verbose = True, False
    return server


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    options.add_argument("--busy", action="store_true", help="429 once for each message")
    chosen = options.parse_args()
    server = serve(chosen.port, chosen.out, os.environ["WEBHOOK_TOKEN"], chosen.busy)
    server.verbose = True
    server.serve_forever()


if __name__ == "__main__":
    main()
