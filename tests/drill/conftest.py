import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdmo_portal.local.folders import folders_for
from tests.drill.feed_site import FeedSite
from tests.drill.world import World


@pytest.fixture(scope="package")
def filled_world() -> Iterator[World]:
    # Not pytest's own temporary folder: as root that one is closed to the account that the servers run as.
    place = Path(tempfile.mkdtemp(prefix="cdmo-drill-", dir="/var/tmp"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CDMO_LOCAL_DIR", str(place))
        # "demo", because a test cluster may lose its last second in a crash.
        folders = folders_for("demo")
    folders.prepare()
    with FeedSite().running() as site:
        world = World(folders, site)
        try:
            world.start_servers()
            world.fill()
            yield world
        finally:
            world.cluster.stop()
            world.broker.stop()
    shutil.rmtree(place)
    shutil.rmtree(folders.socket)


@pytest.fixture
def world(filled_world: World) -> World:
    filled_world.begin_anew()
    return filled_world
