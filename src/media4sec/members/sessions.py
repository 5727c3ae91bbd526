"""The session and its member: what every page asks first, put into SQL once."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as StoreInDatabase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from media4sec.kit.clock import now
from media4sec.kit.prepared import Prepared
from media4sec.members.models import Member


def _word_session(*, key: str | None, at: Any) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)


def _word_member(*, pk: int) -> QuerySet[Member]:
    return Member.objects.filter(pk=pk)


_sessions, _members = Prepared(_word_session), Prepared(_word_member)


class SessionStore(StoreInDatabase):
    """Django's own store; only its reading is worded beforehand."""

    def _get_session_from_db(self) -> Session | None:
        found = _sessions(key=self.session_key, at=now())
        if found:
            return found[0]
        self._session_key = None
        return None


def living(member: Member) -> list[UserSession]:
    """Where a member is signed in, the first one first: two questions, however many there are.

    A session that no longer opens the account is one of the past: it has run out, was ended,
    or the password has changed since.
    """
    known = UserSession.objects.filter(user=member).order_by("created_at", "pk")
    keys = known.order_by().values("session_key")
    stored = Session.objects.filter(session_key__in=keys, expire_date__gt=now())
    seal = member.get_session_auth_hash()
    open_keys = {
        each.session_key
        for each in stored
        if constant_time_compare(each.get_decoded().get(HASH_SESSION_KEY, ""), seal)
    }
    return [each for each in known if each.session_key in open_keys]


class SignIn(AuthenticationBackend):
    """allauth's sign-in; reading the member of a session is worded beforehand."""

    def get_user(self, user_id: int) -> Member | None:
        found = _members(pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None
