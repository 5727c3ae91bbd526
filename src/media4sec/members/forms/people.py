"""Who I am, who may see it, whom I look for, and what administrators decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from media4sec.kit.forms import Choices
from media4sec.kit.models import Theme
from media4sec.members.countries import country_choices, language_choices
from media4sec.members.models import PROFILE_FIELDS, Affiliation, Audience, Group, Member

GROUP_HINTS = {
    Group.LAW_ENFORCEMENT: _("Police and other authorities that prevent or investigate crime."),
    Group.SECURITY: _("Fire and rescue, emergency services, event security, intelligence."),
    Group.POLICY: _("Ministries, parliaments, local authorities, European institutions."),
    Group.COMMUNITY: _("Neighbourhood groups, associations, non-governmental organisations."),
    Group.RESEARCH: _("Universities, institutes, research in companies and agencies."),
    Group.BUSINESS: _("Platforms, makers of tools, shops, event organisers, the press trade."),
    Group.USER: _("People who post, film, share, report. Journalists too."),
}


class WhoForm(forms.Form):
    """Welcome, step 1: who speaks."""

    name = forms.CharField(
        label=_("Shown name"),
        max_length=60,
        required=False,
        help_text=_("Your name, or what you are: “Community officer, river district”."),
    )
    role = forms.CharField(
        label=_("Role"),
        max_length=80,
        required=False,
        help_text=_("In your own words: “Community officer”, “Neighbourhood volunteer”."),
    )
    group = forms.ChoiceField(
        label=_("Group"),
        choices=Group.choices,
        required=False,
        widget=Choices(hints=GROUP_HINTS),
        help_text=_("Where do you stand when you write here?"),
    )
    organisation = forms.CharField(label=_("Organisation"), max_length=120, required=False)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, required=False)

    @staticmethod
    def of(member: Member) -> dict[str, Any]:
        names = ("name", "role", "group", "organisation", "country")
        return {name: getattr(member, name) for name in names}


class InterestsForm(forms.Form):
    """Welcome, step 2: what interests me."""

    languages = forms.MultipleChoiceField(
        label=_("Languages you read"),
        choices=language_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.ModelMultipleChoiceField(
        label=_("Themes"),
        queryset=Theme.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("We suggest circles by them."),
    )
    about = forms.CharField(
        label=_("A few lines about you"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you do, what you would like to learn, what others may ask you."),
    )

    @staticmethod
    def of(member: Member) -> dict[str, Any]:
        return {
            "languages": member.languages,
            "themes": member.themes.all(),
            "about": member.about,
        }

    def clean_themes(self) -> list[Theme]:
        return list(self.cleaned_data["themes"])


class ProfileForm(WhoForm, InterestsForm):
    """All of a profile on one page."""

    field_order = ["name", "role", "group", "organisation", "country", "languages", "themes"]

    @staticmethod
    def of(member: Member) -> dict[str, Any]:
        return WhoForm.of(member) | InterestsForm.of(member)


class AudienceForm(forms.Form):
    """Who may see each field."""

    is_findable = forms.BooleanField(
        label=_("Show me in the directory"),
        required=False,
        help_text=_("Other members can then find you by what they may see of you."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # It stands beside the profile's own form, whose fields have the same names.
        super().__init__(*args, prefix="seen", **kwargs)
        for name in PROFILE_FIELDS:
            self.fields[name] = forms.ChoiceField(
                label=Member._meta.get_field(name).verbose_name.capitalize(),
                choices=Audience.choices,
            )

    @staticmethod
    def of(member: Member) -> dict[str, Any]:
        chosen = {name: member.audience_of(name) for name in PROFILE_FIELDS}
        return {"is_findable": member.is_findable, **chosen}

    @property
    def choice(self) -> dict[str, Any]:
        """As the service takes it."""
        chosen = {name: self.cleaned_data[name] for name in PROFILE_FIELDS}
        return {"visibility": chosen, "is_findable": self.cleaned_data["is_findable"]}


class FindForm(forms.Form):
    """Whom do you look for?"""

    q = forms.CharField(label=_("Name, role or organisation"), max_length=100, required=False)
    group = forms.ChoiceField(
        label=_("Group"), choices=[("", _("All groups")), *Group.choices], required=False
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: [("", _("All countries")), *country_choices()[1:]],
        required=False,
    )
    theme = forms.ModelChoiceField(
        label=_("Theme"),
        queryset=Theme.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label=_("All themes"),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=lambda: [("", _("All languages")), *language_choices()],
        required=False,
    )


class AskForm(forms.Form):
    """Which group, and who shall confirm it?"""

    group = forms.ChoiceField(label=_("Group"), choices=Group.choices, widget=Choices)
    way = forms.ChoiceField(
        label=_("Who can confirm it?"),
        choices=[
            (Affiliation.Way.VOUCHED, _("Two members of the group who know me")),
            (Affiliation.Way.ADMINISTRATOR, _("An administrator")),
        ],
        widget=Choices(
            hints={
                Affiliation.Way.VOUCHED: _("They must be confirmed themselves. You get a link."),
                Affiliation.Way.ADMINISTRATOR: _("Say below how we can check it."),
            }
        ),
    )
    note = forms.CharField(
        label=_("What may help"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example a page of your organisation that names you. Only they read it."),
    )


class VouchForm(forms.Form):
    knows = forms.BooleanField(
        label=_("I know this person, and I know that they belong to this group."),
        error_messages={"required": _("Tick the box if you know this person.")},
    )


class ReasonForm(forms.Form):
    """Why: the member reads it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The member reads it, so write it to them."),
        error_messages={"required": _("Give a reason.")},
    )


class GrantForm(forms.Form):
    """An administrator confirms a group."""

    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)
    note = forms.CharField(
        label=_("How did you check it?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say how you checked it.")},
    )


class OrganisationForm(forms.Form):
    """An organisation and the domains of its addresses."""

    name = forms.CharField(label=_("Name"), max_length=120)
    group = forms.ChoiceField(label=_("Group"), choices=Group.choices)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, required=False)
    domains = forms.CharField(
        label=_("Domains"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: police.example. Domains below it count too."),
    )

    def clean_domains(self) -> list[str]:
        return str(self.cleaned_data["domains"]).replace(",", " ").split()


class UnderstoodForm(forms.Form):
    understood = forms.BooleanField(
        label=_("I understand that this cannot be undone."),
        error_messages={"required": _("Tick the box to close your account.")},
    )
