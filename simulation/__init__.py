"""The simulated province: every export of exports.md with its defects, and the truth behind it. All of it is synthetic.

`world` invents people and families, `life` changes them, `defects` damages values, one module per agency writes its
exports, `faults` spoils whole deliveries, `province` runs them night by night. Another source is one more module with
an `export`. Nothing of the product imports this package but the command line.
"""

from simulation.province import Summary, write_province

__all__ = ["Summary", "write_province"]
