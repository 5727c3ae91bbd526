"""Members: who is here, whom they speak for, and in which circles.

A *member* shows what they choose. An *affiliation* is a confirmed stakeholder
group. A *circle* is where members talk; a *membership* makes somebody a member
or *host* of one; people come in by *request* or *invitation*. What is *shared*
carries a circle, a label, an attribution and, when RED, its *readers*. A *speaker*
is a member as a Chatham House thing shows them.
"""
