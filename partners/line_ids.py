"""Lines by the ids under which files may speak of them: the CDMO's own, or ours."""

from partners.models import Line

type Ids = tuple[str, str]


def lines_by_ids(partner_id: int) -> dict[Ids, Line]:
    """By the ids of site and line, each the CDMO's or ours; a line stands under up to four pairs."""
    known: dict[Ids, Line] = {}
    for line in Line.objects.filter(site__partner_id=partner_id).select_related("site"):
        for site_id in (line.site.external_id, str(line.site.uid)):
            for line_id in (line.external_id, str(line.uid)):
                if site_id and line_id:
                    known[site_id, line_id] = line
    return known
