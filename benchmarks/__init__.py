"""Measurements and their references. Each script prints a table of ratios from one run; nothing here is a test.

Every measurement can be repeated with `make benchmark`. There are no thresholds (a timed test fails on a busy machine).
"""
