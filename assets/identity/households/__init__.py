"""Which persons live and eat together (`steps`)."""
