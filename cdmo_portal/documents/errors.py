"""Why a file gives no text."""


class DocumentRefused(Exception):
    """The message is a sentence for the person who chose the file; it quotes nothing of the file."""
