"""Pulls: sources that we fetch, instead of being sent them. What came is left in the landing as it came.

Here belongs how a delivery is fetched, and nothing that depends on what it says: `declared` has what an agency puts on
its `Source(pull=...)`, one module per transport fetches (`postgres`, `paged_http`, `odata`, `sftp`), `dispatch.pull`
chooses among them, and `workplace` is the hidden folder in which a delivery grows until one rename lands it. Rows are
read by intake, from the landing alone. Another pulled agency is a declaration in that agency's module; nothing here
names a source.
"""
