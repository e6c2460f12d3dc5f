"""What is measured, and against what. Each script prints a table of ratios taken in one run; nothing here is a test.

Belongs here: a measurement anyone can repeat with `make benchmark`. Does not: thresholds (a timed test fails on a
busy machine).
"""
