"""Decides whether a row is accepted: shared field types and checks, one contract module per agency, and expectations/
(Great Expectations).

In scope: every rule about a row, a file's columns or a key, as declared in `exports.md`. Out of scope: reading files
(assets/intake/), Dagster and dbt.
"""
