"""While a cycle runs: where it stands, and what may be done for one rater."""
