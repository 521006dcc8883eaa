"""The work: orders, review, plans, preparation at the hood, checks, release, delivery, stock. Knows nothing of HTTP."""
