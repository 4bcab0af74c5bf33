"""Start `make demo`, do the main job over HTTP, see a refresh happen, stop it, find nothing left.

Who can sign in is read from what the demo prints, as a person would. Standard library only. Exits with the
first thing that is not as it should be.
"""

import datetime as dt
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 300
REFRESH_SECONDS = 90
STOP_SECONDS = 60
UID = "[0-9a-f-]{36}"
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

    def get_if_there(self, path: str) -> str:
        """The page, or nothing where it is not this person's."""
        try:
            return self.get(path)
        except urllib.error.HTTPError as refusal:
            require(refusal.code in {403, 404}, f"{path} answered {refusal.code}")
            return ""

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


def require(holds: object, what: str) -> None:
    if not holds:
        raise SystemExit(f"walk: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(path: str, address: str, process: subprocess.Popen[str]) -> None:
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


@dataclass
class Summary:
    """The password that works for all, and sign-ins with the organisation that each acts for."""

    password: str
    people: dict[str, str]


class Screen:
    """What the demo prints: shown on, and kept to be read."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[str] = []
        threading.Thread(target=self._follow, args=(process,), daemon=True).start()

    def _follow(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            sys.stderr.write(line)
            self.lines.append(line.rstrip())

    def summary(self) -> Summary:
        """Wait for the end of what the demo tells when it has started."""
        deadline = time.monotonic() + START_SECONDS
        while not any("Everybody else:" in line for line in self.lines):
            require(time.monotonic() < deadline, "the demo printed no matches of a sample brief")
            time.sleep(0.2)
        text = "\n".join(self.lines)
        password = re.search(r"^Password +(\S+)", text, re.MULTILINE)
        people = re.findall(r"^ +(\S+@\S+) +\S+ +(.+)$", text, re.MULTILINE)
        require(password is not None and len(people) > 2, "the demo did not tell who can sign in")
        require(re.search(r"^  Eligible \([1-9]", text, re.MULTILINE) is not None, "no match was printed")
        return Summary(password.group(1) if password else "", dict(people))


def signed_in(address: str, summary: Summary, *, sees: str) -> tuple[Visitor, str]:
    """The first person whose page at `sees` is theirs to read, and that page."""
    for email in summary.people:
        visitor = Visitor(address)
        visitor.sign_in(email, summary.password)
        page = visitor.get_if_there(sees)
        if re.search(rf'href="{sees}{UID}/', page):
            return visitor, page
    raise SystemExit(f"walk: nobody has anything at {sees}")


def as_sponsor(address: str, summary: Summary) -> None:
    visitor, briefs = signed_in(address, summary, sees="/briefs/")
    require("lyophilis" in visitor.get("/sites/?q=lyophilisation").lower(), "the directory found nothing")
    list_path = found(rf'href="(/briefs/{UID}/matches/)"', briefs, "the sponsor has no brief to match")
    matches = visitor.post(f"{list_path}again/")
    require("Eligible" in matches, "the match list names no eligible site")
    require("How this score is built" in matches, "the match list does not explain its scores")
    toggle = found(rf'action="(/briefs/{UID}/shortlist/{UID}/)"', matches, "nothing can be shortlisted")
    name = found(rf'action="{toggle}".*?<span class="vh"> ([^<]+)</span>', matches, "the button has no name")
    shortlist = list_path.replace("/matches/", "/shortlist/")
    require(name not in visitor.get(shortlist), "the shortlist has what nobody shortlisted")
    visitor.post(toggle, on="1")
    require(name in visitor.get(shortlist), "the shortlist does not have what was shortlisted")


def as_cdmo(address: str, summary: Summary, started: dt.datetime) -> None:
    visitor, feeds = signed_in(address, summary, sees="/feeds/")
    path = found(rf'href="(/feeds/{UID}/)"', feeds, "the CDMO has no feed")
    deadline = time.monotonic() + REFRESH_SECONDS
    while time.monotonic() < deadline:
        rows = re.findall(
            r'<th scope="row"><time datetime="([^"]+)".*?(?=</tr>)', visitor.get(path), re.DOTALL
        )
        if any(dt.datetime.fromisoformat(row) > started for row in rows):
            require("Read well" in visitor.get(path), "the feed was not read well")
            return
        time.sleep(2)
    raise SystemExit(f"walk: no refresh happened within {REFRESH_SECONDS} seconds")


def as_operator(address: str, summary: Summary) -> None:
    for email in reversed(summary.people):  # the operator is told last, and sign-ins a minute are limited
        visitor = Visitor(address)
        visitor.sign_in(email, summary.password)
        if "<h1" in visitor.get_if_there("/status/"):
            return
    raise SystemExit("walk: nobody sees the status page")


def found(pattern: str, page: str, otherwise: str) -> str:
    match = re.search(pattern, page)
    if match is None:
        raise SystemExit(f"walk: {otherwise}")
    return match.group(1)


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
    started = dt.datetime.now(dt.UTC)
    process = subprocess.Popen(
        ["make", "demo"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    screen = Screen(process)
    try:
        wait_for("/health/ready", address, process)
        summary = screen.summary()
        as_sponsor(address, summary)
        as_operator(address, summary)
        as_cdmo(address, summary, started)
    finally:
        stop(process)
    left = processes_of(mark)
    require(not left, f"still running after Ctrl-C: {left}")
    print("walk: the demo was walked, refreshed by itself and stopped without a trace")


def stop(process: subprocess.Popen[str]) -> None:
    """As Ctrl-C does: to all that stand in the terminal."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=STOP_SECONDS)


if __name__ == "__main__":
    main()
