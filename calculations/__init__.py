"""Pure, exact arithmetic with units for sterile compounding: no I/O, clock, randomness, nor any site's or product's value.

Numbers and units: `number`, `units`, `quantity`, `rounding`, `printing`. Refusals and findings: `errors`, `findings`.
"""
