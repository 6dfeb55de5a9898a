"""Requests held to the input shapes of AWS's published models."""

import base64
import re
from urllib.parse import parse_qsl, unquote, urlsplit

from fleet_shapes import Required, content_type

# Headers of requests that are the clients' own and no member of any input.
CLIENT_HEADERS = re.compile(
    r"x-amz-(date|security-token|content-sha256|user-agent|target|api-version|sdk-.*|id-2|checksum-mode|te)$"
)

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
    known = placed(members, "querystring")
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
    own = lambda header: not header.startswith("x-amz-") or bool(CLIENT_HEADERS.match(header))
    given |= held.headers(where, shape, headers, own)
    located = {name for name, member in members.items() if member.serialization.get("location")}
    held.required(where, Required([name for name in shape.required_members if name in located]), given)
    if set(members) <= located:
        if body:
            held.fault(where, "has a body")
    elif model.metadata["protocol"] == "rest-json":
        value = held.object(where, body or b"{}")
        if value is not None:
            held.json(where, shape, value)
    else:
        held.fault(where, "has members in its body, which this referee does not know")


def placed(members, location):
    """The members that stand in a part of a request, by their names there."""
    found = [(name, member) for name, member in members.items() if member.serialization.get("location") == location]
    return {member.serialization.get("name", name): (name, member) for name, member in found}


def labels(held, where, template, url, headers, members):
    """The members in a path. S3's bucket may stand in the host instead, S3 Control's account beside it."""
    named = placed(members, "uri")
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
