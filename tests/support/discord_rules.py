"""What Discord's documented webhook interface accepts, and its form of an error:
https://discord.com/developers/docs/resources/webhook#execute-webhook
"""
import datetime
import json
import re
from email.parser import BytesParser

from chat_schema import Invalid, boolean, integer, listing, members, text, url


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


def check_message(body, with_file=False):
    MESSAGE(body, "")
    if not body.get("content") and not body.get("embeds") and not with_file:
        raise Invalid("", 50006, "Cannot send an empty message")
    if sum(map(embed_length, body.get("embeds", []))) > 6000:
        raise Invalid(".embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def error_body(problem):
    if isinstance(problem.code, int):
        return {"message": problem.message, "code": problem.code}
    errors = {"_errors": [{"code": problem.code, "message": problem.message}]}
    for name in reversed([part for part in problem.path.split(".") if part]):
        errors = {name: errors}
    return {"message": "Invalid Form Body", "code": 50035, "errors": errors}


def read_json(data):
    try:
        return json.loads(data)
    except ValueError:
        raise Invalid("", 50109, "The request body contains invalid JSON.") from None


def read_form(content_type, data):
    """payload_json and the files of multipart/form-data."""
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + data)
    body, files = {}, []
    for part in message.get_payload() if message.is_multipart() else []:
        content = part.get_payload(decode=True)
        if part.get_filename() is not None:
            files.append({"filename": part.get_filename(), "size": len(content)})
        elif part.get_param("name", header="Content-Disposition") == "payload_json":
            body = read_json(content)
    if len(files) > 10:
        raise Invalid(".files", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    return body, files


def read_message(content_type, data):
    """The message as it was accepted, files beside it; raises Invalid."""
    kind = content_type.split(";")[0].strip()
    files = []
    if kind == "application/json":
        body = read_json(data)
    elif kind == "multipart/form-data":
        body, files = read_form(content_type, data)
    else:
        raise Invalid("", 50006, "Cannot send an empty message")
    check_message(body, bool(files))
    return {**body, "files": files} if files else body


def check_event(name, data):
    """GitHub's form of a webhook: the event's name in a header, the payload as it is."""
    if not name:
        raise Invalid("", 50035, "Invalid Form Body")
    return {"event": name, "payload": read_json(data)}
