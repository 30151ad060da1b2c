"""How people log in: password, second factor, passkey, and an organisation's own log-in; over django-allauth."""
