"""The root of the errors whose words are meant for users."""

from __future__ import annotations


class SadayaError(Exception):
    """Something that a user can be told as it is: the text quotes no value of a row, no secret and no address.

    Of every other error only the kind is shown, since its text may quote somebody's data.
    """

    @property
    def user_message(self) -> str:
        """What the user is told."""
        return str(self)
