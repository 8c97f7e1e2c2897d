"""Write the texts of some one-things of the catalogue, and of its places and bodies, as a template for translators.

`make messages` runs it: scripts/catalogue_words.py OUTPUT KEY…
"""

import re
import sys
from collections import Counter
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from onething.catalogue.loader import SHIPPED, load
from onething.catalogue.texts import texts_of

NEAR = frozenset({"province", "city", "county"})
INVENTED = "（演示）"
MANY = 3  # a body of this name stands in several places, so it is a kind of body


def words(keys: list[str]) -> list[str]:
    """Every text of the one-things, then the places down to the district, then what bodies are called without their place."""
    catalogue = load(SHIPPED)
    found = dict.fromkeys(text for key in keys for text in texts_of(catalogue.things[key].document))
    places = [
        str(one["name"])
        for reference in catalogue.references
        for one in reference.root.get("divisions", ())
        if one.get("level") in NEAR
    ]
    found.update(dict.fromkeys(places))
    inside = re.compile("|".join(sorted(map(re.escape, places), key=len, reverse=True)))
    bodies = [str(one["name"]) for reference in catalogue.references for one in reference.root.get("organisations", ())]
    kinds = Counter(inside.sub("", name.removesuffix(INVENTED), count=1) for name in bodies)
    invented = {inside.sub("", name.removesuffix(INVENTED), count=1) for name in bodies if name.endswith(INVENTED)}
    found.update(dict.fromkeys(kind for kind, times in kinds.items() if kind in invented or times >= MANY))
    return list(found)


def main(output: str, *keys: str) -> None:
    """Write the template."""
    template = Catalog(charset="utf-8")
    for text in words(list(keys)):
        template.add(text)
    with Path(output).open("wb") as file:
        write_po(file, template, sort_output=True, omit_header=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
