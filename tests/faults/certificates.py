"""Certificates for one test, made by the `openssl` command: an authority, and servers that it vouches for, or not."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split()


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@dataclass(frozen=True)
class Authority:
    """Issues certificates; its own is `certificate`."""

    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    @classmethod
    def new(cls, folder: Path) -> "Authority":
        authority = cls(folder)
        _openssl(
            "req", "-x509", *_KEY, "-keyout", folder / "ca.key", "-out", authority.certificate, "-days", "2",
            "-subj", "/CN=test authority", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign",
        )  # fmt: skip
        return authority

    def server(self, name: str, days: int = 2) -> ssl.SSLContext:
        """What a server called `name` (a host name or an IP address) needs; expired if `days` is negative."""
        base = self.folder / f"server{days}-{name.replace(':', '_')}"
        key, request, certificate = (base.with_name(base.name + suffix) for suffix in (".key", ".csr", ".pem"))
        kind = "IP" if name[-1].isdigit() or ":" in name else "DNS"
        base.write_text(f"subjectAltName={kind}:{name}\n")
        _openssl("req", "-new", *_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        _openssl(
            "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.folder / "ca.key",
            "-CAcreateserial", "-days", str(days), "-extfile", base, "-out", certificate,
        )  # fmt: skip
        return _context(certificate, key)

    def unknown(self, name: str) -> ssl.SSLContext:
        """What a server called `name` has that vouches for itself."""
        key, certificate = self.folder / "self.key", self.folder / "self.pem"
        _openssl(
            "req", "-x509", *_KEY, "-keyout", key, "-out", certificate, "-days", "2",
            "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
        )  # fmt: skip
        return _context(certificate, key)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
