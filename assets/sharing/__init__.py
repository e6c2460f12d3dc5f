"""What an agency may read of a load, and the media that it gets it by.

Belongs here: agreements, the share that follows from one, pseudonyms, rounding of counts, extracts. Does not: what a
mart holds (dbt_project), when shares are made (orchestration). Only `share` turns an agreement into SQL; media ask it.
"""
