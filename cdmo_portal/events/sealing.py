"""Secrets at rest, by the name under which those who deliver and fetch know them."""

from cdmo_portal.accounts.sealing import NoKeys, Unreadable, seal, unseal

__all__ = ["NoKeys", "Unreadable", "seal", "unseal"]
