"""What contradicts itself in a formulary that can be loaded: names, limits, codes, times and concentrations held together."""
