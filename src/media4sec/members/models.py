"""Members, their confirmed groups, and the circles in which they talk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from media4sec.kit.clock import now
from media4sec.kit.marking import Attribution, Label
from media4sec.kit.models import Theme
from media4sec.kit.prepared import Prepared

if TYPE_CHECKING:
    Visitor = "Member | AnonymousUser"


class Group(models.TextChoices):
    """The seven stakeholder groups."""

    LAW_ENFORCEMENT = "law_enforcement", _("Law enforcement")
    SECURITY = "security", _("Security organisation")
    POLICY = "policy", _("Policy maker")
    COMMUNITY = "community", _("Local community")
    RESEARCH = "research", _("Researcher")
    BUSINESS = "business", _("Business")
    USER = "user", _("Social media user")

    @property
    def one(self) -> str:
        """The group as a sealed speaker: "A law-enforcement member"."""
        return str(_GROUP_ONE[self])

    @property
    def css(self) -> str:
        return "police" if self is Group.LAW_ENFORCEMENT else str(self.value)

    @property
    def icon(self) -> str:
        return _GROUP_ICONS[self]


_GROUP_ONE = {
    Group.LAW_ENFORCEMENT: _("A law-enforcement member"),
    Group.SECURITY: _("A security-organisation member"),
    Group.POLICY: _("A policy maker"),
    Group.COMMUNITY: _("A local-community member"),
    Group.RESEARCH: _("A researcher"),
    Group.BUSINESS: _("A business member"),
    Group.USER: _("A social-media user"),
}
_GROUP_ICONS = {
    Group.LAW_ENFORCEMENT: "shield",
    Group.SECURITY: "radio-tower",
    Group.POLICY: "landmark",
    Group.COMMUNITY: "house",
    Group.RESEARCH: "graduation-cap",
    Group.BUSINESS: "store",
    Group.USER: "smartphone",
}


class Audience(models.TextChoices):
    """Who may see a field of a profile."""

    EVERYONE = "everyone", _("Everyone")
    COMMUNITY = "community", _("Members of the community")
    CIRCLES = "circles", _("Members of my circles")
    NOBODY = "nobody", _("Only me")


#: The fields of a profile whose owner chooses the audience, and what they start with.
PROFILE_FIELDS = {
    "role": Audience.COMMUNITY,
    "group": Audience.COMMUNITY,
    "organisation": Audience.CIRCLES,
    "country": Audience.COMMUNITY,
    "languages": Audience.COMMUNITY,
    "themes": Audience.COMMUNITY,
    "about": Audience.COMMUNITY,
}


class MemberQuerySet(models.QuerySet["Member"]):
    def reading(self) -> Self:
        """Who reads what the community reads: active, address confirmed, not suspended."""
        return self.filter(is_active=True, confirmed_at__isnull=False, suspended_at__isnull=True)

    def visible_to(self, visitor: Any) -> Self:
        """Profiles are for the community; strangers learn of nobody."""
        if not is_reader(visitor):
            return self.filter(pk=visitor.pk) if visitor.is_authenticated else self.none()
        return self.filter(Q(is_active=True, confirmed_at__isnull=False) | Q(pk=visitor.pk))

    def findable(self) -> Self:
        return self.reading().filter(is_findable=True)


class MemberManager(BaseUserManager["Member"]):
    def get_queryset(self) -> MemberQuerySet:
        return MemberQuerySet(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Member:
        member = self.model(email=self.normalize_email(email).lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(email__iexact=username)

    def visible_to(self, visitor: Any) -> MemberQuerySet:
        return self.get_queryset().visible_to(visitor)

    def reading(self) -> MemberQuerySet:
        return self.get_queryset().reading()

    def findable(self) -> MemberQuerySet:
        return self.get_queryset().findable()


class Office(models.TextChoices):
    """What some members do for all; administrators appoint them."""

    EDITOR = "editor", _("Editor")
    MODERATOR = "moderator", _("Moderator")
    ADMINISTRATOR = "administrator", _("Administrator")

    @property
    def field(self) -> str:
        return f"is_{self.value}"

    @property
    def sentence(self) -> str:
        return str(
            {
                Office.EDITOR: _("Writes, reviews and publishes in the journal and the library."),
                Office.MODERATOR: _("Decides about reports and replies that wait, with reasons."),
                Office.ADMINISTRATOR: _("Confirms groups, suspends accounts, appoints others."),
            }[self]
        )


class Member(AbstractBaseUser):
    """Somebody who joined, and what they chose to say about themselves."""

    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("shown name"), max_length=60, blank=True)
    role = models.CharField(_("role"), max_length=80, blank=True)
    group = models.CharField(_("group"), max_length=20, choices=Group, blank=True)
    organisation = models.CharField(_("organisation"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    themes = models.ManyToManyField(Theme, verbose_name=_("themes"), blank=True)
    about = models.TextField(_("about"), max_length=1000, blank=True)
    about_html = models.TextField(blank=True)
    visibility = models.JSONField(default=dict, blank=True)
    is_findable = models.BooleanField(_("in the directory"), default=False)
    #: Until when ``group`` is confirmed: kept here so that a byline needs no further query.
    verified_until = models.DateTimeField(null=True, blank=True)

    joined_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    welcomed_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    is_moderator = models.BooleanField(default=False)
    is_administrator = models.BooleanField(default=False)
    is_editor = models.BooleanField(default=False)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspension_reason = models.TextField(blank=True)
    #: For the bell on every page: counted where notices are made and read.
    new_notices = models.PositiveIntegerField(default=0)

    if TYPE_CHECKING:
        # allauth's tables, which carry no types of their own.
        emailaddress_set: Any
        authenticator_set: Any
        usersession_set: Any

    objects = MemberManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_member_an_address")]
        indexes = [models.Index(fields=["group", "country"])]

    def __str__(self) -> str:
        # Never the address: this string turns up in logs and error pages.
        return self.name or f"member {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("members:profile", args=[self.pk])

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        from rules import has_perm  # noqa: PLC0415 - rules imports django.contrib.auth

        return bool(has_perm(perm, self, obj))

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None

    @property
    def is_verified(self) -> bool:
        """Whether the group this member shows is confirmed today."""
        return self.verified_until is not None and self.verified_until > now()

    @property
    def shown_name(self) -> str:
        """What pages call this member; somebody who left is nobody in particular."""
        if not self.is_active:
            return str(_("A former member"))
        return self.name or str(_("A member"))

    @cached_property
    def my_memberships(self) -> list[Membership]:
        """Read once per request: the menu shows them, every audience is decided by them."""
        # A suspended member reads what a stranger reads: also no names of circles.
        if not is_reader(self):
            return []
        return _memberships_of(member=self.pk)

    @property
    def memberships_by_circle(self) -> dict[int, str]:
        """Circle → role."""
        return {each.circle_id: each.role for each in self.my_memberships}

    @property
    def circle_ids(self) -> list[int]:
        return list(self.memberships_by_circle)

    def hosts(self, circle: Circle | None) -> bool:
        return (
            circle is not None and self.memberships_by_circle.get(circle.pk) == Membership.Role.HOST
        )

    def forget_memberships(self) -> None:
        """After entering or leaving a circle within one request."""
        self.__dict__.pop("my_memberships", None)

    def audience_of(self, field: str) -> str:
        return str(self.visibility.get(field, PROFILE_FIELDS[field]))


def is_reader(visitor: Any) -> bool:
    """Whether this visitor reads what the community reads. Suspended members do not."""
    return bool(
        visitor.is_authenticated
        and visitor.is_active
        and visitor.is_confirmed
        and not visitor.is_suspended
    )


class Organisation(models.Model):
    """An organisation an administrator has checked, and the domains of its addresses."""

    name = models.CharField(max_length=120, unique=True)
    group = models.CharField(max_length=20, choices=Group)
    country = models.CharField(max_length=2, blank=True)
    domains = models.JSONField(default=list)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    def valid(self) -> Self:
        return self.filter(
            granted_at__isnull=False, withdrawn_at__isnull=True, expires_at__gt=now()
        )

    def waiting(self) -> Self:
        return self.filter(granted_at__isnull=True, withdrawn_at__isnull=True)


class Affiliation(models.Model):
    """A member's stakeholder group, confirmed: by whom, how, and until when."""

    class Way(models.TextChoices):
        DOMAIN = "domain", _("by an address of the organisation")
        VOUCHED = "vouched", _("by two members of the group")
        ADMINISTRATOR = "administrator", _("by an administrator")

    #: A year later it asks again.
    LASTS = timedelta(days=365)
    #: How many confirmed members of a group must vouch.
    VOUCHERS = 2

    member = models.ForeignKey(Member, models.CASCADE, related_name="affiliations")
    group = models.CharField(max_length=20, choices=Group)
    way = models.CharField(max_length=20, choices=Way)
    organisation = models.ForeignKey(Organisation, models.SET_NULL, null=True, blank=True)
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    granted_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            # A confirmed one may be live while the next year's is asked for.
            models.UniqueConstraint(
                fields=["member", "group"],
                condition=Q(withdrawn_at__isnull=True, granted_at__isnull=False),
                name="one_confirmed_affiliation_a_group",
                violation_error_message=_("This group is confirmed already."),
            ),
            models.UniqueConstraint(
                fields=["member", "group"],
                condition=Q(withdrawn_at__isnull=True, granted_at__isnull=True),
                name="one_waiting_affiliation_a_group",
                violation_error_message=_("You have asked for this group already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_group_display()}"

    @property
    def is_valid(self) -> bool:
        return bool(
            self.granted_at
            and not self.withdrawn_at
            and self.expires_at
            and self.expires_at > now()
        )


class Vouch(models.Model):
    """A confirmed member of a group says: I know this colleague."""

    affiliation = models.ForeignKey(Affiliation, models.CASCADE, related_name="vouches")
    voucher = models.ForeignKey(Member, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["affiliation", "voucher"],
                name="vouched_once",
                violation_error_message=_("You have vouched already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.voucher} for {self.affiliation}"


class CircleQuerySet(models.QuerySet["Circle"]):
    def visible_to(self, visitor: Any) -> Self:
        """Hidden circles do not exist for those outside; members' ones not for strangers."""
        if not is_reader(visitor):
            return self.filter(kind=Circle.Kind.OPEN)
        return self.filter(~Q(kind=Circle.Kind.HIDDEN) | Q(pk__in=visitor.circle_ids))

    def live(self) -> Self:
        return self.filter(archived_at__isnull=True)


class Circle(models.Model):
    """Where members talk: a subject, its rules, its hosts, and how far words may travel."""

    class Kind(models.TextChoices):
        OPEN = "open", _("Open")
        MEMBERS = "members", _("Members")
        CLOSED = "closed", _("Closed")
        HIDDEN = "hidden", _("Hidden")

    slug = models.SlugField(unique=True, max_length=60)
    title = models.CharField(_("title"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.OPEN)
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, verbose_name=_("theme")
    )
    about = models.TextField(_("about"), max_length=4000)
    about_html = models.TextField()
    rules = models.TextField(_("rules"), max_length=4000, blank=True)
    rules_html = models.TextField(blank=True)
    label = models.CharField(_("usual label"), max_length=20, choices=Label)
    attribution = models.CharField(
        _("usual attribution"), max_length=10, choices=Attribution, default=Attribution.NAMED
    )
    required_groups = models.JSONField(_("required groups"), default=list, blank=True)
    founded_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    archive_reason = models.TextField(blank=True)
    is_starter = models.BooleanField(default=False)

    objects = CircleQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("members:circle", args=[self.slug])

    @property
    def ceiling(self) -> Label:
        """The widest label its members may choose."""
        return CEILINGS[Circle.Kind(self.kind)]

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_entered_freely(self) -> bool:
        return self.kind in {Circle.Kind.OPEN, Circle.Kind.MEMBERS} and not self.required_groups


CEILINGS = {
    Circle.Kind.OPEN: Label.CLEAR,
    Circle.Kind.MEMBERS: Label.GREEN,
    Circle.Kind.CLOSED: Label.AMBER,
    Circle.Kind.HIDDEN: Label.AMBER,
}


class Membership(models.Model):
    """Somebody's place in a circle."""

    class Role(models.TextChoices):
        HOST = "host", _("Host")
        MEMBER = "member", _("Member")

    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships")
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    since = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "circle"], name="in_a_circle_once")
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.circle}"


def _word_memberships(*, member: int) -> models.QuerySet[Membership]:
    return (
        Membership.objects.filter(member=member).select_related("circle").order_by("circle__title")
    )


#: Every page of a member begins with this question.
_memberships_of: Prepared[Membership] = Prepared(_word_memberships)


class EntryRequest(models.Model):
    """A member asks to come into a circle; a host answers."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Not this time")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="requests")
    member = models.ForeignKey(Member, models.CASCADE, related_name="entry_requests")
    words = models.TextField(_("why you would like to join"), max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "member"],
                condition=Q(state="waiting"),
                name="one_waiting_request",
                violation_error_message=_("You have asked already. The hosts will answer."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} → {self.circle}"


class Invitation(models.Model):
    """A host's word by mail: one person, once, until a day."""

    LASTS = timedelta(days=14)

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("email address"))
    key_hash = models.CharField(max_length=64, unique=True)
    words = models.TextField(_("a few words"), max_length=500, blank=True)
    invited_by = models.ForeignKey(Member, models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"invitation to {self.circle}"

    @property
    def is_live(self) -> bool:
        return self.used_at is None and self.withdrawn_at is None and self.expires_at > now()


class Speaker(models.Model):
    """A member as one Chatham House thing shows them: drawn once, frozen, never carried over."""

    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    group = models.CharField(max_length=20, choices=Group, blank=True)
    country = models.CharField(max_length=2, blank=True)
    #: The speaker chose to be named here, for all their words in this thing.
    named_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thing_kind", "thing_id", "member"], name="one_speaker_a_member"
            ),
            models.UniqueConstraint(
                fields=["thing_kind", "thing_id", "number"], name="one_speaker_a_number"
            ),
        ]

    def __str__(self) -> str:
        return f"speaker {self.number}"


class AccessLog(models.Model):
    """A line an author and a circle's hosts can read: what was done to their sealed things."""

    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="access_log")
    circle = models.ForeignKey(Circle, models.CASCADE, null=True, related_name="access_log")
    sentence = models.TextField()
    thing_kind = models.CharField(max_length=60)
    thing_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.sentence
