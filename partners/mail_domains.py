"""What the domain of an address says of the company."""

import re
from typing import Final
from urllib.parse import urlsplit

# The largest that give an address to anybody. One that is missing costs little: an operator sees the domain.
_FREE_MAIL: Final = (
    "gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr live.com msn.com yahoo.com"
    " yahoo.co.uk yahoo.co.in yahoo.co.jp yahoo.de yahoo.fr ymail.com rocketmail.com aol.com icloud.com"
    " me.com mac.com proton.me protonmail.com pm.me gmx.de gmx.net gmx.com gmx.at gmx.ch web.de t-online.de"
    " freenet.de mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com rambler.ru qq.com foxmail.com 163.com"
    " 126.com yeah.net sina.com sohu.com aliyun.com 139.com naver.com daum.net hanmail.net rediffmail.com"
    " libero.it virgilio.it tiscali.it orange.fr wanadoo.fr free.fr laposte.net sfr.fr uol.com.br bol.com.br"
    " terra.com.br zoho.com zohomail.com mail.com email.com fastmail.com hey.com tutanota.com tuta.io"
    " seznam.cz wp.pl o2.pl onet.pl interia.pl bluewin.ch comcast.net verizon.net att.net sbcglobal.net"
    " btinternet.com bigpond.com shaw.ca rogers.com telenet.be skynet.be ziggo.nl mailinator.com"
    " guerrillamail.com yopmail.com 10minutemail.com"
)
FREE_MAIL: Final = frozenset(_FREE_MAIL.split())


# What mail may be sent to: at least two labels of letters, digits and hyphens; Unicode names as punycode.
_DOMAIN: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)


def read_domain(typed: str) -> str:
    """The domain that somebody gave by itself, as "@company.com" or in an address; empty for what is none."""
    name = typed.strip().rpartition("@")[2].rstrip(".").lower()
    try:
        name = name.encode("idna").decode() if not name.isascii() else name
    except UnicodeError:
        return ""
    return name if _DOMAIN.fullmatch(name) else ""


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def host_of_website(website: str) -> str:
    """Without the "www." that no mail address carries; nothing where there is no website."""
    host = (urlsplit(website).hostname or "").lower().rstrip(".")
    return host.removeprefix("www.")


def is_domain_of(domain: str, host: str) -> bool:
    """Whether mail at the domain belongs to the website: the same name, or one under it."""
    return bool(host) and (domain == host or domain.endswith(f".{host}"))
