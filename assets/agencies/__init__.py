"""One module per agency (OPD), and `sadaya` for what our own clerks send: its sources, and how each comes.

Belongs here: an `AGENCY` and what it is made of. Does not: what its rows must be (validations/), code that another
agency needs too.
"""
