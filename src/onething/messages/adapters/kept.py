"""For demonstrations: a text is kept in a table, where its own receiver may read it. Nothing leaves the machine."""

from onething.kit import db
from onething.messages.adapters import Text
from onething.messages.digests import digest_of
from onething.messages.models import KeptText

__all__ = ["Kept"]


class Kept:
    """Stands for a mail server and for a gateway of short messages."""

    @db.transaction
    def send(self, text: Text) -> None:
        """Keep it, each time it is asked for: whoever looks sees repetitions too."""
        KeptText.objects.create(
            channel=text.channel.value,
            digest=digest_of(text.channel, text.to),
            address=text.to,
            subject=text.subject,
            body=text.body,
            key=text.key,
            kept_at=text.at,
        )
