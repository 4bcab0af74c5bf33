"""Scoring columns, side by side with others: `python -m cdmo_portal.benchmarks.kernel`."""
