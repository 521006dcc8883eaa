"""Parenteral nutrition as data: products by salt, limits by age and weight, the site's profile, templates, curves."""
