"""Measurements of the product against the figures it promises. Each prints figure, target and a verdict."""
