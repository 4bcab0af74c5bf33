"""How fast the portal answers on a full directory (`manage.py bench`)."""
