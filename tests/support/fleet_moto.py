"""Makes the same calls to moto and to a fleet that serves moto's content, and compares the shapes of the two answers.

Usage: fleet_moto.py MOTO_ENDPOINT FLEET_ENDPOINT INVENTORY.json [--differences FILE]

The inventory was collected from that moto, which organization.py and then fleet_moto_setup.py set up, and is served
with --as-recorded. Both are asked with their own credentials of the account that collected it: MOTO_ACCESS_KEY_ID,
MOTO_SECRET_ACCESS_KEY and, where there is one, MOTO_SESSION_TOKEN are those that organization.py prints;
FLEET_ACCESS_KEY_ID, FLEET_SECRET_ACCESS_KEY and FLEET_SESSION_TOKEN are those that `fleet serve` prints as
AWS_ACCESS_KEY_ID and so on. The other accounts are entered by AssumeRole on either side.

The calls are those by which the other clients read a served fleet. What is compared is what came over the wire, before
any parser saw it: the path of every element or member, with lists merged, and the kind of each. Headers that the
service's model makes members are paths as well, and so are the status and the content type. Values are not compared,
but for what decides how a value is read: the format of a time, the namespace of a document, the code of an error.

Prints {"operations": {"service:Operation": {"ours_only": [...], "moto_only": [...], "kinds": [...]}},
"calls": {"service:Operation": calls}, "not_compared": {"service:Operation": why}}. Paths of refusals begin with
"refusal", and those by which a page of one item says that there is more with "page: ". With --differences, a list of
them with the reasons for each, it prints "faults" too: what is not in that list, and what of it no longer occurs.
"""

import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from email.utils import parsedate_to_datetime

# Neither the machine's own configuration nor its proxies have anything to say here.
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, NO_PROXY="*")

import boto3
import botocore
import botocore.config
import botocore.exceptions
import botocore.parsers

from fleet_organization import everything
from fleet_reading import Reader, Refused, reach_addresses

CONFIG = botocore.config.Config(retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"})
# The services that let nobody ask for pages as small as what is set up here.
LARGE_PAGES = {"rds"}
KINDS = ("ours_only", "moto_only", "kinds")
# What each side makes up for itself, and what may be digits alone.
MADE_UP = {"RequestId", "HostId"}

# What rests on lists that moto does not serve is never come to: it is asked for what nobody has, to know whether moto
# serves it by now.
NOT_REACHED = {
    "DescribeProtectedResource": {"ResourceArn": "arn:aws:dynamodb:eu-central-1:000000000000:table/none"},
    "GetLegalHold": {"LegalHoldId": "00000000-0000-4000-8000-000000000000"},
    "ListRestoreTestingSelections": {"RestoreTestingPlanName": "nobody_has_this_one"},
}

# Shapes.


def time_format(text):
    """How a time is written, or None."""
    found = re.fullmatch(r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?", text)
    if found:
        # How many digits a fraction has depends on the time as well: only whether there is one decides the format.
        return f"time, date{found[1]}time{'.fraction' if found[2] else ''}{found[3] or ''}"
    try:
        return "time, RFC 822" if parsedate_to_datetime(text) and text.endswith("GMT") else None
    except ValueError:
        return None


def kind_of_text(text):
    """The kind of what XML and headers have as text."""
    if not text.strip():
        return "empty"
    if text in ("true", "false"):
        return "boolean"
    # Some Pythons would write them so; AWS does not.
    if text in ("True", "False", "None"):
        return f"the text {text}"
    return time_format(text) or ("number" if re.fullmatch(r"-?\d+(\.\d+)?", text) else "text")


def note(shape, path, kind):
    shape.setdefault(path, set()).add(kind)


def xml_shape(element, path, space, shape):
    for name in element.attrib:
        note(shape, f"{path}@{name}", "attribute")
    if len(element) == 0:
        made_up = path.rsplit("/", 1)[-1] in MADE_UP
        note(shape, path, "text" if made_up else kind_of_text(element.text or ""))
        return
    note(shape, path, "elements")
    for child in element:
        named = child.tag.removeprefix(f"{{{space}}}") if space else child.tag
        xml_shape(child, f"{path}/{named}", space, shape)


def json_shape(value, path, shape):
    if isinstance(value, dict):
        note(shape, path, "object" if value else "empty object")
        for name, member in value.items():
            json_shape(member, f"{path}/{name}", shape)
    elif isinstance(value, list):
        note(shape, path, "list" if value else "empty list")
        for item in value:
            json_shape(item, f"{path}/[]", shape)
    elif value is None:
        note(shape, path, "null")
    elif isinstance(value, bool):
        note(shape, path, "boolean")
    elif isinstance(value, (int, float)):
        note(shape, path, "number")
    else:
        # In JSON, text that looks like a number is text.
        note(shape, path, time_format(value) or "text")


class Raw:
    """An answer as it came: its status, its headers and its body."""

    def __init__(self, response, operation):
        self.status = response["status_code"]
        self.headers = {name.lower(): value for name, value in response["headers"].items()}
        self.model = operation
        body = response["body"]
        # A body that is streamed is an object's content, which is the caller's to read and has no shape.
        self.body = body if isinstance(body, bytes) else None

    def shape(self):
        shape = {}
        if self.status < 300:
            # Of refusals, the status is compared with the code.
            note(shape, "status", str(self.status))
        # The character set says nothing where a protocol prescribes it.
        media = self.headers.get("content-type", "none").split(";")[0]
        if self.body:
            note(shape, "content-type", media)
        output = self.model.output_shape
        for member in output.members.values() if output and self.status < 300 else ():
            if member.serialization.get("location") == "header":
                name = member.serialization["name"].lower()
                if name in self.headers:
                    note(shape, f"header {name}", kind_of_text(self.headers[name]))
        if not self.body:
            return shape
        text = self.body.strip()
        if text.startswith(b"<"):
            root = ElementTree.fromstring(text)
            space = root.tag[1:].split("}")[0] if root.tag.startswith("{") else None
            # The root's name is compared once, and not with every path below it.
            note(shape, "root", root.tag)
            xml_shape(root, "", space, shape)
        elif "json" in media or text.startswith((b"{", b"[")):
            json_shape(json.loads(text), "", shape)
        else:
            note(shape, "", "text")
        return shape


def differences(ours, moto):
    """Two shapes' differences."""
    found = {name: set() for name in KINDS}
    found["ours_only"] |= ours.keys() - moto.keys()
    found["moto_only"] |= moto.keys() - ours.keys()
    for path in ours.keys() & moto.keys():
        if ours[path] != moto[path]:
            told = lambda kinds: " or ".join(sorted(kinds))
            found["kinds"].add(f"{path or 'body'}: ours {told(ours[path])}, moto {told(moto[path])}")
    # What is below something that only one of them has is only there as well, and need not be told.
    for name in ("ours_only", "moto_only"):
        found[name] = {path for path in found[name] if path.rsplit("/", 1)[0] not in found[name] or "/" not in path}
    return found


# Calls.


class Side:
    """One of the two endpoints, and the credentials of the accounts that were entered there."""

    def __init__(self, endpoint, account, prefix):
        self.endpoint, self.clients, self.raw = endpoint, {}, None
        self.session = boto3.session.Session()
        self.keys = {
            account: {
                "AccessKeyId": os.environ[f"{prefix}_ACCESS_KEY_ID"],
                "SecretAccessKey": os.environ[f"{prefix}_SECRET_ACCESS_KEY"],
                "SessionToken": os.environ.get(f"{prefix}_SESSION_TOKEN") or None,
            }
        }

    def client(self, account, region, service):
        place = (account, region, service)
        if place not in self.clients:
            keys = self.keys[account]
            client = self.session.client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                config=CONFIG,
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
            )
            client.meta.events.register("before-parse", self.answered)
            self.clients[place] = client
        return self.clients[place]

    def answered(self, operation_model, response_dict, **_):
        self.raw = Raw(response_dict, operation_model)

    def call(self, account, region, service, operation, given):
        """What a parser made of the answer, or Refused, or None where there is no making anything of it."""
        self.raw = None
        try:
            client = self.client(account, region, service)
            answer = getattr(client, botocore.xform_name(operation))(**given)
            if "Body" in answer:
                answer["Body"] = answer["Body"].read()
            return answer
        except botocore.exceptions.ClientError as error:
            told = error.response["Error"]
            return Refused(told.get("Code"), told.get("Message", ""))
        except botocore.parsers.ResponseParserError:
            return None


class Both(Reader):
    """Asks both, and goes on with what the fleet answers."""

    def __init__(self, moto, fleet, inventory):
        # The other clients have their credentials in the environment; here each side keeps its own.
        keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
        os.environ.update(dict.fromkeys(keys, "unused"))
        super().__init__(inventory)
        account = inventory["caller"]["account"]
        self.moto, self.fleet = Side(moto, account, "MOTO"), Side(fleet, account, "FLEET")
        self.compared, self.found, self.not_compared = {}, {}, {}
        self.nobody = False

    def read(self, place, told, service, operation, none=(), **given):
        name = f"{service}:{operation}"
        if told.get("gap", {}).get("operation") == name:
            # Nothing of the content is known: the fleet serves the failure, and there is nothing to compare it with.
            self.not_compared.setdefault(name, "what moto answers leaves a gap in the inventory")
            return None
        return super().read(place, told, service, operation, none=none, **given)

    def refused(self, place, codes, service, operation, **given):
        self.nobody = True
        try:
            super().refused(place, codes, service, operation, **given)
        finally:
            self.nobody = False

    def make(self, account, region, service, operation, given):
        name = f"{service}:{operation}"
        fleet = self.fleet.call(account, region, service, operation, given)
        moto = self.moto.call(account, region, service, operation, given)
        if self.moto.raw is None or moto is None or self.moto.raw.status in (404, 501) and not named(moto):
            self.not_compared.setdefault(name, "moto does not serve it")
        else:
            self.compared[name] = self.compared.get(name, 0) + 1
            self.compare(name, fleet, moto)
            if fleet is None:
                self.add(name, "kinds", ["a parser makes nothing of ours"])
            elif not isinstance(fleet, Refused) and not isinstance(moto, Refused):
                self.page(name, (account, region, service, operation), given)
        if isinstance(fleet, Refused):
            raise fleet
        if operation == "AssumeRole" and not isinstance(moto, Refused):
            entered = given["RoleArn"].split(":")[4]
            self.fleet.keys[entered], self.moto.keys[entered] = fleet["Credentials"], moto["Credentials"]
        return fleet

    def compare(self, name, fleet, moto):
        ours, theirs = self.fleet.raw.shape(), self.moto.raw.shape()
        refusals = [isinstance(answer, Refused) for answer in (fleet, moto)]
        if all(refusals):
            told = lambda answer, raw: f"{answer.code} with status {raw.status}"
            fleet, moto = told(fleet, self.fleet.raw), told(moto, self.moto.raw)
            if fleet != moto:
                self.add(name, "kinds", [f"refusal: ours {fleet}, moto {moto}"])
            for kind, some in differences(ours, theirs).items():
                self.add(name, kind, [f"refusal{path}" if path[:1] in "/@" else f"refusal {path}" for path in some])
        elif any(refusals):
            told = lambda answer: f"refuses with {answer.code}" if isinstance(answer, Refused) else "answers"
            # To be asked for what is not there is another matter than to be asked for what is.
            what = "what nobody has" if self.nobody else "what is there"
            self.add(name, "kinds", [f"{what}: ours {told(fleet)}, moto {told(moto)}"])
        else:
            for kind, some in differences(ours, theirs).items():
                self.add(name, kind, some)

    def page(self, name, call, given):
        """Whether both say that there is more in the same way, where a page has one item. The rest of such a page is
        not compared: which item comes first is anybody's guess.
        """
        account, region, service, operation = call
        client, method = self.fleet.client(account, region, service), botocore.xform_name(operation)
        if service in LARGE_PAGES or not client.can_paginate(method):
            return
        paginator = client.get_paginator(method)
        config = paginator._pagination_cfg
        if "limit_key" not in config:
            return
        least = given | {config["limit_key"]: self.least(client, operation, config["limit_key"])}
        if any(isinstance(side.call(*call, least), (Refused, type(None))) for side in (self.fleet, self.moto)):
            self.add(name, "kinds", ["page: one of the two refuses a page of one item"])
            return
        tokens = config["output_token"]
        tokens = {*(tokens if isinstance(tokens, list) else [tokens]), config.get("more_results")}

        def said(raw):
            return {path: kinds for path, kinds in raw.shape().items() if path.rsplit("/", 1)[-1] in tokens}

        for kind, some in differences(said(self.fleet.raw), said(self.moto.raw)).items():
            self.add(name, kind, [f"page: {path}" for path in some])

    def least(self, client, operation, member):
        limit = client.meta.service_model.operation_model(operation).input_shape.members[member]
        number = max(1, limit.metadata.get("min", 1))
        return str(number) if limit.type_name == "string" else number

    def add(self, name, kind, some):
        entry = self.found.setdefault(name, {kind: set() for kind in KINDS})
        entry[kind].update(some)


def named(answer):
    """Whether a refusal has a code of a service's own: what moto does not know has the status for one."""
    return not isinstance(answer, Refused) or not str(answer.code).isdigit()


# The list.


def held(listed, found, calls, not_compared):
    """What is not in the list of differences, and what is in it and no longer occurs. Each kind of difference is a list
    of {"paths": [...], "why": text} there: one reason may stand for several. What is not compared is listed as well.
    """
    known = listed["not_compared"]
    yield from (f"{name} is not compared, which is not listed" for name in not_compared if name not in known)
    for name in known:
        if name not in not_compared:
            yield f"{name} is listed as not compared, and {'is' if name in calls else 'was not even tried'}"
    listed = listed["operations"]
    for name in sorted(listed.keys() | found.keys()):
        for kind in KINDS:
            entries = listed.get(name, {}).get(kind, [])
            known = [path for entry in entries for path in entry["paths"]]
            for entry in entries:
                if not entry.get("why"):
                    yield f"{name}: {kind}: {entry['paths']} is listed without a reason"
            there = found.get(name, {}).get(kind, [])
            yield from (f"{name}: {kind}: {path} is not listed" for path in there if path not in known)
            yield from (f"{name}: {kind}: {path} is listed, and does not occur" for path in known if path not in there)
            if len(set(known)) != len(known):
                yield f"{name}: {kind}: something is listed twice"


def main():
    arguments = sys.argv[1:]
    listed = None
    if "--differences" in arguments:
        at = arguments.index("--differences")
        with open(arguments[at + 1], encoding="utf-8") as file:
            listed = json.load(file)
        del arguments[at : at + 2]
    moto, fleet, path = arguments
    reach_addresses()
    with open(path, encoding="utf-8") as file:
        reader = Both(moto, fleet, json.load(file))
    everything(reader)
    place = (reader.inventory["caller"]["account"], reader.inventory["caller"]["home_region"])
    for operation, given in NOT_REACHED.items():
        reader.refused(place, [], "backup", operation, **given)
    found = {
        name: {kind: sorted(some) for kind, some in entry.items()}
        for name, entry in sorted(reader.found.items())
        if any(entry.values())
    }
    said = {
        "operations": found,
        "calls": dict(sorted(reader.compared.items())),
        "not_compared": {name: why for name, why in sorted(reader.not_compared.items()) if name not in reader.compared},
    }
    # That the fleet says what the inventory says is the other clients' to test: the reader's own faults do not count.
    if listed is not None:
        said["faults"] = list(held(listed, found, reader.compared, said["not_compared"]))
    json.dump(said, sys.stdout, indent=1)


main()
