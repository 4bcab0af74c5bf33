"""The mail that reminds of what grows old, and the link in it that stops it without signing in."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from cdmo_portal.accounts.models import User
from partners.models import Partner
from partners.review_items import Item

MOST_TOLD: Final = 20
# It never expires: a mail may be read years later, and the link does nothing but stop mails.
STOPPING: Final = Signer(salt="partners.reminder_stop")


def stop_url(organisation_id: int, user: User) -> str:
    token = STOPPING.sign(f"{organisation_id}-{user.pk}")
    return settings.PUBLIC_URL + reverse("partners:reminder_stop", args=[token])


def ids_of(token: str) -> tuple[int, int] | None:
    """Organisation and user that a link of ours names; none for any other text."""
    try:
        organisation_id, _dash, user_id = STOPPING.unsign(token).partition("-")
    except BadSignature:
        return None
    return int(organisation_id), int(user_id)


def subject(partner: Partner, items: Sequence[Item], today: dt.date) -> str:
    over = sum(item.is_over(today) for item in items)
    parts = [f"{_counted(over)} no longer count{'s' if over == 1 else ''}"] if over else []
    if soon := len(items) - over:
        parts.append(f"{_counted(soon)} grow{'s' if soon == 1 else ''} old")
    return f"{' '.join(partner.name.split())}: {' and '.join(parts)}"


def body(partner: Partner, items: Sequence[Item], today: dt.date, stop: str) -> str:
    over = [item for item in items if item.is_over(today)]
    soon = [item for item in items if not item.is_over(today)]
    parts = [
        f"This is about the profile of {partner.name}.",
        _section("Sponsors read these as unknown now", over, today),
        _section("These count only for a short time yet", soon, today),
        f"Say what is still true, with one key per line:\n{settings.PUBLIC_URL}{reverse('partners:review')}",
        "You get such a mail once a week at most, because you edit this profile; what it tells is told"
        f" again only when its end is nearer or over. Stop them, without signing in:\n{stop}",
    ]
    return "\n\n".join(part for part in parts if part)


def _section(title: str, items: Sequence[Item], today: dt.date) -> str:
    if not items:
        return ""
    lines = [title, *(_line(item, today) for item in items[:MOST_TOLD])]
    if len(items) > MOST_TOLD:
        lines.append(f"- and {len(items) - MOST_TOLD:,} more")
    return "\n".join(lines)


def _line(item: Item, today: dt.date) -> str:
    where = ", ".join(part for part in (item.where, item.site.name) if part)
    return f"- {' '.join(f'{item.what} ({where})'.split())}: {_when(item, today)}"


def _when(item: Item, today: dt.date) -> str:
    if item.counts_until is None:
        return "never confirmed"
    day = f"{item.counts_until:%-d %B %Y}"
    if item.can_confirm:
        return f"counted until {day}" if item.is_over(today) else f"counts until {day}"
    return f"ended on {day}" if item.is_over(today) else f"ends on {day}"


def _counted(count: int) -> str:
    return f"{count:,} statement" if count == 1 else f"{count:,} statements"
