"""What can go wrong with an outgoing request, in words for everybody and a detail for the operator."""

from typing import ClassVar


class OutgoingError(Exception):
    """Base of all; `str()` is safe to show, `detail` tells of the network and goes to the log only."""

    public: ClassVar[str] = "The address could not be read."

    def __init__(self, detail: str) -> None:
        super().__init__(self.public)
        self.detail = detail


class OutgoingRefused(OutgoingError):
    """We do not go there. One sentence for every reason, so that nobody can map the network with it."""

    public = "This address cannot be used."


class OutgoingTimeout(OutgoingError):
    """The whole time allowed for the request is over."""

    public = "The address took too long to answer."


class OutgoingFailed(OutgoingError):
    """The address may be used, but no sound answer came."""

    public = "The address did not answer as expected."


class NameNotFound(OutgoingFailed):
    """The name has no address; reads like a refusal, or it would tell which inside names exist."""

    public = OutgoingRefused.public


class ResponseTooLarge(OutgoingError):
    """The answer passes one of the caps on headers, bytes on the wire or bytes after decompression."""

    public = "The answer is larger than allowed."
