"""Parsers of capacity feeds: bytes in, rows and row errors out. Pure: no database, no network, no clock."""
