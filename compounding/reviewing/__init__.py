"""An order version from its arrival to the pharmacist's decision, and the doses that follow."""
