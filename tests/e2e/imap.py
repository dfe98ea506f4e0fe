"""A Dovecot of our own: IMAP on a free port, everything under one folder, ended by its process id."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from tests.e2e.postfix import free_ports

PROGRAM = "/usr/sbin/dovecot"
NOBODY = 65534

# As an ordinary user may run it: no chroot, and all of it as that user. Everybody signs in with any name.
SETTINGS = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{root}/mail/%u
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = {uid}
first_valid_gid = {gid}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Junk {{
    auto = create
  }}
  mailbox Trash {{
    auto = create
  }}
}}
"""


class Dovecot:
    """One instance; `settings` come after those of the test."""

    def __init__(self, settings: str, root: Path) -> None:
        self.root = root
        (self.port,) = free_ports(1)
        self._config = root / "dovecot.conf"
        self._config.write_text(SETTINGS.format(root=root, port=self.port, **_identity()) + settings)

    def __enter__(self) -> Self:
        words = [*_as_user(), PROGRAM, "-F", "-c", str(self._config)]
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)

    def _wait(self) -> None:
        """Until it takes connections; it tells nobody."""
        until = time.monotonic() + 30
        while time.monotonic() < until and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"Dovecot does not start\n{self.log()}")

    def log(self) -> str:
        path = self.root / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def client(self, user: str) -> imaplib.IMAP4:
        found = imaplib.IMAP4("127.0.0.1", self.port, timeout=60)
        found.login(user, "secret")
        return found


def folder() -> Path:
    """A new folder that Dovecot's own users can enter."""
    root = Path(tempfile.mkdtemp(prefix="hamgate-dovecot-"))
    root.chmod(0o755)
    return root


def remove(root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)


def may_run() -> bool:
    """Whether one can be started here."""
    return Path(PROGRAM).exists() and subprocess.run([*_as_user(), "true"], check=False).returncode == 0


def _as_user() -> list[str]:
    """Dovecot handles no mail as root. Root becomes nobody in a user namespace, where root's files are nobody's.

    A true nobody could not run a hamgate that lies in root's home.
    """
    nobody = [f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    return ["unshare", "--user", *nobody] if os.geteuid() == 0 else []


def _identity() -> dict[str, object]:
    uid, gid = (NOBODY, NOBODY) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    return {"uid": uid, "gid": gid, "user": pwd.getpwuid(uid).pw_name, "group": grp.getgrgid(gid).gr_name}
