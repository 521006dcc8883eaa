"""compounding."""
