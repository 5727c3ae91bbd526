"""Where one writes: a form that keeps its draft, carries files, and never loses a text."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from media4sec.kit import attempts, drafts, ratelimit, uploads
from media4sec.kit.errors import EditedMeanwhile, Refused
from media4sec.kit.models import Upload
from media4sec.kit.ratelimit import TooMany
from media4sec.members.returning import come_back, words_of, writer_mark

POSTS_A_MINUTE = 12


@dataclass
class Desk:
    """All that a form of writing needs besides its own fields; ready for its template."""

    request: HttpRequest
    place: str
    action: str
    mentions_url: str = ""
    #: Where added files wait, when they outlive the version that a draft belongs to.
    shelf: str = ""
    #: Fields with several values, which a draft keeps in one.
    lists: tuple[str, ...] = ("readers",)
    form: Any = None
    draft: dict[str, str] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)
    brought: list[Upload] = field(default_factory=list)  # with this request
    attempt: str = field(default_factory=attempts.token)
    status: int = 200
    retry_after: int = 0

    @property
    def writer(self) -> str:
        return writer_mark(self.request.user)

    @property
    def then(self) -> str:
        """Which button was pressed; "" posts."""
        return self.request.POST.get("then", "")

    @property
    def initial(self) -> dict[str, Any]:
        """The draft, as a form takes it."""
        several = {name: self.draft[name].split(",") for name in self.lists if self.draft.get(name)}
        return {**self.draft, **several}

    def lay_out(self) -> None:
        """Fetch what lies here: the draft and the files that wait with it."""
        if self.request.method != "POST":
            come_back(self.request, self.place)
            self.draft = drafts.load(self.request.user, self.place)
            self.files = uploads.waiting(self.request.user, self.shelf or self.place)
            return
        self.attempt = self.request.POST.get("attempt") or self.attempt
        if shown := set(self.request.POST.getlist("upload")):
            waiting = uploads.waiting(self.request.user, self.shelf or self.place)
            self.files = [each for each in waiting if str(each.pk) in shown]

    # What the buttons do

    def work(self, make: Callable[[], Any]) -> HttpResponse | None:
        """The answer to a POST, or None when the form has to be shown again."""
        if self.then == "discard":
            return self._discard()
        self._take_file()
        if self.then:
            return self._keep_on(self.then)
        if not self.form.is_valid():
            self.keep_draft()
            self.status = 422
            return None
        return self._send(make)

    def _send(self, make: Callable[[], Any]) -> HttpResponse | None:
        try:
            ratelimit.check("posts", f"m{self.request.user.pk}", most=POSTS_A_MINUTE)
            return self._once(make)
        except EditedMeanwhile:
            raise  # a page of its own, with both texts
        except (ValidationError, PermissionDenied, TooMany) as reason:
            self._explain(reason)
            self.keep_draft()
            return None

    def _once(self, make: Callable[[], Any]) -> HttpResponse:
        made: list[Any] = []

        def remember() -> Any:
            made.append(make())
            drafts.discard(self.request.user, self.place)
            return made[0]

        answer = attempts.once(self.request, remember)
        if not made:  # the second click brought the same file again
            drafts.discard(self.request.user, self.place)
            for upload in self.brought:
                uploads.remove(upload, by=self.request.user)
        return answer

    def _explain(self, reason: Exception) -> None:
        if isinstance(reason, ValidationError):
            self.form.add_error(None, reason)
            self.status = 422
        elif isinstance(reason, TooMany):
            self.retry_after = reason.seconds
            wait = _("You posted many texts in a short while. Try again in %(seconds)d seconds.")
            self.form.add_error(None, wait % {"seconds": reason.seconds})
            self.status = 429
        else:
            self.form.add_error(None, str(reason))
            self.status = 403

    def _take_file(self) -> None:
        file = self.request.FILES.get("file")
        if not file:
            return
        try:
            alt = self.request.POST.get("alt", "")
            place = self.shelf or self.place
            made = self._receive(owner=self.request.user, file=file, alt=alt, place=place)
        except Refused as reason:
            self.form.add_error("file", reason)
        else:
            self.files.append(made)
            self.brought.append(made)

    def _receive(self, **brought: Any) -> Upload:
        return uploads.receive(**brought)

    def _keep_on(self, then: str) -> HttpResponse | None:
        """Keep the draft, add or remove a file, and go on writing."""
        if self.form.errors.get("file") or not self.keep_draft():
            self.status = 422
            return None
        if then == "draft":
            messages.success(self.request, _("Draft kept. Only you can see it."))
        for upload in self.files:
            if then == f"remove-{upload.pk}":
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

    def _discard(self) -> HttpResponseRedirect:
        drafts.discard(self.request.user, self.place)
        for upload in self.files:
            uploads.remove(upload, by=self.request.user)
        messages.success(self.request, _("The draft is gone."))
        return redirect(self.request.get_full_path())


@dataclass
class PictureDesk(Desk):
    """Where a text has one picture: another one takes the place of what waits."""

    @property
    def picture(self) -> Upload | None:
        """The one that waits here."""
        return self.files[-1] if self.files else None

    def _take_file(self) -> None:
        has_words = bool(self.request.POST.get("alt", "").strip())
        if has_words and self.then in {"", "attach"} and not self.request.FILES.get("file"):
            # A browser forgets the file when a form comes back; its words alone would be lost.
            self.form.add_error("file", _("Choose the picture that you describe."))
        super()._take_file()

    def _receive(self, **brought: Any) -> Upload:
        if len(self.request.FILES.getlist("file")) > 1:
            raise Refused(_("Add one picture, not several."))
        made = uploads.receive_picture(**brought)
        self.files.clear()
        # Its words are kept with it: shown again, they would wait for another picture.
        said = self.form.data.copy()
        said["alt"] = ""
        self.form.data = said
        return made


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
