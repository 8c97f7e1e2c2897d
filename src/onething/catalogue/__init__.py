"""One 1: what one-things exist, out of which items they are made, and in which edition each of them holds."""
