"""Reads a served fleet with the AWS CLI, a command for every operation of palisade's, and holds the JSON that it prints
to the inventory that is served.

Usage: fleet_cli.py ENDPOINT INVENTORY.json

The CLI runs within this process, so that a hundred commands do not start a hundred interpreters. Each operation is
called a few times where there is something to tell, and once where there is nothing anywhere. Prints {"operations":
{"service:Operation": calls}, "faults": [...]}. Times are compared as they are recorded: serve with --as-recorded.
"""

import contextlib
import io
import json
import os
import re
import sys
import tempfile

# Neither the machine's own configuration nor its proxies have anything to say here.
os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull, NO_PROXY="*")
os.environ["AWS_MAX_ATTEMPTS"] = "1"

from awscli.clidriver import create_clidriver
from botocore import xform_name

from fleet_organization import everything
from fleet_reading import Reader, Refused, items_of, reach_addresses

# The most calls of one operation.
FEW = 4
# The CLI's own name for S3's API.
COMMANDS = {"s3": "s3api"}
REFUSED = re.compile(r"An error occurred \((.*?)\) when calling the \w+ operation(?: \(.*?\))?: (.*)", re.DOTALL)


class Cli(Reader):
    def __init__(self, endpoint, inventory):
        super().__init__(inventory)
        self.endpoint = endpoint
        self.drivers = {}
        # First where there is something to tell; then whatever was never called.
        self.eager = True

    def wants(self, operation, told):
        calls = self.calls.get(operation, 0)
        if not self.eager:
            return calls == 0
        return calls < FEW and (bool(items_of(told)) or "gap" in told)

    def driver(self, account):
        """A CLI with an account's credentials: it reads them once."""
        keys = self.keys[account]
        os.environ["AWS_ACCESS_KEY_ID"] = keys["AccessKeyId"]
        os.environ["AWS_SECRET_ACCESS_KEY"] = keys["SecretAccessKey"]
        os.environ["AWS_SESSION_TOKEN"] = keys["SessionToken"]
        if account not in self.drivers:
            self.drivers[account] = create_clidriver()
        return self.drivers[account]

    def make(self, account, region, service, operation, given):
        command = [COMMANDS.get(service, service), xform_name(operation, "-")]
        for name, value in given.items():
            command += [f"--{xform_name(name, '-')}", value]
        with tempfile.NamedTemporaryFile() as body:
            if operation == "GetObject":
                command.append(body.name)
            answer = self.run(account, region, command)
            if operation == "GetObject":
                answer["Body"] = body.read()
        return answer

    def run(self, account, region, command):
        command = command + ["--region", region, "--endpoint-url", self.endpoint, "--output", "json"]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = self.driver(account).main(command)
        said = err.getvalue().strip()
        if code == 0:
            if said:
                self.fault(f"aws {' '.join(command)} says {said:.200}")
            return json.loads(out.getvalue() or "{}")
        refused = REFUSED.search(said)
        if not refused:
            self.fault(f"aws {' '.join(command)} ends with {code}: {said:.300}")
            raise Refused(None, said)
        raise Refused(refused.group(1), refused.group(2))


def main():
    endpoint, path = sys.argv[1:]
    reach_addresses()
    with open(path, encoding="utf-8") as file:
        reader = Cli(endpoint, json.load(file))
    everything(reader)
    reader.eager = False
    everything(reader)
    json.dump({"operations": reader.calls, "faults": reader.faults}, sys.stdout)


main()
