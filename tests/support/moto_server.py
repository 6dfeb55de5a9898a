"""A moto server on a free loopback port, for the tests.

It prints its port and serves until its standard input ends: whatever way the test process ends, the server ends with it.
"""

import os
import sys

from moto.moto_server.threaded_moto_server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
os._exit(0)
