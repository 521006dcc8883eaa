"""From an order to what is made: the therapeutic plan, its findings, the draw-up plan, the beyond-use time. All pure."""
