"""A table of people with a few attributes, and the same table as points: one for each attribute."""

import numpy as np
import pandas as pd

from streams.scenario import default_sources
from streams.synthetic.world import World
from streams.training import without_usage

FINE = ("year", "month", "sex", "home", "surname")
"""Attributes by which nearly everybody is alone."""
COARSE = ("decade", "sex", "home")
"""Attributes that nearly everybody shares with others."""
SECRET = "work"
"""What is to be guessed: the cell of the workplace, or none."""


def people(number: int, seed: int) -> pd.DataFrame:
    """Return attributes of the people of a synthetic world in random order, all of them text.

    Birth year, month and decade, sex, cell of the home, surname, and SECRET.
    """
    known = World(number, 1, seed, without_usage(default_sources())).people()
    frame = pd.DataFrame(
        {
            "year": known["birth"].str[:4],
            "month": known["birth"].str[5:7],
            "decade": known["birth"].str[:3] + "0s",
            "sex": known["sex"],
            "home": "cell " + known["home"].astype(str),
            "surname": known["surname"],
            SECRET: [f"cell {c}" if c is not pd.NA else "none" for c in known["work"]],
        }
    )
    order = np.random.default_rng(seed).permutation(len(frame))
    return frame.iloc[order].reset_index(drop=True)


def halves(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the people who are released and those who are held out, rows numbered from 0."""
    half = len(frame) // 2
    return frame.iloc[:half], frame.iloc[half : 2 * half].reset_index(drop=True)


def as_points(frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the frame as points: a source for each column, of which everybody has one point.

    So who looks alike in the view of all columns has equal rows. Rows become people, a value's
    place is its number; SECRET is kept beside them.
    """
    parts = [
        pd.DataFrame(
            {
                "person": np.arange(len(frame)),
                "source": column,
                "hour": 0,
                "place": pd.factorize(frame[column], sort=True)[0],
                SECRET: frame[SECRET].to_numpy(),
            }
        )
        for column in columns
    ]
    return pd.concat(parts, ignore_index=True)
