"""The negative control: a proxy that is known to lose mail, aiosmtpd's own handler. Call: PORT RELAY_PORT.

It says 250 also when the relay has refused every recipient or is not there at all.
"""

import socket
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Proxy

if __name__ == "__main__":
    socket.setdefaulttimeout(1.0)  # its client waits for ever otherwise
    Controller(Proxy("127.0.0.1", int(sys.argv[2])), hostname="127.0.0.1", port=int(sys.argv[1])).start()
    print("ready", flush=True)
    threading.Event().wait()
