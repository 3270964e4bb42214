"""Small worlds that queries are asked about, and questions that use all that a query uses."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from linkage.privacy.budget.contributions import Contributions, Domain
from linkage.privacy.budget.query import Query
from linkage.privacy.budget.question import Question

DOMAIN = Domain(("phone", "bank", "internet"), cells=8, width=3, apart=("internet",))
# Places 0 and 9 are off the plane; people 2**24 and more take the way of sparse numbers.
PERSON = st.sampled_from([0, 1, 2, 3, 5, 40, 2**24, 2**39])
ROW = st.tuples(PERSON, st.integers(0, 2), st.integers(-1, 6), st.integers(0, 9), st.integers(1, 5))
Row = tuple[int, int, int, int, int]
WORLDS = st.lists(ROW, max_size=40)


def rows(world: Sequence[Row]) -> Contributions:
    columns = np.array(world, dtype=np.int64).reshape(-1, 5).T
    return Contributions(columns[0], columns[1].astype(np.uint8), *columns[2:])


def question_to(query: Query, **fields: Any) -> Question:
    """Return a question of blocks 0 to 5; fields that the query has no use for are left out."""
    usable = {"sources", "first", "last", "nano_rho", *query.uses}
    stated = {
        **{"sources": ("phone", "bank", "internet"), "first": 0, "last": 5, "nano_rho": 10**6},
        **{field: value for field, value in fields.items() if field in usable},
    }
    return Question(purpose="statistics", query=query.name, **stated)


def questions(query: Query) -> st.SearchStrategy[Question]:
    sources = st.permutations(DOMAIN.sources).flatmap(
        lambda found: st.integers(1, 3).map(lambda many: tuple(found[:many]))
    )
    return st.builds(
        lambda **fields: question_to(query, **fields),
        sources=sources,
        first=st.integers(0, 2),
        last=st.integers(2, 5),
        most=st.integers(1, 6),
        hours=st.integers(1, 4),
        side=st.integers(1, 3),
        k=st.integers(1, 4),
    )
