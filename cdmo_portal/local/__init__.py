"""Real PostgreSQL 18 and Valkey 9 on one machine, with nothing installed but two wheels.

    servers = start("demo")      they run until stop("demo")
    servers = hold("test")       they run until the last holder ends, or calls release("test")
    release("test")
    servers = attach("demo")     None when they do not run
    stop("demo")
    servers = ensure_environment("demo")
                                 hold, and set DATABASE_URL, OWNER_DATABASE_URL, REDIS_URL where absent

`Servers` has `database_url` (role cdmo_app), `owner_database_url` (role cdmo_owner), `redis_url`,
`started_by_us`, and the plain parts `database.host|port|name|user` and `owner_database.…`; the host is the
folder of a socket. Everything that cannot work raises a `LocalServerError` whose message says what to do.

From a shell: `python -m cdmo_portal.local start|stop|status demo|test`, and
`python -m cdmo_portal.local run test COMMAND …`, which sets the three variables for the command.

Data are under `.local/`, as root under /var/tmp, or where CDMO_LOCAL_DIR says. Purposes are apart: each has
its own cluster. Any number of processes may call this at once.
"""

from cdmo_portal.local.errors import LocalServerError
from cdmo_portal.local.folders import Purpose
from cdmo_portal.local.servers import (
    Database,
    Servers,
    attach,
    ensure_environment,
    hold,
    release,
    start,
    stop,
)

__all__ = [
    "Database",
    "LocalServerError",
    "Purpose",
    "Servers",
    "attach",
    "ensure_environment",
    "hold",
    "release",
    "start",
    "stop",
]
