"""The milter protocol: a mail server (MTA) tells us of each message as it comes, and we say what becomes of it.

No standard describes it; these files follow what Sendmail 8.14 and later and Postfix 2.6 and later speak: version 6,
and what older ones leave out of it down to version 2.
"""
