"""Why a claim was not made, proved, answered or decided; the sentences are for the person."""


class ClaimRefused(Exception):
    """The claim cannot be made or decided like this; the sentence says why."""


class AlreadyClaimed(ClaimRefused):
    """Somebody keeps this profile: it is never taken over in silence."""


class KeepsAnother(ClaimRefused):
    """An organisation keeps one partner at most; single sites it may claim as many as it has."""


class AlreadyDecided(ClaimRefused):
    """The claim is not open any more."""


class KeeperNotHeard(ClaimRefused):
    """Whoever keeps a contested profile has time left to answer."""


class TooManyClaims(ClaimRefused):
    """More open claims, or codes in a day, than one organisation needs."""


class WrongCode(ClaimRefused):
    """Not the code that was mailed, or one that is too old or was tried too often."""
