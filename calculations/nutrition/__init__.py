"""Parenteral nutrition: what is in the bag, worked out exactly from products by salt."""
