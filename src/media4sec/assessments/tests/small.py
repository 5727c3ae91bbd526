"""A small rulebook to try things with: every part of a pack at least once."""

from copy import deepcopy
from datetime import date
from typing import Any

from media4sec.assessments.evaluation import Evidence, Result
from media4sec.assessments.packs.layering import Provision, Rulebook, stack
from media4sec.assessments.packs.reading import pack_from, plain_yaml
from media4sec.assessments.packs.schema import Pack

DAY = date(2026, 11, 22)
LATER = date(2027, 12, 2)
HOUSE = {
    "LAW.1": Provision("LAW.1", "Law, Article 1", "ask before you look"),
    "LAW.2": Provision("LAW.2", "Law, Article 2", "look no longer than needed"),
    "NEW.1": Provision("NEW.1", "New Law, Article 1", "ask a judge", first=LATER),
    "OLD.1": Provision("OLD.1", "Old Law, Article 1", "ask nobody", last=date(2020, 1, 1)),
}
WIDE = """
pack: {id: test.wide, version: 1.0.0, layer: eu, jurisdiction: EU, title: Wide, checked: 2026-11-21,
  status: draft}
sections: {s1: First, s2: Second, s3: Third}
screen: [how]
risks:
  R.A: {title: Somebody is harmed, rights: [LAW.1]}
  R.B: {title: Somebody is watched, rights: [LAW.2]}
safeguards:
  S.ONE: {title: Lower it much, cuts: {R.A: {severity: 2, likelihood: 2}}}
  S.TWO: {title: Lower it a little, cuts: {R.A: {likelihood: 1}, R.B: {severity: 1}}}
  S.GATE: {title: Ask each time, cuts: {}}
authorisations:
  AU.LAW: {title: A law allows it, by: legal, sources: [LAW.1]}
  AU.JUDGE: {title: A judge allows it, by: a court}
documents:
  D.PLAN: {title: The plan}
red_lines:
  RL.NEVER: {title: Never do this, kind: absolute, sources: [LAW.1]}
  RL.GATED: {title: Only through gates, kind: conditional, gates: [AU.LAW, S.GATE],
    note: Both of them, sources: [LAW.1, LAW.2]}
criteria: {W1: Sensitive, W2: Large}
expiry: {other: 365, event: 30}
activities:
  watch:
    title: Watching
    about: Looking at what is open
    asks: [s1]
    effects: [{authorisations: [AU.LAW], sources: [LAW.1]}]
  talk: {title: Talking, asks: [s1, s2], expiry: event}
  rest: {title: Resting, asks: [s3]}
questions:
  - {id: who, section: s1, text: Who is it, type: one, required: true, options: {
      police: {text: Police, effects: [{regime: LED, sources: [LAW.1]}]},
      shop: {text: A shop, effects: [{regime: GDPR, sources: [LAW.1]}]},
      both: {text: Both, effects: [{regime: both, sources: [LAW.1]}]}}}
  - {id: how, section: s1, text: How, type: one, options: {
      open: {text: In the open},
      closed: {text: Behind a wall, effects: [{red_lines: [RL.GATED], sources: [LAW.1]}]},
      trick: {text: By a trick, effects: [{red_lines: [RL.NEVER], sources: [LAW.1]}]}}}
  - {id: deeper, section: s1, text: How deep, type: one,
      ask_if: {question: how, in: [closed, trick]}, options: {
      little: {text: A little, effects: [{risks: {R.B: [2, 2]}, sources: [LAW.2]}]},
      far: {text: Far, effects: [{risks: {R.B: [4, 4]}, sources: [LAW.2]}]}}}
  - {id: whom, section: s1, text: Whom, type: many, options: {
      children: {text: Children, effects: [
        {risks: {R.A: [4, 3]}, safeguards: [S.ONE], criteria: [W1], sources: [LAW.1]},
        {if: {question: how, is: open}, risks: {R.A: [3, 4]}, sources: [LAW.2]}]},
      crowd: {text: A crowd, effects: [{criteria: [W2], safeguards: [S.TWO], sources: [LAW.2]}]},
      nobody: {text: Nobody}}}
  - {id: why, section: s2, text: Why, type: text, effects: [{documents: [D.PLAN],
      sources: [LAW.2]}]}
  - {id: event, section: s2, text: Is there an event, type: one, options: {
      known: {text: There is, effects: [{urgent: true, sources: [LAW.1]}]},
      none: {text: There is none, effects: [{block: publish, unless: AU.JUDGE, sources: [LAW.1]}]}}}
  - {id: next, section: s2, text: And next year, type: one, options: {
      judge: {text: We ask a judge, effects: [
        {authorisations: [AU.JUDGE], sources: [NEW.1]}, {risks: {R.A: [4, 4]}, sources: [NEW.1]},
        {risks: {R.B: [4, 4]}, sources: [OLD.1]}]},
      rest: {text: We rest}}}
  - {id: tired, section: s3, text: Tired, type: one, options: {
      very: {text: Very, effects: [{block: approve, sources: [LAW.1]}]},
      fit: {text: Not at all}}}
rules:
  - {id: X1, when: {all: [{activity: [talk]}, {not: {question: event, is: known}}]},
      effects: [{opinions: [legal], note: Say which event, sources: [LAW.1]}]}
  - {id: X2, when: {criteria_at_least: 2}, effects: [{documents: [D.PLAN], sources: [LAW.2]}]}
  - {id: X3, when: {residual: high}, effects: [{authorisations: [AU.JUDGE], sources: [LAW.2]}]}
  - {id: X4, when: {all: [{question: who, in: [police, both]}, {not: {crossed: absolute}}]},
      effects: [{urgent: true, sources: [LAW.1]}]}
  - {id: X5, when: {any: [{regime: both}, {question: whom, has: nobody}]},
      effects: [{note: Two laws govern it, sources: [LAW.1]}]}
  - {id: X6, when: {crossed: conditional}, effects: [{opinions: [dpo], sources: [LAW.2]}]}
"""
_NARROW = {
    "id": "test.narrow",
    "version": "1.0.0",
    "layer": "national",
    "jurisdiction": "NL",
    "title": "Narrow",
    "checked": date(2026, 11, 21),
    "status": "draft",
}


_READ = plain_yaml(WIDE, where="wide")


def wide_data() -> dict[str, Any]:
    return deepcopy(_READ)


def wide(**parts: Any) -> Pack:
    """The wide layer, with other parts."""
    return pack_from(wide_data() | parts, where="wide")


def narrow(text: str = "", *, head: dict[str, Any] | None = None, **parts: Any) -> Pack:
    """A country's layer, of YAML or of plain data."""
    said = plain_yaml(text, where="narrow") if text else {}
    return pack_from({"pack": _NARROW | (head or {}), **said, **deepcopy(parts)}, where="narrow")


def book(*layers: Pack) -> Rulebook:
    return stack([wide(), *layers], house=HOUSE)


def everything_needed(result: Result) -> Evidence:
    """All that a result asks for, except what opens gates of red lines and lifts blocks."""
    gates = {gate for line in result.red_lines for gate in line.gates}
    gates |= {block.unless for block in result.blocks}
    safeguards, documents, authorisations, opinions = (
        frozenset(needed.key for needed in several)
        for several in (
            result.safeguards,
            result.documents,
            result.authorisations,
            result.opinions,
        )
    )
    return Evidence(safeguards, documents - gates, authorisations - gates, opinions)
