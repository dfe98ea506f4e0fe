"""Certificates for tests, made by the openssl command: real files, as an operator has them."""

import functools
import ssl
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

NAME = "proxy.test"
_MAKE = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key.pem -out cert.pem"
)


@dataclass(frozen=True)
class Files:
    """A self-signed certificate for `proxy.test` and its key."""

    certificate: Path
    key: Path

    def client(self) -> ssl.SSLContext:
        """What a client needs to believe it."""
        return ssl.create_default_context(cafile=str(self.certificate))


def make(folder: Path, name: str = NAME) -> Files:
    """Make a new one in `folder`."""
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*_MAKE.split(), *subject], cwd=folder, check=True, capture_output=True, timeout=60)
    return Files(folder / "cert.pem", folder / "key.pem")


@functools.cache
def shared() -> Files:
    """One for all tests of this process; the folder goes with it."""
    folder = tempfile.TemporaryDirectory(prefix="hamgate-tests-")  # kept as long as its files
    _folders.append(folder)
    return make(Path(folder.name))


_folders: list["tempfile.TemporaryDirectory[str]"] = []
