"""Checks of JSON against a documented schema, as small functions that are put together: what chat_receiver.py's rules
are written in. A check is called with a value and its path, and raises Invalid.
"""
import re


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


def one_of(*values):
    def check(value, path):
        if value not in values:
            raise Invalid(path, "BASE_TYPE_CHOICES", f"Value must be one of {values}.")
    return check


def either(*checks):
    def check(value, path):
        for index, inner in enumerate(checks):
            try:
                return inner(value, path)
            except Invalid:
                if index + 1 == len(checks):
                    raise
    return check


def anything(value, path):
    pass


def listing(most, check_item, least=0):
    def check(value, path):
        if not isinstance(value, list):
            raise Invalid(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        if not least <= len(value) <= most:
            raise Invalid(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        for index, item in enumerate(value):
            check_item(item, f"{path}.{index}")
    return check


def members(required=(), **checks):
    """An object with these members and no others; `type_` stands for a member `type`."""
    checks = {name.rstrip("_"): check for name, check in checks.items()}

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


def by_type(**kinds):
    """An object whose member `type` says which check it has to pass."""
    def check(value, path):
        if not isinstance(value, dict) or value.get("type") not in kinds:
            raise Invalid(f"{path}.type", "BASE_TYPE_CHOICES", f"Value must be one of {sorted(kinds)}.")
        kinds[value["type"]](value, path)
    return check
