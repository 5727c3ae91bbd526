"""A form in which one writes for long: it keeps its draft and carries files, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from media4sec.journal.services import EditedMeanwhile
from media4sec.kit import attempts, drafts, uploads
from media4sec.kit.errors import Refused
from media4sec.kit.models import Upload
from media4sec.members.returning import come_back, words_of, writer_mark


@dataclass
class Paper:
    """All that a form of writing needs besides its own fields."""

    request: HttpRequest
    place: str
    #: Where added files wait; they outlive the version that a draft belongs to.
    shelf: str = ""
    form: Any = None
    draft: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)
    attempt: str = field(default_factory=attempts.token)
    status: int = 200

    @property
    def writer(self) -> str:
        return writer_mark(self.request.user)

    @property
    def then(self) -> str:
        """Which button was pressed; "" saves."""
        return self.request.POST.get("then", "")

    def lay_out(self) -> None:
        """Fetch what lies here: the draft, and the files that wait with it."""
        self.files = uploads.waiting(self.request.user, self.shelf or self.place)
        if self.request.method == "POST":
            self.attempt = self.request.POST.get("attempt") or self.attempt
        else:
            come_back(self.request, self.place)
            self.draft = drafts.load(self.request.user, self.place)

    def work(self, make: Callable[[], Any]) -> HttpResponse | None:
        """The answer to a POST, or None when the form has to be shown again."""
        if self.then == "discard":
            return self._discard()
        self._take_file()
        if self.then:
            return self._keep_on()
        if not self.form.is_valid():
            self.keep_draft()
            self.status = 422
            return None
        return self._send(make)

    def _send(self, make: Callable[[], Any]) -> HttpResponse | None:
        try:
            answer = attempts.once(self.request, make)
        except EditedMeanwhile:
            raise  # a page of its own, with both texts
        except ValidationError as reason:
            self.form.add_error(None, reason)
            self.status = 422
        except PermissionDenied as reason:
            self.form.add_error(None, str(reason))
            self.status = 403
        else:
            drafts.discard(self.request.user, self.place)
            return answer
        self.keep_draft()
        return None

    def _take_file(self) -> None:
        file = self.request.FILES.get("file")
        if not file:
            return
        alt = self.request.POST.get("alt", "")
        try:
            made = uploads.receive(
                owner=self.request.user, file=file, alt=alt, place=self.shelf or self.place
            )
        except Refused as reason:
            self.form.add_error("file", reason)
        else:
            self.files.append(made)

    def _keep_on(self) -> HttpResponse | None:
        """Keep the draft, add or remove a file, and go on writing."""
        if self.form.errors.get("file") or not self.keep_draft():
            self.status = 422
            return None
        if self.then == "draft":
            messages.success(self.request, _("Draft kept. Only you can see it."))
        for upload in self.files:
            if self.then == f"remove-{upload.pk}":
                uploads.remove(upload, by=self.request.user)
        return redirect(f"{self.request.get_full_path()}#write")

    def keep_draft(self) -> bool:
        words = words_of(self.request.POST)
        words.pop("alt", None)
        try:
            drafts.keep(self.request.user, self.place, words)
        except Refused as reason:
            self.form.add_error(None, reason)
            return False
        return True

    def _discard(self) -> HttpResponse:
        drafts.discard(self.request.user, self.place)
        for upload in self.files:
            uploads.remove(upload, by=self.request.user)
        messages.success(self.request, _("The draft is gone."))
        return redirect(self.request.get_full_path())


def carry_out(form: forms.Form, service: Callable[[], Any]) -> bool:
    """Do what a valid form asks for; a refusal becomes a sentence in the form."""
    if not form.is_valid():
        return False
    try:
        service()
    except ValidationError as reason:
        form.add_error(None, reason)
        return False
    return True
