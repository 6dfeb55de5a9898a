"""What the clients that read a served fleet share: where they are, what the inventory says, and how the two are held
together. A client says how a call is made; what is asked, and what has to come back, is the same for all of them.
"""

import ipaddress
import os
import socket
from contextlib import contextmanager
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

# The codes by which services say that they have no such operation in a region.
NOT_OFFERED = {"InvalidAction", "UnknownOperationException", "InvalidParameterValue"}
# The region in which a partition's global services are asked.
GLOBAL = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


def reach_addresses():
    """S3 Control's clients put the account's id before the endpoint's host. Before a bare address that makes a name
    which nobody resolves, so that such names are taken for the address itself.
    """
    resolve = socket.getaddrinfo

    def resolved(host, *rest, **more):
        parts = host.split(".") if isinstance(host, str) else []
        if len(parts) == 5 and parts[0].isdigit():
            host = str(ipaddress.ip_address(".".join(parts[1:])))
        return resolve(host, *rest, **more)

    socket.getaddrinfo = resolved


class Refused(Exception):
    """AWS's error."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


class Reader:
    """A client. It keeps the credentials of the accounts that it has entered, as STS gave them."""

    def __init__(self, inventory):
        self.inventory = inventory
        self.calls, self.faults, self.where = {}, [], []
        caller = inventory["caller"]
        self.keys = {
            caller["account"]: {
                "AccessKeyId": os.environ["AWS_ACCESS_KEY_ID"],
                "SecretAccessKey": os.environ["AWS_SECRET_ACCESS_KEY"],
                "SessionToken": os.environ["AWS_SESSION_TOKEN"],
            }
        }
        self.global_region = GLOBAL.get(caller["partition"], caller["home_region"])

    def make(self, account, region, service, operation, given):
        """Makes a call, a paginated one to its end, and gives the answer's members; or raises Refused."""
        raise NotImplementedError

    def wants(self, operation, told):
        """Whether a call is worth making, of which this is told."""
        return True

    def ask(self, place, service, operation, **given):
        name = f"{service}:{operation}"
        self.calls[name] = self.calls.get(name, 0) + 1
        account, region = place
        return self.make(account, region, service, operation, given)

    @contextmanager
    def at(self, *where):
        self.where.append(" ".join(str(part) for part in where))
        try:
            yield
        finally:
            self.where.pop()

    def fault(self, what):
        self.faults.append(f"{', '.join(self.where)}: {what}")

    def same(self, what, got, want):
        if got != want:
            self.fault(f"{what} is {got!r:.300}, the inventory says {want!r:.300}")

    def read(self, place, told, service, operation, none=(), **given):
        """What a call answers, where the inventory holds what it was read as. None, where it holds a gap of this
        operation or says that the service does not offer it, and the call is refused accordingly; where the inventory
        holds a None, for which the service has one of the codes `none`; and where the reader does not care.
        """
        name = f"{service}:{operation}"
        if not self.wants(name, told):
            return None
        gap, value = told.get("gap"), told.get("read", {}).get("value") if "read" in told else told.get("value")
        with self.at(place[0], place[1], operation, *[given[key] for key in given if isinstance(given[key], str)][:1]):
            try:
                answer = self.ask(place, service, operation, **given)
            except Refused as refused:
                if gap and gap["operation"] == name:
                    self.refusal(refused, gap)
                elif "not_offered" in told:
                    if refused.code not in NOT_OFFERED:
                        self.fault(f"is not offered, and says so by {refused}")
                elif not none or refused.code not in none or value:
                    self.fault(f"is refused ({refused}), the inventory says {str(told)[:200]}")
                return None
            if "not_offered" in told or (gap and gap["operation"] == name):
                self.fault(f"answers, the inventory says {str(told)[:200]}")
                return None
            if none and value is None:
                self.fault(f"answers, where nothing is configured: {str(answer)[:200]}")
                return None
            return answer if gap is None else None

    def refusal(self, refused, gap):
        """A refusal as the gap that it leaves says. What has no code of AWS's is served without one."""
        if gap["code"] is not None:
            self.same("the code", refused.code, gap["code"])
        if not refused.message.startswith(gap["message"][:200]):
            self.same("the message", refused.message, gap["message"])

    def refused(self, place, codes, service, operation, **given):
        """Something that has to be refused with one of these codes."""
        if not self.wants(f"{service}:{operation}", {}):
            return
        with self.at(place[0], place[1], operation):
            try:
                self.ask(place, service, operation, **given)
            except Refused as refused:
                if refused.code not in codes:
                    self.fault(f"is refused by {refused}, not by {' or '.join(codes)}")
            else:
                self.fault(f"answers, where {' or '.join(codes)} is due")

    def items(self, what, got, want, key, fields):
        """Holds a list to the inventory's: the same items, and of each the same `fields`. `key`: the member and the
        field by which an item is known; a field: the member, or a function of the item, by the inventory's name for it.
        """
        member, field = key
        found = {item.get(member): item for item in got}
        self.same(f"{what}: the list", sorted(map(str, found)), sorted(item[field] for item in want))
        if len(found) != len(got):
            self.fault(f"{what}: something is listed twice")
        for item in want:
            if item[field] in found:
                with self.at(what, item[field]):
                    self.fields(found[item[field]], item, fields)
        return found

    def fields(self, got, want, fields):
        for name, member in fields.items():
            value = member(got) if callable(member) else got.get(member)
            if name.endswith("_at") or name in ("from", "to", "lock_date", "expiration_date"):
                self.same(name, moment(value), moment(want[name]))
            else:
                self.same(name, plain(value), plain(want[name]))


def moment(value):
    """A time in whole milliseconds since 1970, however it is written."""
    if value is None:
        return None
    if isinstance(value, str) and value.endswith("GMT"):
        value = parsedate_to_datetime(value)
    elif isinstance(value, str):
        # Python reads microseconds at the most.
        head, dot, rest = value.partition(".")
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        value = datetime.fromisoformat((head + dot + digits[:6] + rest[len(digits) :]).replace("Z", "+00:00"))
    elif isinstance(value, (int, float)):
        return round(value * 1000)
    return round(value.astimezone(timezone.utc).timestamp() * 1000)


def plain(value):
    """Lists in their order's despite."""
    return sorted(value, key=str) if isinstance(value, list) else value


def tags(item, member="TagList"):
    return {tag["Key"]: tag["Value"] for tag in item.get(member) or []}


def value_of(told):
    """What was read, or None: of a collection or of a single answer."""
    return told["read"]["value"] if "read" in told else told.get("value")


def items_of(told):
    return value_of(told) or []
