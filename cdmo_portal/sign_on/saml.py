"""Answers of a SAML server: what python3-saml checks, and what it only checks where it is there."""

import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, override
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from lxml.etree import LxmlError
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from cdmo_portal.accounts.identity_providers import IdentityProvider
from cdmo_portal.people.signing_on import Asserted

MOST_CHARACTERS: Final = 400_000
DATA: Final = "/saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
ADDRESSES: Final = (
    "urn:oid:0.9.2342.19200300.100.1.3",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "email",
    "mail",
)
NAMES: Final = (
    "urn:oid:2.16.840.1.113730.3.1.241",
    "http://schemas.microsoft.com/identity/claims/displayname",
    "displayName",
    "name",
)


class AnswerRefused(Exception):
    """The text is for the operator's log."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sound answer asserts, and which request of ours it answers."""

    asserted: Asserted
    request_id: str


class _StrictResponse(OneLogin_Saml2_Response):
    """python3-saml passes over an audience, a recipient or an end that is missing; here they have to be.

    Without the id of our request inside the signed part, an assertion could be put into another answer.
    """

    @override
    def is_valid(
        self, request_data: Mapping[str, Any], request_id: str | None = None, raise_exceptions: bool = False
    ) -> bool:
        if not super().is_valid(request_data, request_id, raise_exceptions=True):
            return False
        if not self.get_audiences():
            raise OneLogin_Saml2_ValidationError("the assertion names no audience")
        if not any(self._is_for_us(each) for each in self._query_assertion(DATA)):
            raise OneLogin_Saml2_ValidationError("the assertion was not made for this request and address")
        return True

    def _is_for_us(self, data: Any) -> bool:
        here = self._settings.get_sp_data()["assertionConsumerService"]["url"]
        is_ours = data.get("InResponseTo") == self.get_in_response_to() is not None
        return bool(is_ours and data.get("Recipient") == here and data.get("NotOnOrAfter"))


def answer_address(provider: IdentityProvider) -> str:
    return f"{settings.PUBLIC_URL}{reverse('sign_on:saml_answer', args=[provider.id])}"


def own_id(provider: IdentityProvider) -> str:
    """What the portal calls itself towards the server: where its metadata are, if nothing else is set."""
    path = reverse("sign_on:saml_metadata", args=[provider.id])
    return provider.sp_entity_id or f"{settings.PUBLIC_URL}{path}"


def asked_at(provider: IdentityProvider) -> dict[str, Any]:
    """The request as python3-saml wants it, at the address that the portal is known by."""
    parts = urlsplit(answer_address(provider))
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": parts.path,
        "get_data": {},
        "post_data": {},
    }


def settings_of(provider: IdentityProvider) -> dict[str, Any]:
    return {
        "strict": True,
        "debug": False,
        "security": {
            "wantAssertionsSigned": True,
            "wantNameId": True,
            "wantAttributeStatement": False,
            "requestedAuthnContext": False,
            "rejectDeprecatedAlgorithm": True,
            "allowRepeatAttributeName": True,
            "allowSingleLabelDomains": True,
            "signatureAlgorithm": Constants.RSA_SHA256,
            "digestAlgorithm": Constants.SHA256,
        },
        "sp": {
            "entityId": own_id(provider),
            "assertionConsumerService": {
                "url": answer_address(provider),
                "binding": Constants.BINDING_HTTP_POST,
            },
        },
        "idp": {
            "entityId": provider.entity_id,
            "singleSignOnService": {"url": provider.sso_url, "binding": Constants.BINDING_HTTP_REDIRECT},
            "x509certMulti": {"signing": list(provider.certificates)},
        },
    }


def metadata(provider: IdentityProvider) -> bytes:
    """What the organisation's administrator gives to their server."""
    found = OneLogin_Saml2_Settings(settings_of(provider), sp_validation_only=True).get_sp_metadata()
    return found if isinstance(found, bytes) else str(found).encode()


def read_answer(provider: IdentityProvider, text: str) -> Answer:
    """What a server's answer (Base64, as the form brings it) asserts; raises AnswerRefused."""
    if not text or len(text) > MOST_CHARACTERS:
        raise AnswerRefused("there is no answer, or it is too long")
    try:
        response = _StrictResponse(OneLogin_Saml2_Settings(settings_of(provider)), text)
        response.is_valid(asked_at(provider), raise_exceptions=True)
        return _answer(provider, response)
    except (
        OneLogin_Saml2_Error,
        OneLogin_Saml2_ValidationError,
        LxmlError,
        binascii.Error,
        ValueError,
    ) as error:
        raise AnswerRefused(f"{type(error).__name__}: {error}") from error


def _answer(provider: IdentityProvider, response: Any) -> Answer:
    kind = response.get_nameid_format()
    if kind == Constants.NAMEID_TRANSIENT:
        raise AnswerRefused("the server names people anew each time; it has to send a lasting NameID")
    subject = str(response.get_nameid() or "")
    attributes = response.get_attributes()
    address = _first(attributes, (provider.email_attribute,) if provider.email_attribute else ADDRESSES)
    if not address and kind == Constants.NAMEID_EMAIL_ADDRESS:
        address = subject
    name = _first(attributes, (provider.name_attribute,) if provider.name_attribute else NAMES)
    asserted = Asserted(subject=subject, address=address, name=name)
    return Answer(asserted, str(response.get_in_response_to()))


def _first(attributes: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Exactly one value: with two, nobody could say which of them counts."""
    found = [value for name in names for value in attributes.get(name, ())]
    if len(set(found)) > 1:
        raise AnswerRefused(f"the server sent more than one value of {' or '.join(names)}")
    return str(found[0] or "") if found else ""
