"""The SMTP proxy: what a client says goes to the relay in lock step, and the relay's word goes back."""
