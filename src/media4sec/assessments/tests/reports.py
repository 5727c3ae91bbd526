"""A check that was reviewed and decided, for reports about it."""

from media4sec.assessments import services
from media4sec.assessments.models import Check, Proof, Role
from media4sec.assessments.services import Said
from media4sec.assessments.tests.factories import answer_as, prove, ruling, with_people

ROBBERY = "a-witness-appeal-after-a-robbery"
#: Words that only some copies may carry, by where somebody wrote them.
SECRETS = {
    "description": "We publish one still on the page of the force.",
    "named law": "StPO, section 131b, first sentence",
    "comment": "The desk officer saw it first.",
    "proof": "The file lies in drawer seven.",
    "office": "Prosecutor of Example Town",
    "reference": "11 Js 4711/26",
    "opinion": "Only if the end date is named in the post.",
    "reason": "Milder ways have failed.",
}


def reviewed(author, country="DE"):
    """Sent, with opinions and accepted proofs; and its people by role."""
    check, people = with_people(author, Role.APPROVER, Role.OFFICER, Role.LEGAL)
    Check.objects.filter(pk=check.pk).update(
        activity="witness_appeal",
        country=country,
        title="An appeal after a robbery",
        description=SECRETS["description"],
    )
    check.refresh_from_db()
    answer_as(check, ROBBERY)
    said = Said(
        "yes",
        words=SECRETS["named law"],
        comment=SECRETS["comment"],
        seen=check.answers.filter(question="q03").last().pk,
    )
    services.answer(check, "q03", said, by=author)
    version = services.submit(check, by=author)
    for role, advice in ((Role.OFFICER, "agrees_if"), (Role.LEGAL, "agrees")):
        words = SECRETS["opinion"] if role == Role.OFFICER else "The order covers it."
        services.advise(
            check, by=people[role], role=role, advice=advice, words=words, seen=version.sha256
        )
    prove(check, words=SECRETS["proof"], judged_by=people[Role.LEGAL])
    Proof.objects.filter(of="authorisation").update(
        statute="StPO, section 131c", office=SECRETS["office"], reference=SECRETS["reference"]
    )
    return check, version, people


def decided(author, **more):
    """The same, and approved."""
    check, version, people = reviewed(author, **more)
    for opinion in version.opinions.all():
        services.take_opinion(opinion, "accepted", by=people[Role.APPROVER])
    services.approve(check, ruling(check, reason=SECRETS["reason"]), by=people[Role.APPROVER])
    check.refresh_from_db()
    return check, version, people
