from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "cdmo_portal"
    label = "portal"
    verbose_name = _("Wiring")

    def ready(self) -> None:
        """Register the system checks."""
        import_module("cdmo_portal.checks")
