"""A Postfix of our own: everything under one temporary folder, on free ports, away from the system's."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

# What would change a message on its way is off, so that every octet can be compared.
MAIN = """
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.test
mydestination =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = reject_unauth_destination
alias_maps =
alias_database =
virtual_mailbox_domains = proxied.test direct.test
virtual_mailbox_maps = static:inbox/
virtual_mailbox_base = {root}/mail
virtual_mailbox_limit = 0
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
message_size_limit = 33554432
local_header_rewrite_clients =
message_drop_headers =
header_size_limit = 33554432
disable_mime_input_processing = yes
cleanup_replace_stray_cr_lf = no
enable_long_queue_ids = yes
"""

# front: the client's side of smtpd_proxy_filter. back: behind the filter. small, full: relays that refuse.
SERVICES = """
127.0.0.1:{front} inet n - n - - smtpd
  -o smtpd_proxy_filter=127.0.0.1:{filter}
  -o syslog_name=postfix/front
127.0.0.1:{back} inet n - n - - smtpd
  -o smtpd_authorized_xforward_hosts=127.0.0.0/8
  -o receive_override_options=no_unknown_recipient_checks
  -o syslog_name=postfix/back
127.0.0.1:{small} inet n - n - - smtpd
  -o message_size_limit=3000
127.0.0.1:{full} inet n - n - - smtpd
  -o queue_minfree=1000000000000000
"""
DAEMONS = """
pickup    unix       n - n 60  1 pickup
cleanup   unix       n - n -   0 cleanup
qmgr      unix       n - n 300 1 qmgr
rewrite   unix       - - n -   - trivial-rewrite
bounce    unix       - - n -   0 bounce
defer     unix       - - n -   0 bounce
trace     unix       - - n -   0 bounce
error     unix       - - n -   - error
retry     unix       - - n -   - error
virtual   unix       - n n -   - virtual
anvil     unix       - - n -   1 anvil
proxymap  unix       - - n -   - proxymap
postlog   unix-dgram n - n -   1 postlogd
"""

PORTS = ("front", "filter", "back", "small", "full")


def program(name: str) -> str | None:
    """Find a program also where only root looks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def free_ports(count: int) -> list[int]:
    """Ports that are free now; all are held until all are known."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


class Postfix:
    """One instance; `ports` names its services. The mail of all recipients comes into one maildir."""

    def __init__(self, services: str = SERVICES, main: str = "") -> None:
        """`main` are further lines of main.cf."""
        self._services = services
        self._main = main
        self.root = Path(tempfile.mkdtemp(prefix="hamgate-postfix-"))
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))

    def __enter__(self) -> Self:
        self.root.chmod(0o755)
        for name, owner in (("conf", "root"), ("queue", "root"), ("data", "postfix"), ("mail", "nobody")):
            (self.root / name).mkdir()
            shutil.chown(self.root / name, owner)
        (self.root / "conf/main.cf").write_text(MAIN.format(root=self.root) + self._main)
        (self.root / "conf/master.cf").write_text(self._services.format(**self.ports) + DAEMONS)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def start(self) -> None:
        """Start it. It looks through its queue before, and gives up if a daemon that is just ending removes a file."""
        started = any(self._command("start") for _ in range(5))
        assert started, self.log()[-4000:]

    def stop(self) -> None:
        self._command("stop")

    def _command(self, verb: str) -> bool:
        # Its daemons must not inherit a pipe of ours: we would wait for them.
        words = [program("postfix") or "postfix", "-c", str(self.root / "conf"), verb]
        done = subprocess.run(words, check=False, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return done.returncode == 0

    def log(self) -> str:
        path = self.root / "mail.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def files(self) -> list[Path]:
        new = self.root / "mail/inbox/new"
        return sorted(new.iterdir()) if new.exists() else []

    def wait_for(self, count: int, recipient: str = "", seconds: float = 60.0) -> list[bytes]:
        """Wait until `count` messages (to `recipient`) have been delivered; return them with CRLF line ends."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = [message for message in map(delivered, self.files()) if recipient.encode() in message[:1000]]
            if len(found) >= count:
                return found
            time.sleep(0.05)  # Postfix tells nobody when it has delivered
        raise AssertionError(f"{count} messages expected\n{self.log()[-4000:]}")

    def wait_until_idle(self, seconds: float = 120.0) -> None:
        """Wait until everything has been delivered or bounced."""
        until = time.monotonic() + seconds
        while not self.queue_is_empty():
            assert time.monotonic() < until, self.log()[-4000:]
            self.flush()
            time.sleep(0.2)

    def flush(self) -> None:
        """Try again now what was put off."""
        words = [program("postqueue") or "postqueue", "-c", str(self.root / "conf"), "-f"]
        subprocess.run(words, check=False, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def queue_is_empty(self) -> bool:
        return not any(map(self._queued, ("maildrop", "incoming", "active", "deferred", "hold")))

    def held(self) -> list[Path]:
        """The files of messages that wait until a person lets them go."""
        return self._queued("hold")

    def _queued(self, folder: str) -> list[Path]:
        return [path for path in (self.root / "queue" / folder).rglob("*") if path.is_file()]


def delivered(path: Path) -> bytes:
    """A delivered message as it was on the wire."""
    return path.read_bytes().replace(b"\n", b"\r\n")
