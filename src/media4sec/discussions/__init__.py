"""Discussions: asking, answering, finding it again.

A *topic* is a question or a discussion, in a circle or the Commons. Members
*reply*; the asker *accepts* an answer; readers *react*. Hosts *pin*, *lock* and
*move*. What one deletes leaves a marked gap; what one edits keeps its history.
Words: topic, question, discussion, reply, accepted answer, reaction, follow, mute.
"""
