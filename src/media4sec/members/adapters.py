"""What django-allauth asks us: who may join, what a confirmed address means, how mail is sent."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from media4sec.kit.ratelimit import address


def shown_name(member: Any) -> str:
    """What allauth's pages and mails call somebody; never the address."""
    return str(member.name or "")


class AccountAdapter(DefaultAccountAdapter):
    """allauth's policy questions, answered."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP == "open" or bool(request.session.get("invitation"))

    def get_client_ip(self, request: HttpRequest) -> str:
        return address(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/" if request.user.welcomed_at else "/welcome/"
