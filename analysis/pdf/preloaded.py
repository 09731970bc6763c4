"""Importing this loads the faces: a fork server that imports it shares them with its workers."""

import gc

from analysis.pdf.fonts import load_faces

load_faces()
gc.freeze()  # else the first collection of a worker would copy all that it shares
