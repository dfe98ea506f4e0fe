"""SpamAssassin's own spamd, on a unix socket in a folder of its own, without network tests."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

SETTINGS = "report_safe 0\nuse_bayes 1\nbayes_auto_learn 0\nbayes_path {home}/bayes\n"
SITE = Path("/etc/spamassassin")


class Spamd:
    """One server; with `tell` it learns."""

    def __init__(self, *, tell: bool = False) -> None:
        self._made = tempfile.TemporaryDirectory(prefix="hamgate-spamd-")  # pytest's own are for root alone
        self._folder = Path(self._made.name)
        self._folder.chmod(0o755)
        self._tell = tell
        self.socket = self._folder / "spamd.sock"

    def __enter__(self) -> Self:
        site = self._folder / "site"
        shutil.copytree(SITE, site)
        (site / "local.cf").write_text(SETTINGS.format(home=self._folder))
        if os.geteuid() == 0:  # as root it serves as somebody else
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        words = ["-L", "-x", "-H", str(self._folder), "--siteconfigpath", str(site), "-m", "1", "--min-children=1"]
        words += ["--socketpath", str(self.socket), "-s", str(self._folder / "log")]
        words += ["--allow-tell"] if self._tell else []
        words += ["-u", "nobody"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen(["spamd", *words], stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        self._wait()
        return self

    def _wait(self) -> None:
        for _ in range(600):
            try:
                self.connect().close()
            except OSError:
                assert self._process.poll() is None, "spamd does not start"
                time.sleep(0.1)  # it tells nobody when it is ready
            else:
                return
        raise AssertionError("spamd does not start")

    def connect(self) -> socket.socket:
        """A connection of a client."""
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(str(self.socket))
        except OSError:
            client.close()
            raise
        return client

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(60)
        self._made.cleanup()
