"""From passages to an answer with its citations."""
