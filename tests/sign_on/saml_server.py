"""An organisation's SAML server: makes signed answers, and any kind of forged one."""

import base64
import datetime as dt
import re
import zlib
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.utils import OneLogin_Saml2_Utils

EMAIL = "urn:oid:0.9.2342.19200300.100.1.3"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
NAMESPACES = (
    'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
)


@cache
def key_and_certificate(owner: str) -> tuple[str, str]:
    """PEM of both, made once."""
    key = generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, owner)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, plain, serialization.NoEncryption())
    return private.decode(), certificate.public_bytes(pem).decode()


def stamp(minutes: int) -> str:
    return (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class SAMLServer:
    """Its answers are sound; what a test replaces in the text is replaced before it is signed, or after."""

    portal: str
    subject: str = "b-42"
    subject_format: str = PERSISTENT
    addresses: tuple[str, ...] = ("bea@saltmere.example",)
    entity_id: str = "https://idp.saltmere.example/metadata"
    signed_by: str = "saltmere"
    signature: str = Constants.RSA_SHA256
    before_signing: dict[str, str] = field(default_factory=dict)
    minutes_left: int = 5

    @property
    def certificate(self) -> str:
        return key_and_certificate("saltmere")[1]

    @property
    def audience(self) -> str:
        return self.portal.replace("/answer/", "/metadata/")

    def request_id(self, address: str) -> str:
        """The id in the request that a browser brings along."""
        packed = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
        text = zlib.decompress(base64.b64decode(packed), -15).decode()
        found = re.search(r'ID="([^"]+)"', text)
        assert found is not None
        return found[1]

    def assertion(self, request_id: str) -> str:
        """Unsigned."""
        values = "".join(f"<saml:AttributeValue>{each}</saml:AttributeValue>" for each in self.addresses)
        text = f"""<saml:Assertion {NAMESPACES} ID="_a1" Version="2.0" IssueInstant="{stamp(0)}">\
<saml:Issuer>{self.entity_id}</saml:Issuer><saml:Subject>\
<saml:NameID Format="{self.subject_format}">{self.subject}</saml:NameID>\
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData \
InResponseTo="{request_id}" NotOnOrAfter="{stamp(self.minutes_left)}" Recipient="{self.portal}"/>\
</saml:SubjectConfirmation></saml:Subject>\
<saml:Conditions NotBefore="{stamp(-30)}" NotOnOrAfter="{stamp(self.minutes_left)}">\
<saml:AudienceRestriction>\
<saml:Audience>{self.audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
<saml:AuthnStatement AuthnInstant="{stamp(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>\
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>\
</saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="{EMAIL}">{values}</saml:Attribute>\
</saml:AttributeStatement></saml:Assertion>"""
        for old, new in self.before_signing.items():
            assert old in text
            text = text.replace(old, new)
        return text

    def signed(self, text: str) -> str:
        key, certificate = key_and_certificate(self.signed_by)
        made = OneLogin_Saml2_Utils.add_sign(text, key, certificate, sign_algorithm=self.signature)
        return made.decode() if isinstance(made, bytes) else made

    def around(self, assertion: str, request_id: str) -> str:
        return f"""<samlp:Response {NAMESPACES} ID="_r1" Version="2.0" IssueInstant="{stamp(0)}" \
Destination="{self.portal}" InResponseTo="{request_id}"><saml:Issuer>{self.entity_id}</saml:Issuer>\
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>\
{assertion}</samlp:Response>"""

    def response(self, request_id: str) -> str:
        """XML with a signed assertion."""
        return self.around(self.signed(self.assertion(request_id)), request_id)


def sent(text: str) -> dict[str, str]:
    """As the form of the server's page sends it."""
    return {"SAMLResponse": base64.b64encode(text.encode()).decode()}
