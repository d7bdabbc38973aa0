"""Single sign-on by OpenID Connect, on django-allauth. What an organisation sets is in docs/signing-in.md."""
