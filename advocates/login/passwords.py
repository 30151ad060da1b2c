"""What a password must be, said in our languages: Django's own words for it are not in Kazakh."""

from __future__ import annotations

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return ngettext(
            "The password must have at least %(least)s character.",
            "The password must have at least %(least)s characters.",
            self.min_length,
        ) % {"least": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()


class NotAboutTheAccount(password_validation.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("The password is too much like the name or the e-mail of the account.")

    def get_help_text(self) -> str:
        return self.get_error_message()


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("This password is among the first that anybody would guess.")

    def get_help_text(self) -> str:
        return self.get_error_message()
