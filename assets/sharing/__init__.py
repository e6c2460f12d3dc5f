"""Shares: what an agency may read of a load, and the media through which it gets it.

This package has agreements, the share that follows from one, pseudonyms, rounding of counts, and extracts. It does not
define marts (dbt_project) or when shares are made (orchestration). Only `share` turns an agreement into SQL; the media
use it.
"""
