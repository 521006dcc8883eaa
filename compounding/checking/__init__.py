"""The second route: what was recorded, worked out again without the plan, and compared with the order."""
