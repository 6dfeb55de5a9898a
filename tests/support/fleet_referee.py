"""Holds recorded exchanges to AWS's published service models, strictly.

Usage: fleet_referee.py EXCHANGES.jsonl [--code CODE]...

Each line is one exchange: `service`, `operation`, `request` {method, uri, headers, body} and `response` {status,
headers, body}, bodies in base64. Every request is held to the operation's input shape and every response to its output
shape or to an error of the service: an element or member that the model does not have is a fault, as is one of another
type, a time in another format, an enum's value that is none, a required member that is missing. botocore reads answers
leniently, so that nothing of its parsers is used here, but the models themselves. `--code` names error codes that are
taken as they come, such as those of an invented inventory's gaps. Prints {"checked": N, "operations": [...], "faults":
[...]}.
"""

import argparse
import base64
import json
import sys

import botocore.session

from fleet_errors import error
from fleet_requests import request
from fleet_shapes import NAMESPACES, Held, Required, content_type

# The root elements of S3's answers, which botocore's model leaves out:
# https://docs.aws.amazon.com/AmazonS3/latest/API/, "Response Syntax" of each operation.
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


def headed(shape):
    """The members of a shape that are headers, as far as they are required."""
    located = {name for name, member in shape.members.items() if member.serialization.get("location") == "header"}
    return Required([name for name in shape.required_members if name in located])


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
