from django.urls import path, register_converter

from cdmo_portal.sign_on import converters, views

register_converter(converters.ProviderConverter, "provider")
register_converter(converters.OIDCConverter, "oidc")
register_converter(converters.SAMLConverter, "saml")

app_name = "sign_on"

urlpatterns = [
    path("", views.way, name="way"),
    path("<provider:provider>/", views.start, name="start"),
    path("<oidc:provider>/callback/", views.oidc_callback, name="oidc_callback"),
    path("<saml:provider>/answer/", views.saml_answer, name="saml_answer"),
    path("<saml:provider>/finish/", views.saml_finish, name="saml_finish"),
    path("<saml:provider>/metadata/", views.saml_metadata, name="saml_metadata"),
]
