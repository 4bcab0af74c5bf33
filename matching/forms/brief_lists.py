"""Which briefs the list shows, and in which order: all of it stands in the address."""

from collections.abc import Mapping

from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from cdmo_portal.accounts.actors import Actor
from matching.forms.briefs import one_line
from matching.models import Brief, BriefColleague

SORTS = {
    "newest": _("Newest"),
    "title": _("Title"),
    "needed_by": _("Needed by"),
    "changed": _("Last changed"),
}
STATES = {
    "current": _("All"),
    "draft": _("Drafts"),
    "open": _("Open"),
    "closed": _("Closed"),
    "archived": _("Archived"),
    "deleted": _("Deleted"),
}
ORDERS: Mapping[str, tuple[Combinable | str, ...]] = {
    "newest": (F("created_at").desc(), "pk"),
    "title": ("title", "pk"),
    "needed_by": (F("needed_by").asc(nulls_last=True), "pk"),
    "changed": (F("updated_at").desc(), "pk"),
}


class BriefListForm(forms.Form):
    q = forms.CharField(
        label=_("Search in title and text"), required=False, max_length=100, validators=[one_line]
    )
    state = forms.ChoiceField(choices=STATES.items(), required=False)
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    sort = forms.ChoiceField(label=_("Sort by"), choices=SORTS.items(), required=False)

    @property
    def state_asked(self) -> str:
        return str(self.cleaned_data.get("state") or "current")

    def filtered(self, rows: QuerySet[Brief], actor: Actor) -> QuerySet[Brief]:
        """By text and person; the state is apart, because the tabs count every state."""
        if words := self.cleaned_data.get("q"):
            rows = rows.filter(Q(title__icontains=words) | Q(text__icontains=words))
        if self.cleaned_data.get("mine"):
            named = BriefColleague.objects.filter(brief=OuterRef("pk"), member__user_id=actor.user_id or 0)
            rows = rows.filter(Q(created_by_id=actor.user_id) | Exists(named))
        return rows

    def ordered(self, rows: QuerySet[Brief]) -> QuerySet[Brief]:
        return rows.order_by(*ORDERS[self.cleaned_data.get("sort") or "newest"])


def of_state(state: str) -> Q:
    """Archived briefs are in no other list."""
    if state == "archived":
        return Q(archived_at__isnull=False)
    current = Q(archived_at__isnull=True)
    return current if state in {"current", "deleted"} else current & Q(state=state)
