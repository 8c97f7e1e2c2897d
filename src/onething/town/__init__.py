"""The living town of a demonstration: invented people and firms whose cases the very verbs of the product have made.

`build` makes some hundred cases in every state, `scale` multiplies them set-based for load, `filler` fills any form.
Nothing here is loaded by a page, and nothing here runs in an installation that is no demonstration.
"""
