"""Errors held to AWS's published models, and to the common errors that AWS documents beside them."""

import re

from fleet_shapes import content_type

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

# What stands beside code and message in S3's errors:
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.
S3_DETAILS = set(
    "Resource BucketName Bucket Key VersionId Region Endpoint ArgumentName ArgumentValue Condition Method ResourceType "
    "AWSAccessKeyId AccountId StorageClass AccessTier Header RequestId HostId".split()
)

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
    # The REST services' errors have none.
    namespace = model.metadata.get("xmlNamespace")
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
