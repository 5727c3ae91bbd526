"""Patterns: the practice language of the community, and what happened to who tried it.

A *pattern* is a named, reusable practice: context, *forces*, *therefore*, steps, limits, law.
Every published *version* stays at its own address. Good, bad and ugly are *judgements* from a
viewpoint. An *experience* says that somebody tried something, with its *outcome*: a *note* in
five minutes, or grown to a full entry; "we tried it too" is a note about a pattern or another
experience. *Evidence* has a level and five boxes (EMMIE), each with what it says and how good
it is. The *catalogue* finds both by *facets*.
Words: pattern, version, relation, judgement, experience, note, outcome, evidence, facet.
"""
