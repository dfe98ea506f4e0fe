"""What we demand of the relay's certificate (RFC 8446, RFC 9525 for names)."""

import ssl

from filter.smtp.relay_settings import RelaySettings


def client_context(settings: RelaySettings) -> ssl.SSLContext | None:
    """Make what all connections to the relay share; None if they are in clear text. ValueError for a bad `ca_file`."""
    if settings.tls == "off":
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ca_file or None)
    except OSError as error:  # ssl.SSLError, for a file without certificates, is one too
        raise ValueError(f"ca_file {settings.ca_file!r}: {error.strerror or error}") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8996
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
