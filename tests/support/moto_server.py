"""A moto server on a free loopback port, for the tests.

It prints its port and serves until its standard input ends: whatever way the test process ends, the server ends with it.

What moto has not implemented it answers with 500, which every AWS SDK takes for a passing fault and tries again, for a
dozen seconds. Here it is 501, which nobody retries.

moto gives every DB instance the same DbiResourceId, by which copies are told apart; here each has its own, as on AWS.
"""

import os
import sys
import threading
import uuid

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.rds.models import DBInstance
from werkzeug.serving import make_server


def set_resource_id(instance, _):
    instance.unique_resource_id = f"db-{uuid.uuid4().hex[:26].upper()}"


DBInstance.dbi_resource_id = property(lambda instance: instance.unique_resource_id, set_resource_id)


def application(service):
    app = create_backend_app(service)
    app.register_error_handler(NotImplementedError, lambda error: (str(error), 501))
    return app


server = make_server("127.0.0.1", 0, DomainDispatcherApplication(application), threaded=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
