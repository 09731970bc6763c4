"""A sample company, two cycles of it, and a driver that fills in forms as people would."""
