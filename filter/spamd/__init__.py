"""The protocol of SpamAssassin's spamd: what spamc, Exim, Haraka and maildrop speak.

`reader` turns octets into a `request`, `clerk` into an answer, made of `replies`, a `report` or a message with our
headers (`rewriting`); compressed messages go through `inflating`. Sockets and clocks are in `server` alone. `client`
asks a server, ours or SpamAssassin's.
"""
