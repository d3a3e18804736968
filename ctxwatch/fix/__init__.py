"""Edits the user's own source so that a hand-off takes the context along.

An edit is made only where it is certain: the line still holds the hand-off that
the finding names, and everything that has to change is in view. Whatever is not
is left to people, with the reason. It needs the packages of the extra ``fix``.
"""
