"""The protocol of SpamAssassin's spamd: what spamc, Exim, Haraka and maildrop speak."""
