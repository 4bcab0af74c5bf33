"""Many statements at once, of one place and backed in one way: all of them or none."""

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import Actor
from partners.actions.editing import AlreadyThere, locked, require_editor
from partners.actions.profiles import CapabilityFacts, save_capability
from partners.models import Capability, Line, Site

MOST_AT_ONCE: Final = 100


def stated_at(site: Site, line: Line | None) -> dict[str, str]:
    """The terms that the place says something about already: labels by code."""
    return dict(site.capabilities.filter(line=line).values_list("term__code", "term__label"))


@transaction.atomic
def state_capabilities(*, site: Site, facts: Sequence[CapabilityFacts], by: Actor) -> list[Capability]:
    """Add the statements. Raises NotAllowed, or AlreadyThere with the terms that are stated there already."""
    site = locked(site, is_named=True)  # two people who add the same terms come one after the other
    require_editor(by, site)
    stated = {line: stated_at(site, line) for line in {each.line for each in facts}}
    twice = [each.term.label for each in facts if each.term.code in stated[each.line]]
    if twice:
        raise AlreadyThere(
            _("Already stated there: %(terms)s. Leave them out, or change those statements.")
            % {"terms": ", ".join(twice)}
        )
    return [save_capability(site=site, facts=each, by=by) for each in facts]
