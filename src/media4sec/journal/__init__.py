"""Journal: articles, pages of the house, and the library of reports.

An *article* is drafted, reviewed by another *editor*, and published now or at a time;
what must not stand is *retracted*, with a reason that stays. A *series* keeps articles
together. A *page* (about, house rules, …) is edited the same way. The *library* keeps
*documents* with their files and *editions*. Nothing unpublished leaves the *writing desk*.
Words: article, standfirst, series, page, document, edition, editor, review, retract, preview.
"""
