"""What every form view needs."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """The sent fields, also when there are none; `None` when nothing was sent, so that a form is unbound."""
    return request.POST if request.method == "POST" else None
