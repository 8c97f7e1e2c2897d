"""The design language: tokens, components, the frame of every page, and the gallery that shows them.

Everything here draws; nothing here decides. Faces (web/public, web/review) bring the words and the data.
"""
