"""How many different people were seen in each square of cells, over the blocks asked about.

A person counts in `most` squares, drawn by lot from theirs. Places that are no cells of the plane
are left out, and so are all places of sources whose places are no cells.
"""

from linkage.privacy.budget.query import Query
from linkage.privacy.budget.squares import bound_by_square, people_by_square, seen_squares

QUERY = Query(
    name="cell_people",
    question="How many different people were seen in each square of cells?",
    unit="people",
    bound="1 in each of `most` squares",
    labels=seen_squares,
    tally=people_by_square,
    l2_squared=bound_by_square,
    uses=("most", "side"),
    axes="from cell",
)
