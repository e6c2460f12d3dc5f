"""Single faults: each delivery is good except for one thing, and its expected outcome is declared with it.

`deliveries` makes a good delivery of any source from its contract's examples, `faults` declares the faults and their
outcomes, `test_torture` loads each together with a witness: another source without a fault.
"""
