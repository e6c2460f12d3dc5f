"""What is plausible of a load as a whole: the limits of the gate's metrics, and the Great Expectations suite over them.

Belongs here: what a metric means, its limits, and how auditors read them. Does not: how a metric is counted
(assets/publication), or a rule about a row (the contracts).
"""
