"""Pulls: sources that we fetch instead of receiving. The content is stored in the landing unchanged.

This package fetches deliveries, and does nothing that depends on their content: `declared` has what an agency puts on
its `Source(pull=...)`, one module per transport fetches (`postgres`, `paged_http`, `odata`, `sftp`), `dispatch.pull`
chooses one, and `workplace` is the hidden folder in which a delivery is collected until one rename moves it to the
landing. Intake reads rows only from the landing. Another pulled agency needs a declaration in its own module; nothing
here names a source.
"""
