from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "cdmo_portal.look"
    label = "look"
    verbose_name = "Look"
