"""Pages of the companions' field for Dinas Sosial: what supervisors see and ask, and sheets that companions take along.

They name families and are no part of the public site: they are beside the progress between nights, and in the agency's
extract. Both are made of the same tables by the same code.
"""

from field.pages.build import write
from field.pages.extract import write_from_share

__all__ = ["write", "write_from_share"]
