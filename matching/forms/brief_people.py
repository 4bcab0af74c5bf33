"""Who works on a brief."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.models import Member, Role
from matching.models import Brief


class ColleagueForm(forms.Form):
    """A member who is not named yet, and their role."""

    member = forms.TypedChoiceField(label=_("Member"))
    role = forms.ChoiceField(label=_("Role on this brief"), choices=Role.choices, initial=Role.EDITOR)

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_uid = {str(member.uid): member for member in members}
        field: Any = self.fields["member"]
        field.choices = [("", _("Choose a member")), *((uid, member.user) for uid, member in by_uid.items())]
        field.coerce = by_uid.__getitem__


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)


class AccessForm(forms.Form):
    access = forms.ChoiceField(
        label=_("Who can see this brief"), choices=Brief.Access.choices, widget=forms.RadioSelect
    )
