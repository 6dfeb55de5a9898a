"""Reads a served fleet with boto3 through every operation of palisade's, in every account and region, and holds what
botocore parsed to the inventory that is served.

Usage: fleet_boto3.py ENDPOINT INVENTORY.json

Lists are read page by page, in small pages where the service allows them. Prints {"operations": {"service:Operation":
calls}, "faults": [...]}. Times are compared as they are recorded: serve with --as-recorded.
"""

import json
import os
import sys

# Neither the machine's own configuration nor its proxies have anything to say here.
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, NO_PROXY="*")

import botocore.config
import botocore.exceptions
import botocore.session

import fleet_services
import fleet_storage
from fleet_reading import GLOBAL, Reader, Refused, value_of

# The fewest that some services let anybody ask for in a page.
LEAST = {"rds": 20}
PAGE = 2

CONFIG = botocore.config.Config(
    retries={"total_max_attempts": 1},
    # The endpoint is an address, before which no account's id can stand.
    inject_host_prefix=False,
    proxies={},
    s3={"addressing_style": "path"},
)


class Boto3(Reader):
    """boto3's clients are botocore's, made by a session of botocore's."""

    def __init__(self, endpoint, inventory):
        super().__init__(inventory)
        self.endpoint = endpoint
        self.session = botocore.session.Session()
        self.own = {
            "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
            "aws_session_token": os.environ.get("AWS_SESSION_TOKEN"),
        }
        self.keys, self.clients = {inventory["caller"]["account"]: self.own}, {}
        self.global_region = GLOBAL.get(inventory["caller"]["partition"], inventory["caller"]["home_region"])

    def client(self, account, region, service):
        place = (account, region, service)
        if place not in self.clients:
            keys = self.keys[account]
            self.clients[place] = self.session.create_client(
                service, region_name=region, endpoint_url=self.endpoint, config=CONFIG, **keys
            )
        return self.clients[place]

    def make(self, account, region, service, operation, given):
        client = self.client(account, region, service)
        method = botocore.xform_name(operation)
        try:
            if client.can_paginate(method):
                paginator = client.get_paginator(method)
                limited = paginator._pagination_cfg.get("limit_key")
                size = {"PageSize": LEAST.get(service, PAGE)} if limited else {}
                return paginator.paginate(PaginationConfig=size, **given).build_full_result()
            answer = getattr(client, method)(**given)
            if "Body" in answer:
                answer["Body"] = answer["Body"].read()
            return answer
        except botocore.exceptions.ClientError as error:
            told = error.response["Error"]
            raise Refused(told.get("Code"), told.get("Message", "")) from error

    def enter(self, account, parts):
        """Assumes the role that the inventory was collected through."""
        role = role_of(self.inventory, account, parts)
        home = (self.inventory["caller"]["account"], self.inventory["caller"]["home_region"])
        answer = self.ask(home, "sts", "AssumeRole", RoleArn=role, RoleSessionName="boto3")
        keys = answer["Credentials"]
        self.keys[account] = {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }


def role_of(inventory, account, parts):
    """The ARN of the audit role in an account, path included where it is known."""
    partition = inventory["caller"]["partition"]
    if parts is None:
        return f"arn:{partition}:iam::{account}:role/{inventory['scope']['role_name'] or 'PalisadeAudit'}"
    name = parts["session"].split("/")[1]
    details = value_of(parts["iam"]["authorization_details"]) or {"roles": []}
    known = [role["arn"] for role in details["roles"] if role["name"] == name]
    return known[0] if known else f"arn:{partition}:iam::{account}:role/{name}"


def enter(reader, account, told):
    """Enters an account; False where nobody could, and nobody can."""
    caller = reader.inventory["caller"]
    parts = told.get("value")
    with reader.at(account):
        try:
            # The caller's own account is read on its own credentials, and may be entered as well.
            if account != caller["account"] or ":assumed-role/" in (parts or {"session": ""})["session"]:
                reader.enter(account, parts)
        except Refused as refused:
            if parts is None:
                reader.refusal(refused, told["gap"])
                return False
            if account != caller["account"]:
                reader.fault(f"cannot be entered: {refused}")
                return False
        if parts is None:
            reader.fault("can be entered, where the inventory says that nobody could")
            return False
        answer = reader.ask((account, caller["home_region"]), "sts", "GetCallerIdentity")
        reader.same("the account of the session", answer["Account"], account)
    return True


def region(reader, place, told):
    """One region of an account, or the one gap that stands for all of it."""
    if "gap" in told:
        denied = fleet_services.DENIED | {told["gap"]["code"]}
        if told["gap"]["kind"] in ("region_denied", "denied_by_scp", "denied"):
            reader.refused(place, denied, "rds", "DescribeDBInstances")
            reader.refused(place, denied, "backup", "ListBackupVaults")
        return
    parts = told["value"]
    fleet_services.rds(reader, place, parts["rds"])
    fleet_storage.backup(reader, place, parts["backup"])
    fleet_services.dynamodb(reader, place, parts["dynamodb"])
    fleet_services.kms(reader, place, parts["kms"])


def main():
    endpoint, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        inventory = json.load(file)
    caller = inventory["caller"]
    reader = Boto3(endpoint, inventory)
    home = (caller["account"], caller["home_region"])
    answer = reader.ask(home, "sts", "GetCallerIdentity")
    reader.same("the caller's ARN", answer["Arn"], caller["arn"])
    fleet_services.organization(reader, home)
    for told in inventory["accounts"]:
        account = told["id"]
        if not enter(reader, account, told["parts"]):
            continue
        parts = told["parts"]["value"]
        place = (account, caller["home_region"])
        fleet_services.account(reader, place, parts)
        fleet_services.iam(reader, place, parts["iam"])
        fleet_storage.global_settings(reader, place, parts["backup_global_settings"])
        fleet_storage.s3(reader, place, parts["s3"])
        fleet_storage.states(reader, account, parts)
        for one in parts["regional"]:
            region(reader, (account, one["region"]), one["parts"])
    json.dump({"operations": reader.calls, "faults": reader.faults}, sys.stdout)


if __name__ == "__main__":
    main()
