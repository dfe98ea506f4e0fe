"""The SMTP proxy: what a client says goes to the relay in lock step, and the relay's word goes back.

Which file does what, and why the client's side is our own server: README.md, beside this file.
"""
