"""Holds recorded exchanges to AWS's published service models, strictly.

Usage: fleet_referee.py EXCHANGES.jsonl [--code CODE]...

Each line is one exchange: `service`, `operation`, `request` {method, uri, headers, body} and `response` {status, headers,
body}, bodies in base64. Every request is held to the operation's input shape and every response to its output shape or to
an error of the service: an element or member that the model does not have is a fault, as is one of another type, a time in
another format, an enum's value that is none, a required member that is missing. botocore reads its own models leniently,
so that nothing of its parsers is used here but the models themselves. `--code` names error codes that are taken as they
come, such as those of an invented inventory's gaps. Prints {"checked": N, "operations": [...], "faults": [...]}.
"""

import argparse
import base64
import binascii
import json
import re
import sys
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

import botocore.session

# Where AWS's model says something else than AWS's wire, by (service, operation, part of the fault), each with its reason.
ALLOWED = [
    # 2026-11-25: the model's enum has the regions of some day in the past; S3 answers with whatever region it is.
    ("s3", "GetBucketLocation", re.compile(r"/LocationConstraint: '[a-z]{2}(-[a-z]+)+-\d+' is none of")),
]

# The root elements of S3's answers, which botocore's model leaves out: https://docs.aws.amazon.com/AmazonS3/latest/API/,
# "Response Syntax" of each operation.
ROOTS = {
    ("s3", "ListBuckets"): "ListAllMyBucketsResult",
    ("s3", "GetBucketLocation"): "LocationConstraint",
    ("s3", "GetBucketTagging"): "Tagging",
    ("s3", "GetBucketVersioning"): "VersioningConfiguration",
    ("s3", "GetObjectLockConfiguration"): "ObjectLockConfiguration",
    ("s3", "GetBucketLifecycleConfiguration"): "LifecycleConfiguration",
    ("s3", "GetPublicAccessBlock"): "PublicAccessBlockConfiguration",
    ("s3", "GetBucketEncryption"): "ServerSideEncryptionConfiguration",
    ("s3", "GetBucketReplication"): "ReplicationConfiguration",
    ("s3", "ListObjectsV2"): "ListBucketResult",
    ("s3", "ListObjectVersions"): "ListVersionsResult",
    ("s3control", "GetPublicAccessBlock"): "PublicAccessBlockConfiguration",
}

# The namespaces of S3's answers, which the model has at its inputs alone.
NAMESPACES = {
    "s3": "http://s3.amazonaws.com/doc/2006-03-01/",
    "s3control": "http://awss3control.amazonaws.com/doc/2018-08-20/",
}

# Codes that every operation of a protocol may answer with and no operation declares, with their statuses: the "Common
# Errors" pages of the API references, and what the services are seen to answer.
COMMON = {
    "query": {
        "AccessDenied": {403},
        "AccessDeniedException": {400, 403},
        "ExpiredToken": {400, 403},
        "IncompleteSignature": {400, 403},
        "InternalFailure": {500},
        "InvalidAction": {400},
        "InvalidClientTokenId": {403},
        "InvalidParameterCombination": {400},
        "InvalidParameterValue": {400},
        "MissingAction": {400},
        "MissingAuthenticationToken": {403},
        "MissingParameter": {400},
        "OptInRequired": {403},
        "RequestExpired": {400},
        "ServiceUnavailable": {503},
        "SignatureDoesNotMatch": {403},
        "Throttling": {400, 429, 503},
        "ValidationError": {400},
    },
    "json": {
        "AccessDeniedException": {400},
        "ExpiredTokenException": {400},
        "IncompleteSignatureException": {400},
        "InternalFailure": {500},
        "InternalServerError": {500},
        "InvalidSignatureException": {400},
        "MissingAuthenticationTokenException": {400},
        "SerializationException": {400},
        "ServiceUnavailable": {503},
        "ThrottlingException": {400},
        "UnknownOperationException": {400},
        "UnrecognizedClientException": {400},
        "ValidationException": {400},
    },
    "rest-json": {
        "AccessDeniedException": {403},
        "ExpiredTokenException": {403},
        "IncompleteSignatureException": {400, 403},
        "InternalFailure": {500},
        "InternalServerError": {500},
        "InvalidSignatureException": {403},
        "MissingAuthenticationTokenException": {403},
        "ServiceUnavailable": {503},
        "ThrottlingException": {400, 429},
        "UnknownOperationException": {404},
        "UnrecognizedClientException": {403},
        "ValidationException": {400},
    },
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html; S3's model declares nearly none.
    "rest-xml": {
        "AccessDenied": {403},
        "AccessForbidden": {403},
        "ExpiredToken": {400},
        "InternalError": {500},
        "InvalidAccessKeyId": {403},
        "InvalidArgument": {400},
        "InvalidBucketName": {400},
        "InvalidRequest": {400},
        "InvalidToken": {400},
        "MethodNotAllowed": {405},
        "NoSuchBucket": {404},
        "NotImplemented": {501},
        "PermanentRedirect": {301},
        "AuthorizationHeaderMalformed": {400},
        "RequestTimeTooSkewed": {403},
        "ServiceUnavailable": {503},
        "SignatureDoesNotMatch": {403},
        "SlowDown": {503},
    },
}

# What S3 says of a subresource that a bucket does not have: each operation's page, "Errors".
NOT_CONFIGURED = {
    "GetBucketTagging": "NoSuchTagSet",
    "GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError",
    "GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
    "GetBucketPolicy": "NoSuchBucketPolicy",
    "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "GetBucketEncryption": "ServerSideEncryptionConfigurationNotFoundError",
    "GetBucketReplication": "ReplicationConfigurationNotFoundError",
    "GetObject": "NoSuchKey",
}

# What stands beside code and message in S3's errors: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
S3_DETAILS = set(
    "Resource BucketName Bucket Key VersionId Region Endpoint ArgumentName ArgumentValue Condition Method ResourceType "
    "AWSAccessKeyId AccountId StorageClass AccessTier Header RequestId HostId".split()
)

# Headers of requests that are the clients' own and no member of any input.
CLIENT_HEADERS = re.compile(
    r"x-amz-(date|security-token|content-sha256|user-agent|target|api-version|sdk-.*|id-2|checksum-mode|te)$"
)

ISO = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?Z")
HTTP_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (0[1-9]|[12]\d|3[01]) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d GMT"
)
INTEGER = re.compile(r"-?(0|[1-9]\d*)")
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity")
BOUNDS = {"integer": 31, "long": 63}


class Held:
    """The faults found in one exchange."""

    def __init__(self, service, operation):
        self.service, self.operation = service, operation
        self.faults = []

    def fault(self, where, what):
        text = f"{where}: {what}"
        for service, operation, pattern in ALLOWED:
            if (service, operation) == (self.service, self.operation) and pattern.search(text):
                return
        self.faults.append(f"{self.service} {self.operation} {text}")

    # Scalars.

    def enum(self, where, shape, text):
        if getattr(shape, "enum", None) and text not in shape.enum:
            self.fault(where, f"{text!r} is none of {shape.name}'s values")

    def timestamp(self, where, style, text):
        pattern = {"iso8601": ISO, "rfc822": HTTP_DATE, "unixTimestamp": NUMBER}[style]
        if not pattern.fullmatch(text):
            self.fault(where, f"{text!r} is no time of the format {style}")

    def text(self, where, shape, text, style="iso8601"):
        """A scalar written as text: in XML, in a form, in a header, in a path or query."""
        kind = shape.type_name
        if kind in ("string", "character"):
            self.enum(where, shape, text)
        elif kind in BOUNDS:
            if not INTEGER.fullmatch(text) or not -(1 << BOUNDS[kind]) <= int(text) < 1 << BOUNDS[kind]:
                self.fault(where, f"{text!r} is no {kind}")
        elif kind in ("float", "double"):
            if not NUMBER.fullmatch(text):
                self.fault(where, f"{text!r} is no {kind}")
        elif kind == "boolean":
            if text not in ("true", "false"):
                self.fault(where, f"{text!r} is no boolean")
        elif kind == "timestamp":
            self.timestamp(where, shape.serialization.get("timestampFormat", style), text)
        elif kind == "blob":
            self.blob(where, text)
        else:
            self.fault(where, f"a {kind} is written as text")

    def blob(self, where, text):
        try:
            base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self.fault(where, "is no base64")

    def required(self, where, shape, given):
        for name in shape.required_members:
            if name not in given:
                self.fault(where, f"lacks {name}")

    # XML.

    def xml(self, where, shape, node, namespace, skip=()):
        kind = shape.type_name
        if kind == "structure":
            self.xml_structure(where, shape, node, namespace, skip)
        elif kind == "list":
            self.no_text(where, node)
            wanted = shape.member.serialization.get("name", "member")
            for child in node:
                name = self.local(where, child, namespace)
                if name != wanted:
                    self.fault(where, f"has an element {name} where the model has {wanted}")
                self.xml(f"{where}/{name}", shape.member, child, namespace)
        elif kind == "map":
            self.no_text(where, node)
            for entry in node:
                if self.local(where, entry, namespace) != "entry":
                    self.fault(where, f"has an element {entry.tag} where the model has entry")
                self.xml_entry(f"{where}/entry", shape, entry, namespace)
        else:
            if len(node):
                self.fault(where, f"has elements where the model has a {kind}")
            if node.attrib:
                self.fault(where, f"has attributes {sorted(node.attrib)}")
            self.text(where, shape, node.text or "")

    def xml_entry(self, where, shape, entry, namespace):
        names = [self.local(where, child, namespace) for child in entry]
        wanted = [shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")]
        if names != wanted:
            self.fault(where, f"holds {names} where the model has {wanted}")
        for child, part in zip(entry, (shape.key, shape.value)):
            self.xml(f"{where}/{child.tag}", part, child, namespace)

    def xml_structure(self, where, shape, node, namespace, skip):
        self.no_text(where, node)
        known, attributes = {}, {}
        for name, member in shape.members.items():
            if member.serialization.get("location") or name in skip:
                continue
            if member.serialization.get("xmlAttribute"):
                attributes[member.serialization["name"].split(":")[-1]] = name
                continue
            flat = member.type_name in ("list", "map") and member.serialization.get("flattened")
            # A flattened list has no element of its own: each of its members stands under the list's name.
            wire = member.serialization.get("name", name)
            if flat and member.type_name == "list" and "name" in member.member.serialization:
                wire = member.member.serialization["name"]
            known[wire] = (name, member, flat)
        given, seen = set(), set()
        for attribute in node.attrib:
            if attribute.split("}")[-1] not in attributes:
                self.fault(where, f"has an attribute {attribute} that the model has not")
            given.add(attributes.get(attribute.split("}")[-1]))
        for child in node:
            wire = self.local(where, child, namespace)
            if wire not in known:
                self.fault(where, f"has an element {wire} that {shape.name} has not")
                continue
            name, member, flat = known[wire]
            if wire in seen and not flat:
                self.fault(where, f"has {wire} twice")
            seen.add(wire)
            given.add(name)
            if flat and member.type_name == "list":
                self.xml(f"{where}/{wire}", member.member, child, namespace)
            elif flat:
                self.xml_entry(f"{where}/{wire}", member, child, namespace)
            else:
                self.xml(f"{where}/{wire}", member, child, namespace)
        given |= {name for name, member in shape.members.items() if member.serialization.get("location")} | set(skip)
        # An empty flattened list is nothing at all.
        given |= {name for name, member, flat in known.values() if flat}
        self.required(where, shape, given)

    def no_text(self, where, node):
        if (node.text or "").strip() or any((child.tail or "").strip() for child in node):
            self.fault(where, "has text between its elements")

    def local(self, where, node, namespace):
        """An element's name; every element of an answer is of one namespace."""
        found, _, name = node.tag.rpartition("}")
        if found.lstrip("{") != (namespace or ""):
            self.fault(where, f"{name} is of the namespace {found.lstrip('{')!r}, not {namespace!r}")
        return name

    def parsed(self, where, body):
        try:
            return ElementTree.fromstring(body)
        except ElementTree.ParseError as error:
            self.fault(where, f"is no XML: {error}")
            return None

    # JSON.

    def json(self, where, shape, value, style="unixTimestamp", skip=()):
        kind = shape.type_name
        if value is None:
            self.fault(where, "is null")
        elif getattr(shape, "is_document_type", False):
            return
        elif kind == "structure":
            if not isinstance(value, dict):
                return self.fault(where, f"is no object but {value!r:.60}")
            members = {n: m for n, m in shape.members.items() if not m.serialization.get("location") and n not in skip}
            known = {member.serialization.get("name", name): (name, member) for name, member in members.items()}
            for wire, inner in value.items():
                if wire in known:
                    self.json(f"{where}/{wire}", known[wire][1], inner, style)
                else:
                    self.fault(where, f"has a member {wire} that {shape.name} has not")
            given = {known[wire][0] for wire in value if wire in known} | (set(shape.members) - set(members))
            self.required(where, shape, given)
            if getattr(shape, "is_tagged_union", False) and len(value) != 1:
                self.fault(where, f"is a union with {len(value)} members")
        elif kind == "list":
            if not isinstance(value, list):
                return self.fault(where, f"is no list but {value!r:.60}")
            for inner in value:
                self.json(f"{where}[]", shape.member, inner, style)
        elif kind == "map":
            if not isinstance(value, dict):
                return self.fault(where, f"is no map but {value!r:.60}")
            for key, inner in value.items():
                self.enum(f"{where} (key)", shape.key, key)
                self.json(f"{where}/{key}", shape.value, inner, style)
        else:
            self.json_scalar(where, shape, value, style)

    def json_scalar(self, where, shape, value, style):
        kind = shape.type_name
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if kind == "timestamp":
            style = shape.serialization.get("timestampFormat", style)
            if style == "unixTimestamp" and not number:
                self.fault(where, f"{value!r:.60} is no time of the format {style}")
            elif style != "unixTimestamp":
                self.timestamp(where, style, str(value))
        elif kind == "boolean" and not isinstance(value, bool):
            self.fault(where, f"{value!r:.60} is no boolean")
        elif kind in BOUNDS and not (number and isinstance(value, int) and -(1 << BOUNDS[kind]) <= value < 1 << BOUNDS[kind]):
            self.fault(where, f"{value!r:.60} is no {kind}")
        elif kind in ("float", "double") and not number and value not in ("NaN", "Infinity", "-Infinity"):
            self.fault(where, f"{value!r:.60} is no {kind}")
        elif kind in ("string", "character", "blob") and not isinstance(value, str):
            self.fault(where, f"{value!r:.60} is no {kind}")
        elif kind == "blob":
            self.blob(where, value)
        elif kind in ("string", "character"):
            self.enum(where, shape, value)

    def object(self, where, body):
        def once(pairs):
            names = [name for name, _ in pairs]
            for name in {name for name in names if names.count(name) > 1}:
                self.fault(where, f"has {name} twice")
            return dict(pairs)

        try:
            value = json.loads(body, object_pairs_hook=once, parse_constant=lambda word: self.fault(where, f"has {word}"))
        except (ValueError, UnicodeDecodeError) as error:
            self.fault(where, f"is no JSON: {error}")
            return None
        if not isinstance(value, dict):
            self.fault(where, "is no object")
            return None
        return value

    # Members of a head.

    def headers(self, where, shape, headers, foreign):
        """Members that are headers; `foreign` says of a header without a member whether it may be there."""
        given, known = set(), {}
        prefixes = {}
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            if location == "header":
                known[member.serialization.get("name", name).lower()] = (name, member)
            elif location == "headers":
                prefixes[member.serialization.get("name", "").lower()] = name
        for header, text in headers.items():
            if header in known:
                name, member = known[header]
                given.add(name)
                self.text(f"{where} header {header}", member, text, "rfc822")
            elif not any(header.startswith(prefix) for prefix in prefixes) and not foreign(header):
                self.fault(where, f"has a header {header} that {shape.name} has not")
        return given | set(prefixes.values())


# Responses.


def response(held, model, operation, told, codes):
    status = told["status"]
    body = base64.b64decode(told["body"])
    headers = {name.lower(): value for name, value in told["headers"].items()}
    protocol = model.metadata["protocol"]
    ids = ("x-amz-request-id",) if protocol == "rest-xml" else ("x-amzn-requestid",)
    if not any(headers.get(name) for name in ids):
        held.fault("response", f"has no {ids[0]}")
    if status == 304 and operation.name == "GetObject":
        if body:
            held.fault("response", "304 has a body")
    elif status >= 300:
        error(held, model, operation, status, headers, body, codes)
    elif status != operation.http.get("responseCode", 200):
        held.fault("response", f"has the status {status}")
    else:
        ANSWERS[protocol](held, model, operation, headers, body)


def content_type(held, where, headers, wanted):
    found = headers.get("content-type", "").split(";")[0].strip()
    if found not in wanted:
        held.fault(where, f"has the content type {found!r}, not {wanted[0]}")


def query_answer(held, model, operation, headers, body):
    where, shape = "response", operation.output_shape
    content_type(held, where, headers, ["text/xml"])
    root = held.parsed(where, body)
    if root is None:
        return
    namespace = model.metadata["xmlNamespace"]
    name = held.local(where, root, namespace)
    if name != f"{operation.name}Response":
        held.fault(where, f"is a {name}")
    wanted = ([shape.serialization["resultWrapper"]] if shape is not None else []) + ["ResponseMetadata"]
    found = [held.local(where, child, namespace) for child in root]
    if found != wanted:
        return held.fault(where, f"holds {found} where the protocol has {wanted}")
    if shape is not None:
        held.xml(where, shape, root[0], namespace)
    if [held.local(where, child, namespace) for child in root[-1]] != ["RequestId"] or not root[-1][0].text:
        held.fault(where, "has a ResponseMetadata without RequestId")


def json_answer(held, model, operation, headers, body):
    content_type(held, "response", headers, [f"application/x-amz-json-{model.metadata['jsonVersion']}"])
    value = held.object("response", body)
    if value is not None:
        held.json("response", operation.output_shape, value)


def rest_json_answer(held, model, operation, headers, body):
    shape = operation.output_shape
    content_type(held, "response", headers, ["application/json"])
    given = held.headers("response", shape, headers, lambda header: not header.startswith("x-amz-"))
    held.required("response", headed(shape), given)
    value = held.object("response", body)
    if value is not None:
        held.json("response", shape, value)


class headed:
    """The members of a shape that are headers, as far as they are required."""

    def __init__(self, shape):
        located = {n for n, m in shape.members.items() if m.serialization.get("location") == "header"}
        self.required_members = [name for name in shape.required_members if name in located]


def rest_xml_answer(held, model, operation, headers, body):
    where, shape, service = "response", operation.output_shape, held.service
    given = held.headers(
        where, shape, headers, lambda h: not h.startswith("x-amz-") or h in ("x-amz-request-id", "x-amz-id-2")
    )
    held.required(where, headed(shape), given)
    payload = shape.serialization.get("payload")
    target = shape.members[payload] if payload else shape
    if target.type_name in ("blob", "string"):
        if operation.name == "GetBucketPolicy":
            content_type(held, where, headers, ["application/json"])
        if str(len(body)) != headers.get("content-length", str(len(body))):
            held.fault(where, "has another length than its header says")
        return
    content_type(held, where, headers, ["application/xml"])
    root = held.parsed(where, body)
    if root is None:
        return
    namespace = NAMESPACES[service]
    name = held.local(where, root, namespace)
    if name != ROOTS[service, operation.name]:
        held.fault(where, f"is a {name}, not a {ROOTS[service, operation.name]}")
    if operation.name == "GetBucketLocation":
        # The one output whose root element is its member. us-east-1 is the empty one.
        if root.text:
            held.xml("response/LocationConstraint", shape.members["LocationConstraint"], root, namespace)
        elif len(root):
            held.fault(where, "has elements where the model has a string")
    else:
        held.xml(where, target, root, namespace)


ANSWERS = {
    "query": query_answer,
    "json": json_answer,
    "rest-json": rest_json_answer,
    "rest-xml": rest_xml_answer,
}


# Errors.


def error(held, model, operation, status, headers, body, codes):
    protocol = model.metadata["protocol"]
    if protocol in ("query", "rest-xml"):
        code, members = xml_error(held, model, protocol, body)
    else:
        code, members = json_error(held, model, protocol, headers, body)
    if members is None:
        return
    where = f"error {code}"
    declared = {
        shape.metadata.get("error", {}).get("code", shape.name): shape for shape in operation.error_shapes
    }
    if code is None or code in codes:
        # A gap without a code, or an invented one: nothing is said of it but its form.
        plain(held, where, protocol, members)
    elif code in declared:
        shape = declared[code]
        wanted = shape.metadata.get("error", {}).get("httpStatusCode", status)
        if protocol == "json" and "httpStatusCode" not in shape.metadata.get("error", {}):
            wanted = 500 if shape.metadata.get("fault") and status >= 500 else 400
        if status not in (wanted, 429) and code not in COMMON[protocol]:
            held.fault(where, f"has the status {status}, not {wanted}")
        if protocol in ("json", "rest-json"):
            held.json(where, shape, members)
        else:
            plain(held, where, protocol, members)
    elif code in COMMON[protocol] or (held.service.startswith("s3") and NOT_CONFIGURED.get(operation.name) == code):
        if status not in COMMON[protocol].get(code, {404}):
            held.fault(where, f"has the status {status}, not {sorted(COMMON[protocol].get(code, {404}))}")
        plain(held, where, protocol, members)
    else:
        held.fault(where, "is declared by neither the operation nor the common errors")


def plain(held, where, protocol, members):
    """Beside code and message an error of no shape holds nothing but what S3 documents."""
    allowed = {"message", "Message", "Type", "Code"} | (S3_DETAILS if protocol == "rest-xml" else set())
    for name in members:
        if name not in allowed:
            held.fault(where, f"has a member {name} that no error has")
    if not any(isinstance(members.get(name), str) for name in ("message", "Message")):
        held.fault(where, "has no message")


def xml_error(held, model, protocol, body):
    where = "error"
    root = held.parsed(where, body)
    if root is None:
        return None, None
    bare = held.service == "s3"
    namespace = None if bare else model.metadata.get("xmlNamespace") or NAMESPACES[held.service]
    name = held.local(where, root, namespace)
    if bare:
        if name != "Error":
            held.fault(where, f"is a {name}")
        node, rest = root, {child.tag for child in root}
        if not {"RequestId", "HostId"} <= rest:
            held.fault(where, "lacks RequestId or HostId")
    else:
        found = [held.local(where, child, namespace) for child in root]
        wanted = ["Error", "RequestId"] + (["HostId"] if held.service == "s3control" else [])
        if name != "ErrorResponse" or found != wanted:
            held.fault(where, f"is a {name} of {found}")
            return None, None
        node = root[0]
    members = {}
    for child in node:
        name = held.local(where, child, namespace)
        if len(child) or name in members:
            held.fault(where, f"has {name} twice, or with elements")
        members[name] = child.text or ""
    if protocol == "query" and members.get("Type") not in ("Sender", "Receiver"):
        held.fault(where, f"has the type {members.get('Type')!r}")
    return members.get("Code") or None, members


def json_error(held, model, protocol, headers, body):
    where = "error"
    value = held.object(where, body)
    if value is None:
        return None, None
    if protocol == "json":
        content_type(held, where, headers, [f"application/x-amz-json-{model.metadata['jsonVersion']}"])
        code = value.pop("__type", "")
        if not isinstance(code, str):
            held.fault(where, f"has the type {code!r}")
            return None, value
        prefix, hash_sign, name = code.rpartition("#")
        if hash_sign and not prefix.startswith("com.amazon"):
            held.fault(where, f"has the type {code!r}")
        return name or None, value
    content_type(held, where, headers, ["application/json"])
    code = headers.get("x-amzn-errortype", "").split(":")[0] or None
    # AWS Backup's own codes, such as ERROR_9601, stand beside the exception's name.
    told = str(value.get("Code") or code)
    if code and told != code and not re.fullmatch(r"ERROR_\d+", told):
        held.fault(where, f"has the code {told} in its body and {code} in its head")
    return code, value


# Requests.


def request(held, model, operation, made):
    url = urlsplit(made["uri"])
    headers = {name.lower(): value for name, value in made["headers"].items()}
    body = base64.b64decode(made["body"])
    if "x-amz-date" not in headers or not headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 Credential="):
        held.fault("request", "is not signed")
    scope = re.search(r"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request", headers.get("authorization", ""))
    signing = model.metadata.get("signingName", model.metadata.get("endpointPrefix"))
    if not scope or scope.group(1) != signing:
        held.fault("request", f"is not signed for {signing}")
    REQUESTS[model.metadata["protocol"]](held, model, operation, made["method"], url, headers, body)


def query_request(held, model, operation, method, url, headers, body):
    where = "request"
    if method != "POST" or url.path not in ("", "/") or url.query:
        held.fault(where, f"is {method} {url.path}?{url.query}")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        return held.fault(where, f"is no form: {error}")
    form = dict(pairs)
    if len(form) != len(pairs):
        held.fault(where, "has a member twice")
    for name, wanted in (("Action", operation.name), ("Version", model.api_version)):
        if form.pop(name, None) != wanted:
            held.fault(where, f"has not the {name} {wanted}")
    shape = operation.input_shape
    if shape is None:
        return [held.fault(where, f"has a member {name}") for name in form]
    tree = {}
    for name, text in form.items():
        place = tree
        parts = name.split(".")
        for part in parts[:-1]:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                return held.fault(where, f"has {name} beside a part of it")
        place[parts[-1]] = text
    form_structure(held, where, shape, tree)


def form_structure(held, where, shape, tree):
    known = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
    for wire, value in tree.items():
        if wire not in known:
            held.fault(where, f"has a member {wire} that {shape.name} has not")
        else:
            form_member(held, f"{where}/{wire}", known[wire][1], value)
    held.required(where, shape, {known[wire][0] for wire in tree if wire in known})


def form_member(held, where, shape, value):
    if shape.type_name == "structure" and isinstance(value, dict):
        form_structure(held, where, shape, value)
    elif shape.type_name == "list" and value == "":
        pass
    elif shape.type_name == "list" and isinstance(value, dict):
        items = value
        if not shape.serialization.get("flattened"):
            wire = shape.member.serialization.get("name", "member")
            if list(value) != [wire] or not isinstance(value[wire], dict):
                return held.fault(where, f"holds {sorted(value)} where the model has {wire}")
            items = value[wire]
        if sorted(items, key=lambda n: (len(n), n)) != [str(n) for n in range(1, len(items) + 1)]:
            held.fault(where, f"is numbered {sorted(items)}")
        for inner in items.values():
            form_member(held, f"{where}[]", shape.member, inner)
    elif isinstance(value, str):
        held.text(where, shape, value)
    else:
        held.fault(where, f"has members where the model has a {shape.type_name}")


def json_request(held, model, operation, method, url, headers, body):
    if method != "POST" or url.path not in ("", "/") or url.query:
        held.fault("request", f"is {method} {url.path}?{url.query}")
    if headers.get("x-amz-target") != f"{model.metadata['targetPrefix']}.{operation.name}":
        held.fault("request", f"has the target {headers.get('x-amz-target')}")
    content_type(held, "request", headers, [f"application/x-amz-json-{model.metadata['jsonVersion']}"])
    value = held.object("request", body)
    if value is not None and operation.input_shape is not None:
        held.json("request", operation.input_shape, value)
    elif value:
        held.fault("request", f"has members {sorted(value)}, the operation takes none")


def rest_request(held, model, operation, method, url, headers, body):
    where, shape = "request", operation.input_shape
    template = urlsplit(operation.http["requestUri"])
    if method != operation.http["method"]:
        held.fault(where, f"is a {method}")
    members = shape.members if shape is not None else {}
    given = labels(held, where, template.path, url, headers, members)
    fixed = parse_qsl(template.query, keep_blank_values=True)
    asked = parse_qsl(url.query, keep_blank_values=True)
    for pair in fixed:
        if pair not in asked:
            held.fault(where, f"has no {pair[0]} in its query")
    known = {m.serialization.get("name", n): (n, m) for n, m in members.items() if m.serialization.get("location") == "querystring"}
    for name, text in asked:
        if (name, text) in fixed or (name == "x-id" and text == operation.name):
            continue
        if name not in known:
            held.fault(where, f"has {name} in its query, which the model has not")
            continue
        given.add(known[name][0])
        held.text(f"{where} query {name}", known[name][1], text)
    if shape is None:
        return
    given |= held.headers(where, shape, headers, lambda header: not header.startswith("x-amz-") or bool(CLIENT_HEADERS.match(header)))
    located = {name for name, member in members.items() if member.serialization.get("location")}
    held.required(where, _Required([name for name in shape.required_members if name in located]), given)
    if set(members) <= located:
        if body:
            held.fault(where, "has a body")
    elif model.metadata["protocol"] == "rest-json":
        value = held.object(where, body or b"{}")
        if value is not None:
            held.json(where, shape, value)
    else:
        held.fault(where, "has members in its body, which this referee does not know")


class _Required:
    def __init__(self, names):
        self.required_members = names


def labels(held, where, template, url, headers, members):
    """The members in a path. S3's bucket may stand in the host instead, S3 Control's account beside it."""
    named = {m.serialization.get("name", n): (n, m) for n, m in members.items() if m.serialization.get("location") == "uri"}
    given = set()
    path = url.path or "/"
    host = url.netloc or headers.get("host", "")
    virtual = re.match(r"(.+)\.s3[.-]", host) if held.service == "s3" else None
    if virtual and template.startswith("/{Bucket}"):
        template = template[len("/{Bucket}") :] or "/"
        given.add("Bucket")
    pattern = ""
    for part in re.split(r"(\{[^}]+\})", template.rstrip("/")):
        if part.startswith("{"):
            pattern += "(.+)" if part.endswith("+}") else "([^/]+)"
        else:
            pattern += re.escape(part)
    found = re.fullmatch(pattern + "/?", path)
    if not found:
        held.fault(where, f"has the path {path}, not {template}")
        return given
    for label, text in zip(re.findall(r"\{([^}+]+)\+?\}", template), found.groups()):
        name, member = named[label]
        given.add(name)
        held.text(f"{where} path {label}", member, unquote(text))
    return given


REQUESTS = {
    "query": query_request,
    "json": json_request,
    "rest-json": rest_request,
    "rest-xml": rest_request,
}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("exchanges")
    arguments.add_argument("--code", action="append", default=[], help="an error code that is taken as it comes")
    arguments = arguments.parse_args()
    session = botocore.session.Session()
    models = {}
    checked, operations, faults = 0, set(), {}
    with open(arguments.exchanges, encoding="utf-8") as lines:
        for line in lines:
            exchange = json.loads(line)
            service, name = exchange["service"], exchange["operation"]
            if service not in models:
                models[service] = session.get_service_model(service)
            operation = models[service].operation_model(name)
            held = Held(service, name)
            request(held, models[service], operation, exchange["request"])
            response(held, models[service], operation, exchange["response"], arguments.code)
            checked += 1
            operations.add(f"{service}:{name}")
            # The same fault of many exchanges is one, with how often it was found.
            for fault in held.faults:
                faults[fault] = faults.get(fault, 0) + 1
    told = [f"{fault} ({times} times)" if times > 1 else fault for fault, times in faults.items()]
    json.dump({"checked": checked, "operations": sorted(operations), "faults": told}, sys.stdout)


main()
