"""Signing in by an organisation's own server: OpenID Connect and SAML, through allauth.

Above `people`, whose action decides who gets in; nothing imports it but the wiring.
"""
