"""Sites and partners side by side: facts in rows, options in columns. Knows nothing of briefs."""
