"""A listener made ready: its certificate loaded, its networks read, and what all its sessions share."""

import ssl
from pathlib import Path

from filter.rules.own.entries import Networks
from filter.smtp.listener import Listener


def listed(address: str, networks: Networks) -> bool:
    """Whether `address` lies in one of `networks`; most listeners have none, and then it is not even read."""
    return len(networks) > 0 and networks.find(address) is not None


def server_context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    """Load a certificate for TLS 1.2 and later (RFC 8996). Raises OSError (ssl.SSLError is one) if it is unfit."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.load_cert_chain(certificate, key, password=_no_password)
    return context


def _no_password() -> str:
    """OpenSSL would ask on the terminal for the password of an encrypted key, and a server has none."""
    raise ssl.SSLError("the key is encrypted: write it without a password, readable by the server only")


class Entrance:
    """What the sessions of a listener share. ValueError: an entry that is no network; OSError: the certificate."""

    def __init__(self, listener: Listener | None = None) -> None:
        self.listener = listener or Listener()
        self._context: ssl.SSLContext | None = None
        self.balancers = Networks(self.listener.proxy_protocol_from)
        self.forwarders = Networks(self.listener.xforward_from)
        self.deputies = Networks(self.listener.xclient_from)
        self.reload()

    @property
    def context(self) -> ssl.SSLContext:
        """What TLS of this listener shows. RuntimeError if it has none."""
        if self._context is None:
            raise RuntimeError("a listener without a certificate")
        return self._context

    def reload(self) -> None:
        """Read the certificate again; sessions that come later get the new one. On OSError the old one stays."""
        if self.listener.tls_certificate is not None and self.listener.tls != "off":
            self._context = server_context(self.listener.tls_certificate, self.listener.tls_key)
