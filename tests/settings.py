"""What tests change: quick hashing, mail in memory, no embedded defaults."""

import os

from cdmo_portal.local import ensure_environment

ensure_environment("test")

from cdmo_portal.settings import *  # noqa: E402, F403
from cdmo_portal.settings import DATABASES, MIDDLEWARE, database  # noqa: E402

# The owner role makes and migrates the test database; tests/conftest.py then turns to the application role.
DATABASES["default"] = database(os.environ["OWNER_DATABASE_URL"], pool_size=0)
DATABASES["default"]["CONN_MAX_AGE"] = 0
SECRET_KEY = "tests-only-" + "x" * 50
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
CACHES = {"default": {"BACKEND": "tests.counting_cache.CountingCache"}}
CELERY_TASK_ALWAYS_EAGER = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FIELD_ENCRYPTION_KEYS = ["dGVzdHMtb25seS1rZXktMzItYnl0ZXMtbG9uZy0wMDE="]
ALLOWED_HOSTS = ["*"]
MATCHING_KEEPS_FACTS = False
# In the test's own thread, which alone sees what its transaction wrote.
FEED_THREADS = 1
WEBHOOK_THREADS = 1
# Nothing is collected for tests and WhiteNoise would warn of that; the live server finds the files itself.
MIDDLEWARE = [each for each in MIDDLEWARE if not each.startswith("whitenoise.")]
