"""What the product does. The modules here are the sentence of docs/architecture.md, step by step;
what stands around a step lies in a folder of its own.
"""
