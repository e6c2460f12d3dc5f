"""The simulated province: every export of exports.md with its defects, and the truth behind it. All of it is synthetic.

`world` makes people and families, `life` changes them, `defects` damages values, one module per agency writes its
exports, `faults` damages whole deliveries, `province` runs them night by night. A new source is one more module with an
`export`. Of the product, only the command line imports this package.
"""

from simulation.province import Summary, write_province

__all__ = ["Summary", "write_province"]
