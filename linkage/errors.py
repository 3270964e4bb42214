"""The errors that callers can act on. Each message names the field, what it got and the fix."""


class LinkageError(Exception):
    """Base of all errors raised on purpose by `linkage`."""


class SchemaError(LinkageError):
    """Input or a model does not have the fields, levels or version that were declared."""


class CatalogueError(LinkageError):
    """A plug-in file lacks its constant, or the constant has the wrong type or name."""


class PolicyError(LinkageError):
    """A budget policy is wrong; the message names the line or field and what is allowed."""


class RiskError(LinkageError):
    """Points, an adversary or a population of which no risk can be told; nothing was changed."""
