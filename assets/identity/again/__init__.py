"""A night that goes on from the last: what can have changed is decided on anew, by the same code, and nothing else.

What was kept is in the database `kept`. What is decided on tonight is laid before it in memory under the same names
(`layer`), so that rules, weights and ids see a small province. That it is large enough is the care of these modules:
whatever could come out otherwise in a load from scratch has to be in it.
"""

from assets.identity.again.night import go_on

__all__ = ["go_on"]
