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

import boto3
import botocore
import botocore.config
import botocore.exceptions

from fleet_organization import everything
from fleet_reading import Reader, Refused, reach_addresses

# The fewest items that some services let anybody ask for in a page.
LEAST = {"rds": 20}
PAGE = 2

CONFIG = botocore.config.Config(retries={"total_max_attempts": 1}, proxies={}, s3={"addressing_style": "path"})


class Boto3(Reader):
    def __init__(self, endpoint, inventory):
        super().__init__(inventory)
        self.endpoint = endpoint
        self.session, self.clients = boto3.session.Session(), {}

    def client(self, account, region, service):
        place = (account, region, service)
        if place not in self.clients:
            keys = self.keys[account]
            self.clients[place] = self.session.client(
                service,
                region_name=region,
                endpoint_url=self.endpoint,
                config=CONFIG,
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys["SessionToken"],
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


def main():
    endpoint, path = sys.argv[1:]
    reach_addresses()
    with open(path, encoding="utf-8") as file:
        reader = Boto3(endpoint, json.load(file))
    everything(reader)
    json.dump({"operations": reader.calls, "faults": reader.faults}, sys.stdout)


main()
