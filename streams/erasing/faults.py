"""What goes wrong when somebody is to be erased."""

from linkage.errors import LinkageError


class ErasureError(LinkageError):
    """Nobody was erased, and nothing was changed; the message says why and what to do."""
