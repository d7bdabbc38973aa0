"""How django-allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils.translation import get_language, override

from base.chrome import house_style
from base.frame_views import remember_language


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from HR or single sign-on; nobody signs up by themselves."""

    def is_open_for_signup(self, request) -> bool:
        """Never."""
        return False

    def post_login(self, request, user, **kwargs):
        """From now on addresses without a language are in the language of who signed in."""
        response = super().post_login(request, user, **kwargs)
        if user.locale in dict(settings.LANGUAGES):
            remember_language(response, user.locale)
        return response

    def format_email_subject(self, subject: str) -> str:
        """The organisation's name before the subject."""
        return f"{house_style().name}: {subject}"

    def render_mail(self, template_prefix, email, context, headers=None):
        """Write to people in their own language; to who isn't known, in the language of the page."""
        language = getattr(context.get("user"), "locale", None) or get_language()
        with override(language):
            return super().render_mail(template_prefix, email, context, headers)
