"""Parts of addresses that stand for a configured provider: for any other the address is not there at all."""

from cdmo_portal.accounts.identity_providers import IdentityProvider, Kind, provider_called


class ProviderConverter:
    regex = "[a-z0-9-]{1,40}"
    kinds = frozenset(Kind)

    def to_python(self, value: str) -> IdentityProvider:
        provider = provider_called(value)
        if provider is None or provider.kind not in self.kinds:
            raise ValueError(value)
        return provider

    def to_url(self, value: str) -> str:
        return value


class OIDCConverter(ProviderConverter):
    kinds = frozenset({Kind.OIDC})


class SAMLConverter(ProviderConverter):
    kinds = frozenset({Kind.SAML})
