"""What a load makes, stage by stage: intake, identity, publication; and in `agencies/` one module per agency.

Belongs here: the work itself, callable from a shell or a test. Does not: Dagster's definitions (orchestration/), rules
about single rows (validations/).
"""
