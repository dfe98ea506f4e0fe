"""A Dovecot of our own: LMTP into maildirs, and passwords for Postfix. Everything under one temporary folder."""

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from tests.e2e.postfix import delivered, free_ports, program

CONFIGURATION = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Ln
first_valid_uid = 1
mail_location = maildir:~/mail
postmaster_address = postmaster@proxied.test
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {root}/users
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={root}/home/%n allow_all_users=yes
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service auth {{
  unix_listener {root}/auth {{
    mode = 0666
  }}
}}
"""


class Dovecot:
    """One instance. `users` are names and passwords; mail to any other name finds a mailbox, too."""

    def __init__(self, users: dict[str, str]) -> None:
        self._users = users
        self.root = Path(tempfile.mkdtemp(prefix="hamgate-dovecot-"))
        (self.lmtp,) = free_ports(1)

    @property
    def auth(self) -> Path:
        """The socket at which Postfix asks for passwords (smtpd_sasl_path)."""
        return self.root / "auth"

    def __enter__(self) -> Self:
        self.root.chmod(0o755)
        (self.root / "home").mkdir()
        shutil.chown(self.root / "home", "nobody")
        (self.root / "users").write_text("".join(f"{name}:{word}\n" for name, word in self._users.items()))
        (self.root / "users").chmod(0o644)
        file = self.root / "dovecot.conf"
        file.write_text(CONFIGURATION.format(root=self.root, lmtp=self.lmtp))
        with (self.root / "errors").open("wb") as errors:
            words = [program("dovecot") or "dovecot", "-F", "-c", str(file)]
            self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=errors)
        self._wait_until_ready()
        return self

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + 20
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.lmtp), 1).close()
            except OSError:
                time.sleep(0.05)  # it tells nobody when it listens
            else:
                return
        raise AssertionError((self.root / "errors").read_text() + self.log())

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
        shutil.rmtree(self.root, ignore_errors=True)

    def log(self) -> str:
        path = self.root / "dovecot.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def mail(self, user: str) -> list[bytes]:
        """What `user` has, with CRLF line ends."""
        return [delivered(path) for path in sorted((self.root / "home" / user / "mail/new").glob("*"))]
