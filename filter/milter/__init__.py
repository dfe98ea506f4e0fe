"""The milter protocol: what Postfix and sendmail ask while they take a message in."""
