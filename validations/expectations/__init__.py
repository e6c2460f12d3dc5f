"""Plausibility of a load as a whole: the limits of the gate's metrics, and the Great Expectations suite over them.

In scope: metric definitions, their limits, and their explanation for auditors. Out of scope: counting metrics
(assets/publication), and rules about a row (the contracts).
"""
