"""What Slack's documented interfaces accept: incoming webhooks, chat.postMessage and chat.update, workflow triggers.
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, /reference/block-kit/blocks,
/reference/methods/chat.postMessage
"""
import json
from urllib.parse import parse_qsl

from chat_schema import Invalid, anything, boolean, by_type, either, integer, listing, members, one_of, text, url


def plain_text(most):
    return members(["type", "text"], type_=one_of("plain_text"), text=text(most, 1), emoji=boolean)


def any_text(most):
    return by_type(plain_text=plain_text(most),
                   mrkdwn=members(["type", "text"], type_=one_of("mrkdwn"), text=text(most, 1), verbatim=boolean))


IMAGE_ELEMENT = members(["type", "alt_text"], type_=one_of("image"), image_url=url, alt_text=text(2000))
BUTTON = members(["type", "text"], type_=one_of("button"), text=plain_text(75), url=url, value=text(2000),
                 action_id=text(255), style=one_of("primary", "danger"))
ELEMENT = by_type(button=BUTTON, image=IMAGE_ELEMENT)
BLOCK_ID = text(255)

BLOCK = by_type(
    section=members(["type"], type_=anything, text=any_text(3000), fields=listing(10, any_text(2000), 1),
                    accessory=ELEMENT, block_id=BLOCK_ID, expand=boolean),
    header=members(["type", "text"], type_=anything, text=plain_text(150), block_id=BLOCK_ID),
    divider=members(["type"], type_=anything, block_id=BLOCK_ID),
    image=members(["type", "alt_text"], type_=anything, image_url=url, alt_text=text(2000), title=plain_text(2000),
                  block_id=BLOCK_ID),
    context=members(["type", "elements"], type_=anything, block_id=BLOCK_ID, elements=listing(10, by_type(
        mrkdwn=any_text(3000), plain_text=any_text(3000), image=IMAGE_ELEMENT), 1)),
    actions=members(["type", "elements"], type_=anything, block_id=BLOCK_ID, elements=listing(25, ELEMENT, 1)))

# Old integrations leave what is not set empty.
ADDRESS = either(one_of(""), url)
ATTACHMENT = members(
    fallback=anything, color=text(16), pretext=anything, author_name=anything, author_link=ADDRESS, author_icon=ADDRESS,
    title=anything, title_link=ADDRESS, text=anything, footer=text(300), footer_icon=ADDRESS, image_url=ADDRESS,
    thumb_url=ADDRESS, ts=either(integer(0, 1 << 40), text(32)), mrkdwn_in=listing(10, text(32)),
    blocks=listing(50, BLOCK),
    fields=listing(100, members(title=text(40_000), value=text(40_000), short=boolean)))

SHARED = {"text": text(40_000), "blocks": listing(50, BLOCK), "attachments": listing(100, ATTACHMENT),
          "thread_ts": text(32), "mrkdwn": boolean, "unfurl_links": boolean, "unfurl_media": boolean,
          "username": text(80), "icon_emoji": text(100), "icon_url": ADDRESS, "link_names": anything}
WEBHOOK = members(channel=text(80), response_type=text(32), replace_original=boolean, delete_original=boolean, **SHARED)
METHODS = {"chat.postMessage": members(["channel"], channel=text(80, 1), reply_broadcast=boolean, parse=text(16), **SHARED),
           "chat.update": members(["channel", "ts"], channel=text(80, 1), ts=text(32, 1), **SHARED)}
TRUTH = {"true": True, "false": False, "1": True, "0": False}


def has_content(body):
    return any(body.get(name) for name in ("text", "blocks", "attachments"))


def check_webhook(data):
    """A message to an incoming webhook; raises Invalid with Slack's word for it."""
    try:
        body = json.loads(data)
        WEBHOOK(body, "")
    except ValueError:
        raise Invalid("", "invalid_payload", "it is no JSON") from None
    except Invalid as problem:
        raise Invalid(problem.path, "invalid_payload", problem.message) from None
    if not has_content(body):
        raise Invalid("", "no_text", "there is nothing to show")
    return body


def check_trigger(data):
    """A workflow's webhook takes one level of texts."""
    try:
        body = json.loads(data)
    except ValueError:
        raise Invalid("", "invalid_webhook_format", "it is no JSON") from None
    if not isinstance(body, dict) or not body:
        raise Invalid("", "invalid_webhook_format", "it is no object")
    for name, value in body.items():
        if not isinstance(value, str):
            raise Invalid(f".{name}", "parameter_validation_failed", "Must be a string.")
    return body


def form_arguments(data):
    arguments = dict(parse_qsl(data.decode(), keep_blank_values=True, strict_parsing=bool(data)))
    for name in ("blocks", "attachments"):
        if name in arguments:
            arguments[name] = json.loads(arguments[name])
    for name in ("mrkdwn", "unfurl_links", "unfurl_media", "reply_broadcast"):
        if name in arguments:
            arguments[name] = TRUTH.get(arguments[name], arguments[name])
    return arguments


def check_call(method, content_type, data):
    if method not in METHODS:
        raise Invalid("", "unknown_method", f"no method {method}")
    kind = content_type.split(";")[0].strip()
    if kind not in ("application/json", "application/x-www-form-urlencoded"):
        raise Invalid("", "invalid_post_type", kind)
    try:
        body = json.loads(data) if kind == "application/json" else form_arguments(data)
    except ValueError:
        raise Invalid("", "invalid_arguments", "it cannot be read") from None
    try:
        METHODS[method](body, "")
    except Invalid as problem:
        raise Invalid(problem.path, "invalid_arguments", problem.message) from None
    if not has_content(body):
        raise Invalid("", "no_text", "there is nothing to show")
    return body
