"""Attacks on our own promises: linking, reading, losing, breaking.

Each runs short in the normal suite and at full length with ``make attack``.
"""
