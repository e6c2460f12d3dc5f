"""One module per agency (OPD): its sources, and their formats and pulls; `sadaya` has what our own clerks send.

A module has an `AGENCY` and its parts. Rules about its rows are in validations/; code that another agency needs is
elsewhere.
"""
