"""Base class of errors with a message for users."""

from __future__ import annotations


class SadayaError(Exception):
    """An error whose text is safe to show to users: it quotes no row value, secret or address.

    Of any other error only the type is shown, because its text may quote personal data.
    """

    @property
    def user_message(self) -> str:
        """Text for the user."""
        return str(self)
