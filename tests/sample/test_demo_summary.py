"""What the console shows when the demo has started."""

from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from partners.sample.people import SAMPLE_PASSWORD


def summary() -> str:
    out = StringIO()
    call_command("demo_summary", stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_summary_when_the_demo_is_loaded_then_shows_address_people_and_matches(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8123"
    call_command("load_sample_data", with_sign_ins=True, verbosity=0, stdout=StringIO())

    shown = summary()

    assert "http://127.0.0.1:8123/" in shown
    assert "anna@quillhaven.example" in shown
    assert "dora@larkfen.example" in shown
    assert SAMPLE_PASSWORD in shown
    assert "Larkfen Dosage, Nottingham" in shown
    assert "smallest batch" in shown or "containment" in shown


@pytest.mark.django_db
def test_summary_when_nothing_is_loaded_then_says_so() -> None:
    shown = summary()

    assert "Nobody of the sample world can sign in." in shown
    assert "There is no sample brief" in shown
