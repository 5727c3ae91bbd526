"""What a check calls for: what has to be there before it counts, and what opens its gates."""

from __future__ import annotations

from media4sec.assessments.models import Proof
from media4sec.assessments.packs.layering import Rulebook
from media4sec.assessments.queries.answers import Standing

Thing = tuple[str, str]  # of what kind, and its key


def called_for(standing: Standing) -> list[Thing]:
    """All that a proof can be given for, each once: safeguards, authorisations, documents."""
    result, book = standing.result, standing.book
    found: set[Thing] = {
        (kind, each.key)
        for kind, several in (
            (Proof.Of.SAFEGUARD, result.safeguards),
            (Proof.Of.AUTHORISATION, result.authorisations),
            (Proof.Of.DOCUMENT, result.documents),
        )
        for each in several
    }
    gates = {gate for line in result.red_lines for gate in line.gates}
    gates |= {block.unless for block in result.blocks if block.unless}
    found |= {(kind, gate) for gate in gates for kind in kind_of(book, gate)}
    order = [Proof.Of.SAFEGUARD, Proof.Of.AUTHORISATION, Proof.Of.DOCUMENT]
    return sorted(found, key=lambda each: (order.index(Proof.Of(each[0])), each[1]))


def is_called_for(standing: Standing, of: str, key: str) -> bool:
    """Whether a proof of it can be given; evidence can be added to every question asked."""
    if of == Proof.Of.ANSWER:
        return key in standing.result.asked
    return (of, key) in called_for(standing)


def kind_of(book: Rulebook, key: str) -> list[str]:
    """What a gate is; nothing where no proof opens it."""
    whole = book.whole
    tables = (
        (Proof.Of.SAFEGUARD, whole.safeguards),
        (Proof.Of.AUTHORISATION, whole.authorisations),
        (Proof.Of.DOCUMENT, whole.documents),
    )
    return [str(kind) for kind, table in tables if key in table]
