"""Signatures as the specification has them, computed apart from our code."""

import base64
import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from cdmo_portal.events.signing import new_secret, signature, signed_headers


def test_signature_when_the_published_example_is_signed_then_it_is_the_published_one() -> None:
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        webhook_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(key=st.binary(min_size=24, max_size=64), body=st.binary(max_size=500), at=st.integers(0, 2**40))
def test_signature_when_computed_from_the_specification_then_it_is_the_same(
    key: bytes, body: bytes, at: int
) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()

    made = signature(secret, webhook_id="msg_1", timestamp=at, body=body)

    signed = b"msg_1." + str(at).encode() + b"." + body
    assert made == "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def test_secrets_when_made_then_they_are_as_long_as_the_specification_asks_and_never_the_same() -> None:
    made = {new_secret() for _ in range(50)}

    assert len(made) == 50
    assert all(24 <= len(base64.b64decode(each.removeprefix("whsec_"))) <= 64 for each in made)


def test_headers_when_two_secrets_sign_then_both_signatures_stand_with_a_space_between() -> None:
    secrets = [new_secret(), new_secret()]

    headers = signed_headers(secrets, webhook_id="msg_1", timestamp=7, body=b"{}")

    both = [signature(each, webhook_id="msg_1", timestamp=7, body=b"{}") for each in secrets]
    assert headers == {
        "webhook-id": "msg_1",
        "webhook-timestamp": "7",
        "webhook-signature": f"{both[0]} {both[1]}",
    }
