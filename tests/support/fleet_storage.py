"""What is asked of a served fleet about S3 and Terraform states, and held to its inventory."""

import hashlib
import json

from fleet_reading import items_of, moment, tags, value_of

# S3.

BLOCK = {
    "block_public_acls": "BlockPublicAcls",
    "ignore_public_acls": "IgnorePublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "restrict_public_buckets": "RestrictPublicBuckets",
}
NO_BLOCK = ["NoSuchPublicAccessBlockConfiguration"]


def s3(reader, place, told):
    block = told["account_public_access_block"]
    answer = reader.read(place, block, "s3control", "GetPublicAccessBlock", none=NO_BLOCK, AccountId=place[0])
    if answer:
        reader.fields(answer["PublicAccessBlockConfiguration"], value_of(block), BLOCK)
    answer = reader.read(place, told["buckets"], "s3", "ListBuckets")
    if answer:
        fields = {"created_at": "CreationDate"}
        reader.items("buckets", answer["Buckets"], items_of(told["buckets"]), ("Name", "name"), fields)
    for bucket in items_of(told["buckets"]):
        one_bucket(reader, place, bucket)


def one_bucket(reader, home, bucket):
    given = {"Bucket": bucket["name"]}
    region = value_of(bucket["region"])
    place = home if region is None else (home[0], region)
    answer = reader.read(place, bucket["region"], "s3", "GetBucketLocation", **given)
    if answer:
        reader.same(f"region of {bucket['name']}", answer.get("LocationConstraint") or "us-east-1", region)
    if region is None:
        return
    for name, (operation, none, shape) in SETTINGS.items():
        told = bucket[name]
        if none and "value" in told and not told["value"]:
            # An empty list is none configured as well.
            told = {"value": None}
        answer = reader.read(place, told, "s3", operation, none=none, **given)
        if answer:
            with reader.at(bucket["name"], operation):
                shape(reader, answer, value_of(told))


def tag_set(reader, got, want):
    reader.same("tags", tags(got, "TagSet"), want)


def versioning(reader, got, want):
    reader.fields(got, want, {"status": "Status", "mfa_delete": "MFADelete"})


def object_lock(reader, got, want):
    got = got["ObjectLockConfiguration"]
    retention = (got.get("Rule") or {}).get("DefaultRetention") or {}
    reader.same("enabled", got["ObjectLockEnabled"] == "Enabled", want["enabled"])
    reader.fields(retention, want, {"default_mode": "Mode", "default_days": "Days", "default_years": "Years"})


def filtered(rule):
    """A rule's filter with the conditions of its And, and the prefix of rules of the first form."""
    found = dict(rule.get("Filter") or {})
    both = dict(found.pop("And", {}))
    found["Tags"] = both.pop("Tags", []) + ([found.pop("Tag")] if "Tag" in found else [])
    found |= both
    found.setdefault("Prefix", rule.get("Prefix"))
    return found


def rule_list(reader, rules, want, fields):
    fields = {
        "enabled": lambda rule: rule["Status"] == "Enabled",
        "prefix": lambda rule: filtered(rule)["Prefix"] or None,
        "tags": lambda rule: tags(filtered(rule), "Tags"),
    } | fields
    reader.same("the number of rules", len(rules), len(want))
    if all(rule["id"] for rule in want) and len({rule["id"] for rule in want}) == len(want):
        want = [rule | {"prefix": rule["prefix"] or None} for rule in want]
        reader.items("rules", rules, want, ("ID", "id"), fields)


def lifecycle(reader, got, want):
    ends = lambda rule: rule.get("Expiration") or {}
    noncurrent = lambda rule: rule.get("NoncurrentVersionExpiration") or {}
    fields = {
        "size_greater_than": lambda rule: filtered(rule).get("ObjectSizeGreaterThan"),
        "size_less_than": lambda rule: filtered(rule).get("ObjectSizeLessThan"),
        "expiration_days": lambda rule: ends(rule).get("Days"),
        "expiration_date": lambda rule: ends(rule).get("Date"),
        "noncurrent_days": lambda rule: noncurrent(rule).get("NoncurrentDays"),
        "newer_noncurrent_versions": lambda rule: noncurrent(rule).get("NewerNoncurrentVersions"),
    }
    rule_list(reader, got["Rules"], want, fields)


def bucket_policy(reader, got, want):
    reader.same("policy", got["Policy"], want)


def access_block(reader, got, want):
    reader.fields(got["PublicAccessBlockConfiguration"], want, BLOCK)


def encryption(reader, got, want):
    rules = got["ServerSideEncryptionConfiguration"]["Rules"]
    default = rules[0]["ApplyServerSideEncryptionByDefault"]
    reader.fields(default, want, {"algorithm": "SSEAlgorithm", "kms_key": "KMSMasterKeyID"})


def replication(reader, got, want):
    markers = lambda rule: (rule.get("DeleteMarkerReplication") or {}).get("Status")
    fields = {
        "destination": lambda rule: rule["Destination"]["Bucket"],
        "destination_account": lambda rule: rule["Destination"].get("Account"),
        "delete_markers": lambda rule: "Filter" not in rule if markers(rule) is None else markers(rule) == "Enabled",
    }
    rule_list(reader, got["ReplicationConfiguration"]["Rules"], want, fields)


# A bucket's settings: the operation, how S3 says that there is none, and how its answer is held to the inventory's.
SETTINGS = {
    "tags": ("GetBucketTagging", ["NoSuchTagSet"], tag_set),
    "versioning": ("GetBucketVersioning", (), versioning),
    "object_lock": ("GetObjectLockConfiguration", ["ObjectLockConfigurationNotFoundError"], object_lock),
    "lifecycle": ("GetBucketLifecycleConfiguration", ["NoSuchLifecycleConfiguration"], lifecycle),
    "policy": ("GetBucketPolicy", ["NoSuchBucketPolicy"], bucket_policy),
    "public_access_block": ("GetPublicAccessBlock", NO_BLOCK, access_block),
    "encryption": ("GetBucketEncryption", ["ServerSideEncryptionConfigurationNotFoundError"], encryption),
    "replication": ("GetBucketReplication", ["ReplicationConfigurationNotFoundError"], replication),
}


# Terraform states.


def states(reader, account, parts):
    for table in parts["state"]["lock_tables"]:
        _, _, _, region, owner, resource = table["table"].split(":", 5)
        name = resource.split("/", 1)[1]
        answer = reader.read((account, region), table["items"], "dynamodb", "Scan", TableName=name)
        if answer:
            # What serves something else as well is no item of a lock table.
            found = sorted(item["LockID"]["S"] for item in answer["Items"] if "/" in item["LockID"]["S"].strip("/"))
            suffix = {"digest": "-md5", "held": ""}
            want = sorted(f"{i['bucket']}/{i['key']}{suffix[i['kind']]}" for i in value_of(table["items"]))
            reader.same(f"items of {name}", found, want)
            digests = {item["LockID"]["S"]: item["Digest"]["S"] for item in answer["Items"] if "Digest" in item}
            for item in value_of(table["items"]):
                if item["kind"] == "digest" and item["digest"]:
                    place = f"{item['bucket']}/{item['key']}-md5"
                    reader.same(place, digests.get(place, "").lower(), item["digest"])
    regions = {bucket["name"]: value_of(bucket["region"]) for bucket in items_of(parts["s3"]["buckets"])}
    for bucket in parts["state"]["buckets"]:
        if regions.get(bucket["bucket"]):
            state_bucket(reader, (account, regions[bucket["bucket"]]), bucket)


def state_bucket(reader, place, bucket):
    given = {"Bucket": bucket["bucket"]}
    answer = reader.read(place, bucket["objects"], "s3", "ListObjectsV2", **given)
    if answer:
        listed = {one["Key"]: one for one in answer.get("Contents") or []}
        for one in items_of(bucket["objects"]):
            found = listed.get(one["key"])
            if not found:
                reader.fault(f"{bucket['bucket']} does not list {one['key']}")
                continue
            with reader.at(bucket["bucket"], one["key"]):
                reader.same("size", found["Size"], one["size"])
                reader.same("etag", found["ETag"].strip('"'), one["etag"] or found["ETag"].strip('"'))
                reader.same("last modified", moment(found["LastModified"]), moment(one["last_modified"]))
    answer = reader.read(place, bucket["lock_versions"], "s3", "ListObjectVersions", **given)
    if answer:
        listed = [(one, False) for one in answer.get("Versions") or []]
        listed += [(one, True) for one in answer.get("DeleteMarkers") or []]
        found = [
            (one["Key"], one["VersionId"], deleted, one["IsLatest"], moment(one["LastModified"]))
            for one, deleted in listed
        ]
        want = [
            (one["key"], one["version_id"] or "null", one["delete_marker"], one["latest"], moment(one["last_modified"]))
            for one in items_of(bucket["lock_versions"])
        ]
        locks = [one for one in found if one[0].endswith(".tflock")]
        reader.same(f"lock files of {bucket['bucket']}", sorted(locks), sorted(want))
    for one in items_of(bucket["objects"]):
        state_object(reader, place, bucket["bucket"], one)


def state_object(reader, place, bucket, one):
    answer = reader.read(place, one["body"], "s3", "GetObject", Bucket=bucket, Key=one["key"])
    if not answer:
        return
    want = value_of(one["body"])
    with reader.at(bucket, one["key"]):
        body = answer["Body"]
        reader.same("bytes", len(body), one["size"])
        reader.same("md5", hashlib.md5(body).hexdigest(), want["md5"])
        reader.same("etag", answer["ETag"].strip('"'), one["etag"] or answer["ETag"].strip('"'))
        version = answer.get("VersionId")
        reader.same("version", None if version == "null" else version, want["version_id"])
        reader.same("replication", answer.get("ReplicationStatus"), want["replication_status"])
        content = value_of(one["content"])
        if content is not None:
            held = json.loads(body)
            for member in ("serial", "lineage", "terraform_version"):
                reader.same(member, held[member], content[member])
        # Headers have whole seconds.
        reader.same("last modified", moment(answer["LastModified"]), moment(one["last_modified"]) // 1000 * 1000)
