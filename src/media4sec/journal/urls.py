"""The journal's addresses: what one does comes first, so that no article's title can hide it."""

from django.urls import path, re_path

from media4sec.journal import queries
from media4sec.journal.views import library, order, pages, reading, writing

app_name = "journal"

_desk = "journal/desk/<int:pk>"
_desk_page = "journal/desk/pages/<slug:slug>"
_shelf = "library/desk/<int:pk>"

urlpatterns = [
    path("journal/", reading.index, name="index"),
    path("journal/new/", writing.new, name="new"),
    path("journal/desk/", order.desk, name="desk"),
    path("journal/desk/calendar.ics", order.desk_calendar, name="desk_calendar"),
    path("journal/desk/series/", writing.new_series, name="new_series"),
    path("journal/desk/series/<slug:slug>/", writing.revise_series, name="revise_series"),
    path(f"{_desk}/edit/", writing.edit, name="edit"),
    path(f"{_desk}/history/", writing.history, name="history"),
    path(f"{_desk}/restore/<int:version>/", writing.restore, name="restore"),
    path(f"{_desk}/submit/", order.submit, name="submit"),
    path(f"{_desk}/take-back/", order.take_back, name="take_back"),
    path(f"{_desk}/review/", order.review, name="review"),
    path(f"{_desk}/retract/", order.retract, name="retract"),
    path(f"{_desk}/throw-away/", order.throw_away, name="throw_away"),
    path(f"{_desk}/previews/", order.previews, name="previews"),
    path("journal/desk/previews/<int:pk>/close/", order.revoke_preview, name="revoke_preview"),
    path(f"{_desk_page}/edit/", pages.edit, name="edit_page"),
    path(f"{_desk_page}/history/", pages.history, name="page_history"),
    path(f"{_desk_page}/restore/<int:version>/", pages.restore, name="restore_page"),
    path("journal/preview/<str:token>/", reading.preview, name="preview"),
    path("journal/preview/<str:token>/files/<int:pk>/", reading.preview_file, name="preview_file"),
    path("journal/series/<slug:slug>/", reading.series, name="series"),
    path("journal/<slug:slug>/", reading.article, name="article"),
    path("library/", library.library, name="library"),
    path("library/new/", library.add, name="add_document"),
    path(f"{_shelf}/edit/", library.edit, name="edit_document"),
    path(f"{_shelf}/history/", library.history, name="document_history"),
    path(f"{_shelf}/files/", library.files, name="document_files"),
    path(f"{_shelf}/publish/", library.publish, name="publish_document"),
    path(f"{_shelf}/retract/", library.retract, name="retract_document"),
    path("library/desk/files/<int:pk>/remove/", library.remove_file, name="remove_file"),
    path("library/<slug:slug>/", library.document, name="document"),
    path("library/<slug:slug>/cite/<slug:style>/", library.citation, name="cite"),
    re_path(rf"^(?P<slug>{'|'.join(queries.SLUGS)})/$", pages.page, name="page"),
]
