"""The commands, one file per noun. Each opens the transaction that its services need."""
