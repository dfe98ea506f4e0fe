"""What a site keeps: the journal of learned mail, and its models."""
