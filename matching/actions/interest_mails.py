"""What is written to whom about an interest. Of the brief the CDMO's mail says nothing at all."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from cdmo_portal.accounts.actors import actor_of_member
from cdmo_portal.accounts.models import Member
from cdmo_portal.events.models import Event
from cdmo_portal.events.recording import enqueue_mail
from matching.models import Interest
from matching.permissions import role_on
from partners.keepers import people_keeping


def tell_partner_of_question(interest: Interest, event: Event) -> None:
    body = _(
        "A sponsor asks whether your organisation is interested in a project. What you are told of it, and"
        " the answers that you can give, stand in your inbox:\n%(url)s\n\n"
        "The sponsor is not named. Your answer goes to that sponsor alone."
    )
    for user in people_keeping(interest.partner.organisation_id):
        enqueue_mail(
            event=event,
            to_user=user,
            subject=_("A sponsor asks whether you are interested in a project"),
            body=body % {"url": settings.PUBLIC_URL + reverse("matching:inbox")},
        )


def tell_asker_of_answer(interest: Interest, event: Event) -> None:
    """Whoever asked, if they still see the brief."""
    asker = Member.objects.select_related("user", "organisation").filter(
        organisation_id=interest.organisation_id, user_id=interest.made_by_id or 0, user__is_active=True
    )
    member = asker.first()
    if member is None or role_on(actor_of_member(member), interest.brief) is None:
        return
    url = settings.PUBLIC_URL + reverse("matching:shortlist", args=[interest.brief.uid])
    name, title = (_line(text) for text in (interest.partner.name, interest.brief.title))
    enqueue_mail(
        event=event,
        to_user=member.user,
        subject=_("%(partner)s has answered: %(answer)s")
        % {"partner": name, "answer": interest.get_answer_display()},
        body=_("You asked %(partner)s about “%(title)s”. The answer: %(answer)s.\n\n%(url)s")
        % {"partner": name, "title": title, "answer": interest.said, "url": url},
    )


def _line(text: str) -> str:
    """For subjects of mails, which hold no line breaks."""
    return " ".join(text.split())
