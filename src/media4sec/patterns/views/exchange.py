"""Files for other software: taking patterns and experiences away, and bringing them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from media4sec.kit.clock import now
from media4sec.kit.errors import Refused
from media4sec.kit.marking import Label
from media4sec.kit.permissions import require
from media4sec.kit.ratelimit import at_most
from media4sec.kit.views import shareable
from media4sec.patterns import exchange, services
from media4sec.patterns.forms.exchange import BringForm
from media4sec.patterns.queries import incoming, outgoing

_SCHEMA = Path(__file__).parent.parent / "data" / "patterns-data.schema.json"
_TYPES = {"csv": "text/csv", "json": "application/json"}


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The page that says what there is to take away."""
    label = outgoing.label_of_file(request.user)
    response = render(request, "patterns/export.html", {"label": label})
    return response if request.user.is_authenticated else shareable(response)


@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """What our JSON looks like, for software that checks it."""
    content = _SCHEMA.read_text("utf-8")
    return shareable(HttpResponse(content, content_type="application/schema+json"))


@require_safe
@at_most(10, methods=("GET", "HEAD"))
def take(request: HttpRequest, table: str, ending: str) -> HttpResponse:
    """All of a kind that the asker may take away, written while it is read."""
    if table not in exchange.COLUMNS or ending not in _TYPES:
        raise Http404
    if table == "patterns":
        label, records = Label.CLEAR, outgoing.pattern_records(request.user)
    else:
        label = outgoing.label_of_file(request.user)
        records = outgoing.experience_records(request.user, label)
    if ending == "csv":
        written = csv_lines(table, records)
    else:
        name = request.user.shown_name if request.user.is_authenticated else ""
        written = json_parts(table, records, label=label, name=name)
    response = StreamingHttpResponse(written, content_type=f"{_TYPES[ending]}; charset=utf-8")
    mark = label.replace(":", "-").replace("+", "-")
    name = f"{table}-{now():%Y-%m-%d}-{mark}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Sharing-Label"] = label
    return response


def csv_lines(table: str, records: Iterator[exchange.Record]) -> Iterator[str]:
    """With the mark at the beginning by which spreadsheets know UTF-8."""
    yield "\ufeff" + exchange.line([column.name for column in exchange.COLUMNS[table]])
    for record in records:
        yield exchange.line(exchange.cells(table, record))


def json_parts(
    table: str, records: Iterator[exchange.Record], *, label: str, name: str
) -> Iterator[str]:
    head: dict[str, Any] = {"table": table, "label": label, "exported": now().isoformat()}
    if name:
        head["exported_for"] = name
    if table == "patterns":
        head["licence"] = "https://creativecommons.org/licenses/by/4.0/"
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "items": ['
    for number, record in enumerate(records):
        yield (",\n" if number else "\n") + json.dumps(record, ensure_ascii=False)
    yield "\n]}\n"


# Bringing


@login_required
@at_most(30)
def bring(request: HttpRequest, table: str) -> HttpResponse:
    """Choose a file. What it would do is the next page."""
    require(request.user, f"patterns.bring_{_known(table)}")
    form = BringForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            content = form.cleaned_data["file"].read(exchange.MOST_BYTES + 1)
            return redirect(services.bring(content, by=request.user, table=table))
        except Refused as reason:
            form.add_error("file", reason)
    status = 422 if request.method == "POST" else 200
    return render(request, "patterns/bring.html", {"form": form, "table": table}, status=status)


@login_required
@at_most(30)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Row by row what will happen, and the button that does it."""
    found = incoming.batch_of(request.user, pk)
    if found is None:
        raise Http404
    require(request.user, f"patterns.bring_{found.table}", found)
    reason = None
    if request.method == "POST" and not found.done_at:
        try:
            found = services.take_in(found, by=request.user)
            messages.success(request, _("The file was taken in."))
            return redirect(found)
        except Refused as refused:
            reason = refused.sentence
    plan = incoming.plan(found, request.user)
    context = {"batch": found, "plan": plan, "reason": reason}
    return render(request, "patterns/batch.html", context, status=422 if reason else 200)


def _known(table: str) -> str:
    if table not in exchange.COLUMNS:
        raise Http404
    return table
