"""The words around names: kin, titles, introductions, honorifics …, of names_cues.txt."""

from __future__ import annotations

from pipeline.deidentify.words.lists import sets

CUES = sets("people/names_cues.txt")
"""kind -> its words; the file says of each whether lemmas or forms are meant"""
