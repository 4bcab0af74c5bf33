"""The pages of drafts: kept from the form of a capability, changed, discarded, published."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from partners.actions.profile_drafts import Intended, keep_draft
from partners.models import Capability, ProfileDraft, Subject
from partners.vocabulary import current_vocabulary
from tests.factories.accounts import MemberFactory
from tests.factories.capabilities import CapabilityFactory
from tests.factories.capacity import LineFactory
from tests.factories.vocabulary import TermFactory
from tests.partners.editors import House, house, lyophilisation, signed_in, vessel_volume
from tests.partners.views.test_editing import statement

pytestmark = pytest.mark.django_db


def url(name: str, home: House, *more: object) -> str:
    return reverse(f"partners:{name}", args=[home.site.slug, *more])


def draft_of(home: House, client: Client, **told: object) -> ProfileDraft:
    lyophilisation()
    answer = client.post(url("capability_create", home), statement(draft="1", note="Hall 2", **told))
    assert answer.status_code == 302
    return ProfileDraft.objects.get()


def ticked(client: Client, home: House) -> dict[str, str]:
    """What the page's form sends: every draft ticked, each with the mark that stands on the page."""
    rows = client.get(url("draft_list", home)).context["rows"]
    marks = {f"seen-{row.draft.uid}": row.seen for row in rows}
    return {"publish": [str(row.draft.uid) for row in rows], **marks}


def test_draft_when_saved_from_the_form_then_only_members_see_it_until_it_is_published() -> None:
    home = house()
    client = signed_in(home.editor)
    draft_of(home, client)

    listed = client.get(url("draft_list", home)).content.decode()
    own = client.get(url("own_site", home)).content.decode()
    public = signed_in(MemberFactory.create()).get(home.site.get_absolute_url()).content.decode()
    assert "Hall 2" in listed
    assert listed.index(">What<") < listed.index(">Where<") < listed.index(">Note<")
    assert "1 draft not published yet" in own
    assert "Hall 2" not in public

    assert client.post(url("draft_list", home), ticked(client, home)).status_code == 302
    public = signed_in(MemberFactory.create()).get(home.site.get_absolute_url()).content.decode()
    assert "Hall 2" in public


def test_draft_when_changed_then_its_numbers_are_in_the_form_and_an_old_page_is_refused() -> None:
    home = house()
    client = signed_in(home.editor)
    vessel_volume()
    numbers = {
        "measures-TOTAL_FORMS": "1",
        "measures-0-term": "Bioreactor working volume",
        "measures-0-number": "3 x 2000",
        "measures-0-unit": "L",
    }
    draft = draft_of(home, client, **numbers)
    page = client.get(url("draft_update", home, draft.uid)).content.decode()
    told = statement(version="1", note="Hall 3", **numbers, **{"measures-INITIAL_FORMS": "1"})

    first = client.post(url("draft_update", home, draft.uid), told)
    second = client.post(url("draft_update", home, draft.uid), {**told, "note": "Hall 4"})
    shown = second.content.decode()
    version = second.context["form"]["version"].value()

    assert "3 x 2000" in page
    assert "Hall 2" in page
    assert first.status_code == 302
    assert second.status_code == 422
    assert "Hall 3" in shown
    assert "Hall 4" in shown
    assert "Numbers saved now: 3 x 2000 L" in shown
    draft.refresh_from_db()
    assert draft.values is not None
    assert draft.values["note"] == "Hall 3"
    over = client.post(url("draft_update", home, draft.uid), {**told, "note": "Hall 4", "version": version})
    assert over.status_code == 302
    assert ProfileDraft.objects.filter(values__note="Hall 4").exists()


def test_draft_when_the_statement_was_changed_since_its_form_opened_then_show_both_and_keep_none() -> None:
    home = house()
    client = signed_in(home.editor)
    row = CapabilityFactory.create(site=home.site, term=lyophilisation(), note="Hall 1")
    told = statement(draft="1", note="Hall 2", version=str(row.version))
    row.note, row.version = "A colleague's", row.version + 1
    row.save()

    answer = client.post(url("capability_update", home, row.uid), told)

    assert answer.status_code == 422
    assert "A colleague" in answer.content.decode()
    assert not ProfileDraft.objects.exists()


def test_draft_when_taking_back_then_the_statement_goes_only_when_published() -> None:
    home = house()
    client = signed_in(home.editor)
    row = CapabilityFactory.create(site=home.site, term=lyophilisation())

    client.post(url("capability_delete", home, row.uid), {"draft": "1"})
    again = client.post(url("capability_delete", home, row.uid), {"draft": "1"}, follow=True)

    assert Capability.objects.exists()
    assert "There is a draft of this already" in again.content.decode()
    client.post(url("draft_list", home), ticked(client, home))
    assert not Capability.objects.exists()


def test_drafts_when_nothing_is_ticked_or_marks_are_missing_then_nothing_is_published() -> None:
    home = house()
    client = signed_in(home.editor)
    draft = draft_of(home, client)

    assert client.post(url("draft_list", home)).status_code == 422
    assert client.post(url("draft_list", home), {"publish": "no uid"}).status_code == 422
    stale = client.post(url("draft_list", home), {"publish": str(draft.uid)})
    assert stale.status_code == 409
    assert "Look at it again" in stale.content.decode()
    assert not Capability.objects.exists()


def test_draft_when_discarded_then_it_is_gone_and_nothing_else_changes() -> None:
    home = house()
    client = signed_in(home.editor)
    draft = draft_of(home, client)

    client.post(url("draft_discard", home, draft.uid))
    assert ProfileDraft.objects.exists()
    client.post(url("draft_discard", home, draft.uid), {"version": "1"})
    assert not ProfileDraft.objects.exists()
    assert "No drafts" in client.get(url("draft_list", home)).content.decode()


def test_drafts_when_there_are_many_then_queries_do_not_grow(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    home = house()
    for number in range(20):
        row = CapabilityFactory.create(site=home.site, term=TermFactory.create(code=f"op.number-{number}"))
        intended = Intended(Subject.CAPABILITY, row.term.label, None, str(row.uid))
        keep_draft(site=home.site, intended=intended, by=home.actor)
    client = signed_in(home.editor)
    client.get(url("draft_list", home))

    with django_assert_max_num_queries(20):
        page = client.get(url("draft_list", home))

    assert len(page.context["rows"]) == 20


def test_drafts_when_others_ask_then_viewers_only_read_and_strangers_find_nothing() -> None:
    home = house()
    draft = draft_of(home, signed_in(home.editor))
    viewer, stranger = signed_in(home.viewer), signed_in(MemberFactory.create(cdmo=True, editor=True))

    page = viewer.get(url("draft_list", home))
    assert page.status_code == 200
    assert "Publish what is ticked" not in page.content.decode()
    assert viewer.post(url("draft_list", home), {"publish": str(draft.uid)}).status_code == 403
    assert viewer.get(url("draft_update", home, draft.uid)).status_code == 403
    assert viewer.post(url("draft_discard", home, draft.uid)).status_code == 403
    for name, more in (("draft_list", []), ("draft_update", [draft.uid])):
        assert stranger.get(url(name, home, *more)).status_code == 404
        assert stranger.post(url(name, home, *more)).status_code == 404


def two_drafts(home: House, client: Client) -> tuple[ProfileDraft, ProfileDraft]:
    first = draft_of(home, client)
    other = TermFactory.create(code="op.coating", label=current_vocabulary().label("op.coating"))
    client.post(url("capability_create", home), statement(draft="1", term=other.label))
    return first, ProfileDraft.objects.exclude(pk=first.pk).get()


def ticks_of(page: str) -> dict[str, bool]:
    """By uid, whether the draft is ticked on the page."""
    boxes = re.findall(r'name="publish" value="([^"]+)"( checked)?', page)
    return {uid: bool(checked) for uid, checked in boxes}


def test_drafts_when_publishing_is_refused_then_what_was_not_ticked_stays_so() -> None:
    home = house()
    client = signed_in(home.editor)
    wanted, other = two_drafts(home, client)

    refused = client.post(url("draft_list", home), {"publish": str(wanted.uid)})
    nothing = client.post(url("draft_list", home))

    assert refused.status_code == 409
    assert ticks_of(refused.text) == {str(wanted.uid): False, str(other.uid): False}
    assert ticks_of(nothing.text) == {str(wanted.uid): False, str(other.uid): False}
    assert ticks_of(client.get(url("draft_list", home)).text) == {str(wanted.uid): True, str(other.uid): True}


def test_drafts_when_a_colleague_discarded_one_that_is_ticked_then_none_is_published() -> None:
    home = house()
    client = signed_in(home.editor)
    gone, kept = two_drafts(home, client)
    sent = ticked(client, home)
    gone.delete()

    answer = client.post(url("draft_list", home), sent)

    assert answer.status_code == 409
    assert "A draft that you ticked is no longer there." in answer.text
    assert ticks_of(answer.text) == {str(kept.uid): True}
    assert not Capability.objects.exists()


def test_draft_when_its_line_is_gone_then_says_so_and_never_becomes_one_of_the_whole_site() -> None:
    home = house()
    client = signed_in(home.editor)
    line = LineFactory.create(site=home.site)
    draft = draft_of(home, client, place=str(line.uid))
    line.delete()

    listed = client.get(url("draft_list", home)).text
    form = client.get(url("draft_update", home, draft.uid)).text
    told = statement(version="1", place=str(line.uid), note="Hall 3")
    saved = client.post(url("draft_update", home, draft.uid), told)

    assert "The line that this is about is gone." in listed
    assert f'<option value="{line.uid}" selected>A line that is gone</option>' in form
    assert saved.status_code == 422
    assert "This line is gone. Choose where it holds." in saved.text


def test_draft_when_its_evidence_was_for_the_old_statement_then_is_refused_as_saving_is() -> None:
    home = house()
    client = signed_in(home.editor)
    row = CapabilityFactory.create(site=home.site, term=lyophilisation(), basis="inspected")
    told = statement(draft="1", basis="inspected", is_offered="no", version=str(row.version))

    answer = client.post(url("capability_update", home, row.uid), told)

    assert answer.status_code == 422
    assert "This evidence was for the statement as it stood." in answer.text
    assert not ProfileDraft.objects.exists()
