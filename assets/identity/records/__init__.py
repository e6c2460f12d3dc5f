"""Reads mentions into the table `mention`, and finds the rows that changed tonight."""
