"""OneThing (一件事): the items of several departments that one person or business meets at one moment, as one thing."""

__version__ = "0.1.0"
