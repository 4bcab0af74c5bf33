"""Why an action on accounts was refused; the message is for the person."""


class PeopleActionRefused(Exception):
    pass


class NotAllowed(PeopleActionRefused):
    pass


class AlreadyThere(PeopleActionRefused):
    pass


class ChangedMeanwhile(PeopleActionRefused):
    pass


class InvitationNotUsable(PeopleActionRefused):
    pass


class KeyNotUsable(PeopleActionRefused):
    pass


class LastOwnerStays(PeopleActionRefused):
    pass


class WrongState(PeopleActionRefused):
    pass
