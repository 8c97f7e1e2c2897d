"""Official documents: numbered, frozen in words, drawn as a body's letter, answered for to anyone with the code (R2.2.c/4)."""
