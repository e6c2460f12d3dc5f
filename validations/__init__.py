"""May this row come in? Field types and checks (shared), one module of contracts per agency, expectations/ (Great
Expectations).

Belongs here: every rule about a row, a file's columns or a key, as declared in `exports.md`. Does not: reading
files (assets/intake/),
anything that knows of Dagster or dbt.
"""
