"""Start `make demo` on a free port, do the main job over HTTP, see a refresh happen, stop it, find nothing left.

Standard library only. Exits with the first thing that is not as it should be.
"""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

START_SECONDS = 300
REFRESH_SECONDS = 90
ROOT = Path(__file__).resolve().parent.parent


class Visitor:
    """A browser without a screen: cookies, forms, redirects."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.address + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **fields: str) -> str:
        token = next((cookie.value for cookie in self.jar if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": token or "", **fields}).encode()
        request = urllib.request.Request(self.address + path, data=body, headers={"Referer": self.address})
        with self.opener.open(request, timeout=60) as answer:
            return str(answer.read().decode())

    def sign_in(self, email: str, password: str) -> None:
        self.get("/account/login/")
        page = self.post("/account/login/", login=email, password=password)
        require("Sign out" in page, f"{email} could not sign in")


def require(holds: bool, what: str) -> None:
    if not holds:
        raise SystemExit(f"walk: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(path: str, address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        require(process.poll() is None, "make demo ended by itself")
        try:
            with urllib.request.urlopen(address + path, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise SystemExit(f"walk: nothing answered at {path} within {START_SECONDS} seconds")


def as_sponsor(address: str, email: str, password: str) -> None:
    visitor = Visitor(address)
    visitor.sign_in(email, password)
    require("results" in visitor.get("/sites/?q=lyo").lower(), "the directory did not answer a search")
    briefs = visitor.get("/briefs/")
    found = re.search(r'href="(/briefs/[0-9a-f-]{36}/matches/)"', briefs)
    require(found is not None, "the sponsor has no brief to match")
    assert found is not None
    matches = visitor.get(found.group(1))
    require("Eligible" in matches, "the match list names no eligible site")
    require("How this score is built" in matches, "the match list does not explain its scores")


def as_cdmo(address: str, email: str, password: str) -> None:
    visitor = Visitor(address)
    visitor.sign_in(email, password)
    feeds = visitor.get("/feeds/")
    found = re.search(r'href="(/feeds/[0-9a-f-]{36}/)"', feeds)
    require(found is not None, "the CDMO has no feed")
    assert found is not None
    deadline = time.monotonic() + REFRESH_SECONDS
    while time.monotonic() < deadline:
        if re.search(r"Changed|Nothing new", visitor.get(found.group(1))):
            return
        time.sleep(2)
    raise SystemExit(f"walk: no refresh happened within {REFRESH_SECONDS} seconds")


def processes_of(group: int) -> list[str]:
    """Command lines of live processes whose environment carries the mark of this walk."""
    mark = f"CDMO_WALK={group}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def main() -> None:
    port, mark = free_port(), os.getpid()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {"PORT": str(port), "CDMO_WALK": str(mark)}
    process = subprocess.Popen(["make", "demo"], cwd=ROOT, env=environment, start_new_session=True)
    try:
        wait_for("/health/ready", address, process)
        sponsor, cdmo, password = sample_sign_ins()
        as_sponsor(address, sponsor, password)
        as_cdmo(address, cdmo, password)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=60)
    left = processes_of(mark)
    require(not left, f"still running after Ctrl-C: {left}")
    print("walk: the demo was walked, refreshed by itself and stopped without a trace", file=sys.stdout)


if __name__ == "__main__":
    main()
