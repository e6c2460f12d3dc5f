"""The stages of a load: intake, identity, publication, sharing; and in `agencies/` one module per agency.

This package does the work, and can be called from a shell or a test. It has no Dagster definitions (orchestration/) and
no rules about single rows (validations/).
"""
