"""Rows of what an option is, of what authorities' records say of it, and of its lines."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cdmo_portal.look.wording import age, dated, day_text
from partners.comparing.facts import Facts
from partners.comparing.options import Option
from partners.comparing.rows import Cell, Group, Row, not_stated
from partners.comparing.statements import listed, listed_places
from partners.importers.operations import operation_label
from partners.models import Certificate, Inspection, Registration, Term
from partners.site_profile import CertificateView, certificate_view

ABSENT_TEXT: Final = gettext_lazy("No record is not clearance, and a registration is no approval.")


def identity_group(options: Sequence[Option], facts: Facts) -> Group:
    made: list[tuple[str, Callable[[Option], Cell]]] = [
        (_("Company"), _company),
        (_("Compared as"), _kind),
        (_("Place"), _places),
        (_("Profile"), _keeper),
    ]
    if any(option.partner and option.partner.is_sample for option in options):
        made.append((_("Real or sample"), _sample))
    rows = tuple(Row(label, tuple(cell(option) for option in options)) for label, cell in made)
    return Group("identity", _("What it is"), rows)


def _company(option: Option) -> Cell:
    if option.partner is None:
        return not_stated(_("Not known: nobody claimed this site"))
    return Cell(option.partner.name, url=option.partner.get_absolute_url())


def _places(option: Option) -> Cell:
    return Cell(listed_places(option.places)) if option.places else not_stated()


def _kind(option: Option) -> Cell:
    if not option.is_partner:
        return Cell(_("One site"))
    count = len(option.sites)
    text = ngettext("Partner with %(count)s site", "Partner with %(count)s sites", count)
    names = listed([option.name_of(site.pk) for site in option.sites])
    return Cell(text % {"count": count}, (names,) if names else ())


def _keeper(option: Option) -> Cell:
    is_kept = option.partner is not None and option.partner.is_claimed
    is_suggested = option.partner is not None and option.partner.is_only_suggested
    is_profiled = not option.sites or any(site.is_profiled for site in option.sites)
    text = _("Kept by the company") if is_kept else _("Nobody keeps it yet")
    notes = [
        _("suggested, not confirmed by the company") if is_suggested else "",
        "" if is_profiled else _("known from the register only"),
    ]
    return Cell(text, tuple(note for note in notes if note), key=(is_kept, is_suggested, is_profiled))


def _sample(option: Option) -> Cell:
    is_sample = option.partner is not None and option.partner.is_sample
    return Cell(_("Fictional sample"), tone="warn") if is_sample else Cell(_("Real company"))


def certificate_group(options: Sequence[Option], facts: Facts) -> Group:
    columns = [(option, facts.of(option, facts.certificates)) for option in options]
    terms = {each.term for _option, found in columns for each in found}
    rows = [
        Row(
            term.label,
            tuple(
                _certificates(option, [each for each in found if each.term_id == term.pk], facts)
                for option, found in columns
            ),
        )
        for term in sorted(terms, key=_order)
    ]
    return Group("certificates", _("Certificates and licences"), tuple(rows))


def _order(term: Term) -> tuple[int, str]:
    return term.position, term.code


def _certificates(option: Option, certificates: Sequence[Certificate], facts: Facts) -> Cell:
    if not certificates:
        return not_stated()
    views = [certificate_view(each, facts.today) for each in certificates]
    texts = list(dict.fromkeys(_told_certificate(option, view) for view in views))
    levels = {view.level for view in views}
    tone = next(level for level in ("bad", "warn", "good") if level in levels)
    numbers = listed([each.number for each in certificates if each.number])
    origins = dict.fromkeys(str(each.get_origin_display()) for each in certificates)
    inspected = [each.inspected_on for each in certificates if each.inspected_on]
    ages = _("inspected %s") % age(max(inspected), facts.today) if inspected else ""
    notes = (ages, *(view.authority for view in views[:1]), numbers, *origins)
    return Cell(listed_places(texts), tuple(note for note in notes if note), tone=tone)


def _told_certificate(option: Option, view: CertificateView) -> str:
    certificate = view.certificate
    ends = certificate.expires_on
    text = view.state if ends is None else f"{view.state}, {_('expires %s') % day_text(ends)}"
    if ends is not None and view.level == "bad":
        text = _("Expired on %s") % day_text(ends)
    return f"{text} ({option.name_of(certificate.site_id)})" if len(option.sites) > 1 else text


def inspection_group(options: Sequence[Option], facts: Facts) -> Group:
    """The latest visit of each authority; earlier ones are counted."""
    columns = [(option, facts.of(option, facts.inspections)) for option in options]
    authorities = {each.authority for _option, found in columns for each in found}
    rows = [
        Row(
            authority.label,
            tuple(
                _inspections(option, [each for each in found if each.authority_id == authority.pk], facts)
                for option, found in columns
            ),
        )
        for authority in sorted(authorities, key=_order)
    ]
    return Group("inspections", _("Inspections"), tuple(rows), note=str(ABSENT_TEXT))


def _inspections(option: Option, inspections: Sequence[Inspection], facts: Facts) -> Cell:
    if not inspections:
        return not_stated(_("None stated"))
    by_site = {each.site_id: each for each in sorted(inspections, key=_ended)}
    latest = sorted(by_site.values(), key=_ended, reverse=True)
    texts = [_told_inspection(option, each) for each in latest]
    ends = [each.ended_on for each in latest if each.ended_on]
    earlier = len(inspections) - len(latest)
    notes = (
        age(max(ends), facts.today) if ends else "",
        ngettext("%(count)s earlier visit", "%(count)s earlier visits", earlier) % {"count": earlier}
        if earlier
        else "",
        listed(list(dict.fromkeys(each.authority_name for each in latest if each.authority_name))),
        *dict.fromkeys(str(each.get_origin_display()) for each in latest),
    )
    return Cell(listed_places(texts), tuple(note for note in notes if note))


def _ended(inspection: Inspection) -> str:
    return inspection.ended_on.isoformat() if inspection.ended_on else ""


def _told_inspection(option: Option, inspection: Inspection) -> str:
    outcomes = dict.fromkeys(str(each.get_outcome_display()) for each in inspection.outcomes.all())
    outcome = ", ".join(outcomes) or _("outcome not stated")
    ended = day_text(inspection.ended_on) if inspection.ended_on else _("date not stated")
    text = f"{outcome}, {ended}"
    return f"{text} ({option.name_of(inspection.site_id)})" if len(option.sites) > 1 else text


def register_group(options: Sequence[Option], facts: Facts) -> Group:
    """FDA's register: what a site is registered for, as of the snapshot. It never says what is offered."""
    columns = [(option, facts.of(option, facts.registrations)) for option in options]
    codes = {code for _option, found in columns for each in found for code in each.operations}
    rows = [
        Row(label, tuple(_registered(option, found, code, facts) for option, found in columns))
        for label, code in sorted((operation_label(code), code) for code in codes)
    ]
    if any(found for _option, found in columns):
        entry = tuple(_listed(option, found, facts) for option, found in columns)
        rows = [Row(_("Entry"), entry), *rows]
    return Group("register", _("FDA establishment register"), tuple(rows), note=str(ABSENT_TEXT))


def _listed(option: Option, entries: Sequence[Registration], facts: Facts) -> Cell:
    if not entries:
        return not_stated(_("No entry was found"))
    current = [each for each in entries if each.no_longer_listed_on is None]
    snapshot = max(each.last_seen.snapshot_on for each in entries)
    names = listed(list(dict.fromkeys(each.firm_name for each in entries)))
    notes = (
        names,
        _("snapshot of %s") % dated(snapshot, facts.today),
    )
    text = _at_sites(_("Listed"), option, current) if current else _("No longer listed")
    return Cell(text, notes, tone="" if current else "warn")


def _registered(option: Option, entries: Sequence[Registration], code: str, facts: Facts) -> Cell:
    mine = [each for each in entries if code in each.operations and each.no_longer_listed_on is None]
    if not mine:
        return not_stated(_("No entry was found"))
    return Cell(_at_sites(_("Registered"), option, mine))


def _at_sites(word: str, option: Option, rows: Iterable[Registration]) -> str:
    count, sites = len({each.site_id for each in rows}), len(option.sites)
    if count == sites:
        return word
    return _("%(word)s at %(count)s of %(sites)s sites") % {"word": word, "count": count, "sites": sites}


def line_group(options: Sequence[Option], facts: Facts) -> Group:
    columns = [(option, facts.of(option, facts.lines)) for option in options]
    rows = []
    if any(found for _option, found in columns):
        rows.append(Row(_("Lines"), tuple(_lines([line.name for line in found]) for _o, found in columns)))
    if any(not line.is_multipurpose for _option, found in columns for line in found):
        single = [[line.name for line in found if not line.is_multipurpose] for _option, found in columns]
        rows.append(
            Row(
                _("Lines for one product"),
                tuple(
                    _lines(names) if found else not_stated()
                    for names, (_option, found) in zip(single, columns, strict=True)
                ),
            )
        )
    return Group("lines", _("Lines and capacity"), tuple(rows))


def _lines(names: Sequence[str]) -> Cell:
    return Cell(str(len(names)), (listed(names),)) if names else not_stated()
