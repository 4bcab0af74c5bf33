"""What the heads of the score are called on pages."""

from django.utils.translation import gettext_lazy as _

HEAD_LABELS = {
    "fit": _("Technical and equipment fit"),
    "quality": _("Quality and regulatory record"),
    "timing": _("Capacity and timing"),
    "experience": _("Experience"),
    "place": _("Place and terms"),
}
