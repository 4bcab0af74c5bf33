"""Sites as columns: the same verdicts and values as the engine that explains, for all sites at once."""
