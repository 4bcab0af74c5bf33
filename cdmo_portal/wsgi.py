"""Entry point of the web server. Synchronous on purpose: see docs/decisions/0002-synchronous-web.md."""

import os

from django.core.wsgi import get_wsgi_application

from cdmo_portal.checks import require_production_values

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cdmo_portal.settings")

application = get_wsgi_application()
require_production_values()
