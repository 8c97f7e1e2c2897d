"""The two foreseen failures of the product: a person is refused, or another system does not answer."""


class Refused(Exception):
    """A verb declines, and tells the person what to do about it.

    `message` is shown to people as it stands. `code` is what programs and tests look at, `facts` are the
    numbers behind the message. Subclasses live beside the verb that raises them and set `code` once.
    """

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.message!r}, code={self.code!r}, facts={self.facts!r})"


class Unavailable(Exception):
    """A system outside did not do its part. Trying again helps unless `permanent`."""

    def __init__(self, message: str, *, permanent: bool = False, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.facts = facts

    def __str__(self) -> str:
        return self.message
