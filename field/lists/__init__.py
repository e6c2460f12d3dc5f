"""Entity lists: the families that each companion's phone carries.

They are made from what Dinas Sosial's agreement gives (`families`), written as files (`files`), and kept up to date on
an ODK Central (`central`, `plan`, `sync`); `make` does both.
"""
