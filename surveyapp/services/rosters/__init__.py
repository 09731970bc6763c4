"""Who rates whom: a file that people made, read, compared and taken into a draft."""
