"""Reads mention files into the table `mention`, and finds the rows that changed tonight."""
