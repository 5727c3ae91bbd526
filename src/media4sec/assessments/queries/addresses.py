"""Where the guide's pages are."""

from __future__ import annotations

from django.urls import reverse


def slug_of(activity: str) -> str:
    return activity.replace("_", "-")


def guide_url(activity: str, country: str = "") -> str:
    address = reverse("assessments:activity", args=[slug_of(activity)])
    return f"{address}?country={country}" if country else address
