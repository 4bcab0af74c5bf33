"""From a target to a connected socket, whose other end is an address that was checked."""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import BoundedSemaphore, Thread

from cdmo_portal.outgoing.addresses import Address, parse_address
from cdmo_portal.outgoing.deadlines import Deadline
from cdmo_portal.outgoing.errors import NameNotFound, OutgoingFailed, OutgoingRefused, OutgoingTimeout
from cdmo_portal.outgoing.policy import Policy
from cdmo_portal.outgoing.targets import Target

# A resolver answers with the text of every address of a name; a connector opens one TCP connection.
type Resolver = Callable[[str, int], Sequence[str]]
type Connector = Callable[[str, int, float], socket.socket]

MAX_ANSWERS = 64
MAX_DIALLED = 4

# A look-up cannot be interrupted, only left behind, so that a dead name server must not pile up threads.
_LOOKUPS = BoundedSemaphore(64)


@dataclass(frozen=True, slots=True)
class Network:
    """What a request needs to reach the outside: the rules, the time left and the two replaceable parts."""

    policy: Policy
    deadline: Deadline
    resolver: Resolver
    connector: Connector


def resolve(host: str, port: int) -> list[str]:
    """Every address that the system knows for a name, in its order of preference."""
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def connect(address: str, port: int, timeout_s: float) -> socket.socket:
    """A TCP connection to an address; nothing is looked up here."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout_s)
        connection.connect((address, port))
    except BaseException:
        connection.close()
        raise
    return connection


def dial(target: Target, network: Network) -> socket.socket:
    """Connect to the first address that answers, after every address of the target passed the policy."""
    addresses = _checked_addresses(target, network)[:MAX_DIALLED]
    failures = []
    for tried, address in enumerate(addresses):
        # Each address gets its share of what is left, so that one dead address does not use it all.
        timeout_s = network.deadline.left() / (len(addresses) - tried)
        try:
            connection = network.connector(str(address), target.port, timeout_s)
        except OSError as error:
            failures.append(f"{address}: {error}")
            continue
        _check_peer(connection, address, target.port)
        return connection
    network.deadline.left()
    raise OutgoingFailed(f"no connection to {target.host} port {target.port} ({'; '.join(failures)})")


def _checked_addresses(target: Target, network: Network) -> list[Address]:
    """All addresses of the target. One bad answer spoils the name: its owner chose to point there."""
    if target.address is not None:
        addresses: list[Address] = [target.address]
    else:
        addresses = [_parsed_answer(answer, target) for answer in _answers(target, network)]
    for address in addresses:
        reason = network.policy.address_refusal(target.host, address, target.port)
        if reason is not None:
            raise OutgoingRefused(f"{target.host}: {reason}")
    return addresses


def _parsed_answer(answer: str, target: Target) -> Address:
    address = parse_address(answer)
    if address is None:
        raise OutgoingRefused(f"{target.host}: the answer {answer!r} is not an address")
    return address


def _answers(target: Target, network: Network) -> Sequence[str]:
    """What the resolver says, once: a second look-up could be answered otherwise."""
    future = _look_up(network.resolver, target)
    try:
        answers = future.result(timeout=network.deadline.left())
    except (TimeoutError, OSError, UnicodeError) as error:
        if not future.done():
            raise OutgoingTimeout(f"the look-up of {target.host} took too long") from error
        raise NameNotFound(f"{target.host} cannot be looked up: {error}") from error
    if not answers:
        raise NameNotFound(f"{target.host} has no address")
    if len(answers) > MAX_ANSWERS:
        raise OutgoingRefused(f"{target.host} has {len(answers)} addresses")
    return answers


def _look_up(resolver: Resolver, target: Target) -> Future[Sequence[str]]:
    if not _LOOKUPS.acquire(blocking=False):
        raise OutgoingFailed("too many look-ups are waiting for the name server")
    future: Future[Sequence[str]] = Future()

    def run() -> None:
        try:
            future.set_result(resolver(target.host, target.port))
        except Exception as error:  # noqa: BLE001 the thread has no caller; whoever waits raises it
            future.set_exception(error)
        finally:
            _LOOKUPS.release()

    Thread(target=run, name="outgoing-look-up", daemon=True).start()
    return future


def _check_peer(connection: socket.socket, address: Address, port: int) -> None:
    """The last check, on what the system really did: a translated or redirected connection ends here."""
    try:
        peer = connection.getpeername()
        same = parse_address(str(peer[0])) == address and peer[1] == port
    except (OSError, IndexError, TypeError) as error:
        connection.close()
        raise OutgoingFailed(f"the connection to {address} ended at once") from error
    if not same:
        connection.close()
        raise OutgoingRefused(f"dialled {address} port {port}, but the other end is {peer!r}")
