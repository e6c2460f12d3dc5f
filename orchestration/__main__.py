"""`python -m orchestration` is the command `sadaya`."""

from orchestration.cli import main

main()
