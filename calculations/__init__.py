"""Pure, exact arithmetic with units for sterile compounding: no I/O, clock, randomness, site or product values.

Numbers and units: `number`, `units`, `quantity`, `rounding`, `printing`. Refusals and findings: `errors`, `findings`.
"""
