"""The room's addresses."""

from django.urls import path

from media4sec.assessments.views import (
    answering,
    checks,
    gauging,
    guide,
    library,
    proofs,
    results,
    summaries,
)

app_name = "assessments"
urlpatterns = [
    path("checks/guide/", guide.index, name="index"),
    path("checks/guide/<slug:slug>/", guide.activity, name="activity"),
    path("checks/guide/<slug:slug>/questions/", guide.questions, name="guide_questions"),
    path("checks/examples/", guide.examples, name="examples"),
    path("checks/examples/<slug:slug>/", guide.example, name="example"),
    path("checks/law/", library.index, name="law"),
    path("checks/law/packs/", library.packs, name="packs"),
    path("checks/law/packs/<str:key>/", library.pack, name="pack"),
    path("checks/law/provision/<str:key>/", library.provision, name="provision"),
    path("checks/law/<slug:slug>/", library.instrument, name="instrument"),
    path("checks/summaries/", summaries.index, name="summaries"),
    path("checks/summaries/<int:pk>/", summaries.summary, name="summary"),
    path("checks/", checks.mine, name="checks"),
    path("checks/new/", checks.begin, name="begin"),
    path("checks/<int:pk>/", results.check, name="check"),
    path("checks/<int:pk>/quick/", answering.quick, name="quick"),
    path("checks/<int:pk>/quick/result/", results.quick_result, name="quick_result"),
    path("checks/<int:pk>/questions/", answering.questions, name="questions"),
    path("checks/<int:pk>/questions/<str:key>/", answering.question, name="question"),
    path("checks/<int:pk>/what-if/", results.change, name="what_if"),
    path("checks/<int:pk>/result.json", results.as_json, name="json"),
    path("checks/<int:pk>/summary/", summaries.write, name="tell"),
    path("checks/<int:pk>/summary/take-back/", summaries.take_back, name="untell"),
    path("checks/<int:pk>/proofs/", proofs.proofs, name="proofs"),
    path("checks/<int:pk>/proofs/<int:proof>/judge/", proofs.judge, name="judge_proof"),
    path("checks/<int:pk>/proofs/<int:proof>/take-back/", proofs.take_back, name="take_proof_back"),
    path("checks/<int:pk>/proofs/<str:of>/<str:key>/", proofs.proof, name="proof"),
    path("checks/<int:pk>/risks/<str:key>/", gauging.risk, name="risk"),
    path("checks/<int:pk>/risks/<str:key>/<int:gauge>/", gauging.second, name="second_gauge"),
    path("checks/<int:pk>/withdraw/", checks.withdraw, name="withdraw"),
]
