"""A moto server on a free loopback port, for the tests.

It prints its port and serves until its standard input ends: whatever way the test process ends, the server ends with it.

What moto has not implemented it answers with 500, which every AWS SDK takes for a passing fault and tries again, for a
dozen seconds. Here it is 501, which nobody retries.

moto gives every DB instance the same DbiResourceId, by which copies are told apart; here each has its own, as on AWS.

moto signs a digest as if it were a message, and pads RSA-PSS with the longest salt; KMS signs the digest itself, with a salt as
long as the digest (https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html).

With the argument `guards` it also answers three operations that moto lacks and that guards rest on: account:ListRegions
(two regions are enabled), iam:ListOrganizationsFeatures (root credentials are not managed centrally) and
organizations:DescribeResourcePolicy (nothing is delegated).
"""

import base64
import json
import os
import sys
import threading
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from moto.account import urls
from moto.account.responses import AccountResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.iam.responses import IamResponse
from moto.kms.responses import KmsResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.organizations.responses import OrganizationsResponse
from moto.rds.models import DBInstance
from werkzeug.serving import make_server


def set_resource_id(instance, _):
    instance.unique_resource_id = f"db-{uuid.uuid4().hex[:26].upper()}"


DBInstance.dbi_resource_id = property(lambda instance: instance.unique_resource_id, set_resource_id)


sign_message = KmsResponse.sign


def sign(self):
    if self._get_param("MessageType") != "DIGEST":
        return sign_message(self)
    key = self.kms_backend.describe_key(self._get_param("KeyId"))
    digest, algorithm = self._get_param("Message"), self._get_param("SigningAlgorithm")
    kind = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[algorithm[-3:]]
    private = key.private_key.private_key
    if algorithm.startswith("ECDSA"):
        signature = private.sign(digest, ec.ECDSA(Prehashed(kind)))
    else:
        salted = padding.PSS(mgf=padding.MGF1(kind), salt_length=kind.digest_size)
        signature = private.sign(digest, salted, Prehashed(kind))
    answer = {"KeyId": key.arn, "Signature": base64.b64encode(signature).decode(), "SigningAlgorithm": algorithm}
    return json.dumps(answer)


KmsResponse.sign = sign


def list_regions(_):
    enabled = [{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in ("eu-central-1", "eu-west-1")]
    return ActionResult({"Regions": enabled})


def describe_resource_policy(_):
    raise JsonRESTError("ResourcePolicyNotFoundException", "We can't find a resource policy request.")


if "guards" in sys.argv[1:]:
    AccountResponse.list_regions = list_regions
    urls.url_paths["{0}/listRegions$"] = AccountResponse.dispatch
    IamResponse.list_organizations_features = lambda _: ActionResult({"EnabledFeatures": []})
    OrganizationsResponse.describe_resource_policy = describe_resource_policy


def application(service):
    app = create_backend_app(service)
    app.register_error_handler(NotImplementedError, lambda error: (str(error), 501))
    return app


server = make_server("127.0.0.1", 0, DomainDispatcherApplication(application), threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
