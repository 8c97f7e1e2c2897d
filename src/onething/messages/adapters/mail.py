"""E-mail through Django's mail backend: SMTP, by the `EMAIL_…` settings."""

import smtplib

from django.core.mail import EmailMessage

from onething.kit.errors import Unavailable
from onething.messages.adapters import Text

__all__ = ["Mail"]

FOR_GOOD = 500


class Mail:
    """One plain mail for each text. Its Message-ID follows from the key, so that mail systems can drop a repetition."""

    def send(self, text: Text) -> None:
        """Hand it to the server. Raises Unavailable, for good when the server refuses the address or the mail."""
        message = EmailMessage(text.subject, text.body, to=[text.to], headers={"Auto-Submitted": "auto-generated"})
        message.extra_headers["Message-ID"] = f"<{text.key}@{message.from_email.rpartition('@')[2].rstrip('>')}>"
        try:
            message.send()
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _reason in refused.recipients.values()]
            raise _unavailable(f"the mail server refused the address: {codes}", max(codes, default=0)) from None
        except smtplib.SMTPAuthenticationError as error:  # our own setting is wrong; that can be mended
            raise Unavailable(f"the mail server does not let us in: {error.smtp_code}") from None
        except smtplib.SMTPResponseException as error:
            raise _unavailable(f"the mail server answered {error.smtp_code}", error.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(f"the mail server does not answer: {type(error).__name__}") from None


def _unavailable(words: str, code: int) -> Unavailable:
    return Unavailable(words, permanent=code >= FOR_GOOD)
