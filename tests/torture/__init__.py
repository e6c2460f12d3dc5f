"""Single faults: each delivery is good but for one thing, and what must become of it is written beside it.

`deliveries` makes a good delivery of any source from its contract's examples, `faults` names what is done to it and the
outcome, `test_torture` takes each in beside a witness: another source that nothing is wrong with.
"""
