"""HTTP: what rspamd's clients speak, and an interface of our own.

A connection is `server` (uvicorn's protocol with bounds, and a `clock`), a request goes by `paths` to `rspamd` or `own`
(described in `openapi`). Both ask `access` who may, read the envelope (`envelopes`), and have the message judged
(`scoring`) or learned (`asked`); the answers are made in `rspamd_reply` and `score_reply`, `errors` says no. What all
sessions share is a `site`. `client` asks a server.
"""
