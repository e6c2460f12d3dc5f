"""The companions' field (decision 0036): forms that they fill in, lists that their phones carry, progress between two
nights, and pages for those who supervise and visit.
"""
