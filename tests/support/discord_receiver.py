"""Stands in for Discord: accepts the messages that its documented webhook interface accepts, and no others.

Answers 204 (or 200 and the message with ?wait=true), 400 with Discord's form of an error, 401 for a wrong token, 404
for anything else. Each accepted body is a line of the --out file. The token comes from $WEBHOOK_TOKEN.
See https://discord.com/developers/docs/resources/webhook#execute-webhook
"""
import argparse
import datetime
import json
import os
import pathlib
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Invalid(Exception):
    def __init__(self, path, code, message):
        super().__init__(f"{path}: {message}")
        self.path, self.code, self.message = path, code, message


def text(limit, least=0):
    def check(value, path):
        if not isinstance(value, str):
            raise Invalid(path, "STRING_TYPE_CONVERT", "Must be a string.")
        if not least <= len(value) <= limit:
            raise Invalid(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {limit} in length.")
    return check


def integer(least, most):
    def check(value, path):
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            raise Invalid(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        if not least <= int(value) <= most:
            raise Invalid(path, "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")
    return check


def boolean(value, path):
    if not isinstance(value, bool):
        raise Invalid(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def url(value, path):
    text(2048)(value, path)
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?|attachment://\S+", value):
        raise Invalid(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def timestamp(value, path):
    text(64)(value, path)
    try:
        datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        raise Invalid(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.") from None


def username(value, path):
    text(80, 1)(value, path)
    if re.search("discord|clyde", value, re.IGNORECASE):
        raise Invalid(path, "USERNAME_INVALID_CONTAINS", 'Username cannot contain "discord" or "clyde"')


def listing(most, check_item):
    def check(value, path):
        if not isinstance(value, list):
            raise Invalid(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        if len(value) > most:
            raise Invalid(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        for index, item in enumerate(value):
            check_item(item, f"{path}.{index}")
    return check


def members(required=(), **checks):
    def check(value, path):
        if not isinstance(value, dict):
            raise Invalid(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        for name in required:
            if name not in value:
                raise Invalid(f"{path}.{name}", "BASE_TYPE_REQUIRED", "This field is required")
        for name, item in value.items():
            if name not in checks:
                raise Invalid(f"{path}.{name}", "UNKNOWN_MEMBER", "The documentation knows no such member.")
            checks[name](item, f"{path}.{name}")
    return check


EMBED = members(
    title=text(256), description=text(4096), url=url, timestamp=timestamp, color=integer(0, 0xFFFFFF),
    type=text(32),
    author=members(["name"], name=text(256, 1), url=url, icon_url=url),
    footer=members(["text"], text=text(2048, 1), icon_url=url),
    image=members(["url"], url=url), thumbnail=members(["url"], url=url),
    fields=listing(25, members(["name", "value"], name=text(256, 1), value=text(1024, 1), inline=boolean)))

MESSAGE = members(
    content=text(2000), username=username, avatar_url=url, tts=boolean, embeds=listing(10, EMBED),
    flags=integer(0, 1 << 15), thread_name=text(100, 1), applied_tags=listing(5, text(32)),
    allowed_mentions=members(parse=listing(3, text(16)), users=listing(100, text(32)), roles=listing(100, text(32)),
                             replied_user=boolean))


def embed_length(embed):
    parts = [embed.get("title", ""), embed.get("description", ""), embed.get("author", {}).get("name", ""),
             embed.get("footer", {}).get("text", "")]
    parts += [part for field in embed.get("fields", []) for part in (field["name"], field["value"])]
    return sum(map(len, parts))


def check_message(body):
    MESSAGE(body, "")
    if not body.get("content") and not body.get("embeds"):
        raise Invalid("", 50006, "Cannot send an empty message")
    if sum(map(embed_length, body.get("embeds", []))) > 6000:
        raise Invalid(".embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def error_body(problem):
    if problem.code == 50006:
        return {"message": problem.message, "code": 50006}
    errors = {"_errors": [{"code": problem.code, "message": problem.message}]}
    for name in reversed([part for part in problem.path.split(".") if part]):
        errors = {name: errors}
    return {"message": "Invalid Form Body", "code": 50035, "errors": errors}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=None):
        data = json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        if body is not None:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self):
        address = urlsplit(self.path)
        data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = re.fullmatch(r"/api(?:/v\d+)?/webhooks/(\d+)/([^/]+)", address.path)
        if not found:
            return self.answer(404, {"message": "404: Not Found", "code": 0})
        if found[1] != "1":
            return self.answer(404, {"message": "Unknown Webhook", "code": 10015})
        if found[2] != self.server.token:
            return self.answer(401, {"message": "Invalid Webhook Token", "code": 50027})
        if self.headers.get_content_type() != "application/json":
            return self.answer(400, {"message": "Cannot send an empty message", "code": 50006})
        try:
            body = json.loads(data)
        except ValueError:
            return self.answer(400, {"message": "The request body contains invalid JSON.", "code": 50109})
        try:
            check_message(body)
        except Invalid as problem:
            return self.answer(400, error_body(problem))
        with self.server.out.open("a") as out:
            out.write(json.dumps(body, ensure_ascii=False) + "\n")
        if parse_qs(address.query).get("wait") == ["true"]:
            return self.answer(200, {"id": "2", "type": 0, "webhook_id": "1", "channel_id": "3",
                                     "content": body.get("content", ""), "embeds": body.get("embeds", [])})
        return self.answer(204)

    def log_message(self, form, *args):  # the path holds the token
        print(self.command, args[1] if len(args) > 1 else "", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    chosen = options.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", chosen.port), Handler)
    server.token, server.out = os.environ["WEBHOOK_TOKEN"], chosen.out
    server.serve_forever()


if __name__ == "__main__":
    main()
