"""Replies under things that are not discussions: "Leave a reply".

A *remark* is what somebody leaves there: a member as themselves, a *guest* with a name
and an address that nobody ever sees. A guest *confirms* by the link in a letter, and may
*withdraw* by the same link. A remark may be *held* until a moderator *releases* or
*declines* it. One level deep. Words: remark, guest, confirm, held, withdraw.
"""
