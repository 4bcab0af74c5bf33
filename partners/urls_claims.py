"""Addresses of claims, mounted by partners/urls.py."""

from django.urls import path

from partners.views import claim_decisions, claims, own_claims

urlpatterns = [
    path("profile/find/", claims.site_search, name="claim_search"),
    path("profile/new/", claims.partner_create, name="partner_create"),
    path("partners/<slug:slug>/claim/", claims.partner_claim, name="claim_create"),
    path("sites/<slug:slug>/claim/", claims.site_claim, name="site_claim"),
    path("claims/", claim_decisions.claim_list, name="claim_list"),
    path("claims/<uuid:uid>/", claim_decisions.claim_decide, name="claim_decide"),
    path("profile/claims/<uuid:uid>/", own_claims.claim_detail, name="claim_detail"),
    path("profile/claims/<uuid:uid>/code/", own_claims.claim_code_send, name="claim_code_send"),
    path("profile/claims/<uuid:uid>/withdraw/", own_claims.claim_withdraw, name="claim_withdraw"),
    path("profile/contests/<uuid:uid>/", own_claims.claim_answer, name="claim_answer"),
]
