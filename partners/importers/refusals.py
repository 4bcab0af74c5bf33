"""What an importer says when it will not read a file."""


class RegisterFileRefused(ValueError):
    """The file is refused whole. `where` names the place in it, `reason` says what is wrong there."""

    def __init__(self, reason: str, *, where: str = "") -> None:
        self.reason = reason
        self.where = where
        super().__init__(f"{where}: {reason}" if where else reason)
