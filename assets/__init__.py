"""What a load makes, stage by stage: intake, one module per agency, identity, publication.

Belongs here: the work itself, callable from a shell or a test. Does not: Dagster's definitions (orchestration/),
rules about
single rows (validations/).
"""
