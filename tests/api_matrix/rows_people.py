"""Organisations, members, events."""

from tests.api_matrix.rows import Row, everybody, own_only

ROWS: list[Row] = [
    everybody("api-organisation-list", "/api/v1/organisations/"),
    own_only(
        "api-organisation-detail", lambda w: f"/api/v1/organisations/{w.sponsor.organisation.uid}/", "sponsor"
    ),
    everybody("api-member-list", "/api/v1/members/"),
    own_only("api-member-detail", lambda w: f"/api/v1/members/{w.sponsor.uid}/", "sponsor"),
    everybody("api-event-list", "/api/v1/events/"),
    own_only("api-event-detail", lambda w: f"/api/v1/events/{w.event.uid}/", "sponsor"),
]
