"""A small settings file to begin with: hamgate as a before-queue filter of Postfix, and, if wanted, submission."""

from filter.config.describe import toml
from filter.door.endpoint import Endpoint

POSTFIX_SIZE = 10_240_000
"""message_size_limit of Postfix if main.cf does not say it (postconf(5))."""

_HEAD = """\
# Settings of hamgate. All that can be written here, with its meaning:  hamgate config describe
# After a change:  hamgate config check && systemctl reload hamgate   (SIGHUP; a file with errors is not taken)

# The name that we greet with, as in your MX record; without it, what this machine is called.
# hostname = "mx.example.net"

[policy]
tag_at = 5                    # points from which mail is marked as spam, by X-Spam-Flag: YES
reject_at = "off"             # points from which it is refused, as 15; evaluate on your own mail first
# contact = "postmaster@example.net"    # whom a refused sender can ask

# What hamgate learns from your mail, and models of your own (hamgate learn, hamgate train):
# [model]
# state = "/var/lib/hamgate"

# Counters for Prometheus, and for hamgate status:
# [status]
# address = "127.0.0.1:9925"

# Mail from other servers. Postfix brings it here (smtpd_proxy_filter), while the sender waits.
[listeners.inbound]
address = {listen}
relay = "postfix"
xforward_from = {front}       # Postfix says whose mail it brings

[listeners.inbound.limits]
message = {size}          # octets; as message_size_limit of Postfix

# Where mail goes that we do not refuse: the smtpd of Postfix behind us.
[relays.postfix]
addresses = [{relay}]
forward = {forward}
"""
_SUBMISSION = """
# Mail from your users, who log in. The relay checks their passwords; hamgate keeps none.
[listeners.submission]
address = "0.0.0.0:587"
relay = "submission"
auth = true
tls = "require"
tls_certificate = "/etc/hamgate/tls/fullchain.pem"
tls_key = "/etc/hamgate/tls/privkey.pem"      # chmod 0640, owned by the group of hamgate
spam_per_user = 20            # refused messages in an hour, after which an account is stopped: it may be stolen

[listeners.submission.policy]
mark = false                  # mail of your own users is never changed,
reject_at = 15                # but refused,
detail = "full"               # with the reasons

[listeners.submission.limits]
message = {size}

# An smtpd of Postfix with smtpd_sasl_auth_enable=yes, and with permit_sasl_authenticated,reject as its restrictions.
[relays.submission]
addresses = ["127.0.0.1:10587"]
"""


def draft(listen: str, relay: str, *, submission: bool = False) -> str:
    """The text of the file, for the addresses `listen` and `relay` (HOST:PORT). Raises ValueError: they are none."""
    here, there = Endpoint.parse(listen), Endpoint.parse(relay)
    forward = (
        '"xforward"          # and we say it again: its log names the real client' if there.is_loopback else '"none"'
    )
    text = _HEAD.format(
        listen=toml(str(here)),
        relay=toml(str(there)),
        front=toml(["127.0.0.1", "::1"]),
        forward=forward,
        size=f"{POSTFIX_SIZE:_}",
    )
    return text + (_SUBMISSION.format(size=f"{POSTFIX_SIZE:_}") if submission else "")
