"""What a sponsor sends of a shortlist."""

from rest_framework import serializers

from cdmo_portal.accounts.api.bodies import Body, Change
from cdmo_portal.accounts.api.fields import Text
from matching.forms.shortlists import distinct_tags
from matching.models import ShortlistEntry
from matching.models.shortlists import LONGEST_REASON, LONGEST_TAG, MOST_TAGS

LONGEST_NOTE = 4000


class FollowBody(Body):
    stage = serializers.ChoiceField(
        choices=ShortlistEntry.Stage.choices,
        default=ShortlistEntry.Stage.SHORTLIST,
        help_text="Where a partner starts that was never followed.",
    )


class EntryChange(Change):
    """Any of the fields. A new stage without a `reason` has none."""

    stage = serializers.ChoiceField(choices=ShortlistEntry.Stage.choices)
    reason = Text(
        max_length=LONGEST_REASON, allow_blank=True, help_text="Of a partner that is declined or selected."
    )
    note = Text(lines=True, max_length=LONGEST_NOTE, allow_blank=True)
    tags = serializers.ListField(child=Text(max_length=LONGEST_TAG), max_length=MOST_TAGS)

    def validate_stage(self, stage: str) -> ShortlistEntry.Stage:
        return ShortlistEntry.Stage(stage)

    def validate_tags(self, tags: list[str]) -> list[str]:
        return distinct_tags(tags)
