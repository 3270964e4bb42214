# Checked in no environment that mypy knows: its libraries are the peers'.
# mypy: ignore-errors
"""Splink's settings for each family of data sets, after its documentation's best practice.

Out-of-the-box comparisons for names, dates and mail; term frequencies wherever a value repeats; an
address as one comparison, because area, street and house do not agree independently; one EM
session for each of a few blocking rules; prediction over rules that are generous.
"""

import pandas as pd
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import block_on


def _level(sql, label, frequency=None):
    return cll.CustomLevel(sql, label).configure(tf_adjustment_column=frequency)


def _both(*columns):
    return " AND ".join(f'"{c}_l" = "{c}_r"' for c in columns)


def _people_address():
    levels = [
        cll.NullLevel("address"),
        _level(_both("address"), "same house", "address"),
        _level(_both("street"), "same street", "street"),
        _level(_both("area"), "same area", "area"),
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, "address")


def _febrl_address():
    near = "jaro_winkler_similarity(address_1_l, address_1_r) >= 0.9"
    place = "(postcode_l = postcode_r OR jaro_winkler_similarity(suburb_l, suburb_r) >= 0.9)"
    house = "street_number_l = street_number_r"
    levels = [
        cll.CustomLevel("address_1_l IS NULL OR address_1_r IS NULL", "null").configure(
            is_null_level=True
        ),
        _level(f"{_both('address_1')} AND {house} AND {place}", "same house and place"),
        _level(f"{near} AND {house} AND {place}", "nearly the same house and place"),
        _level(f"{near} AND {place}", "nearly the same street and place"),
        _level(f"{near} AND {house}", "nearly the same house"),
        _level(near, "nearly the same street", None),
        _level(f"{house} AND {place}", "same number and place"),
        _level("postcode_l = postcode_r", "same postcode", "postcode"),
        _level("suburb_l = suburb_r", "same suburb", "suburb"),
        cll.ElseLevel(),
    ]
    return cl.CustomComparison(levels, "address")


def _frequent(comparison):
    return comparison.configure(term_frequency_adjustments=True)


def _febrl(columns):
    numbered = "soc_sec_id" in columns
    comparisons = [
        cl.ForenameSurnameComparison(
            "given_name", "surname", forename_surname_concat_col_name="full_name"
        ),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
        _febrl_address(),
        _frequent(cl.JaroWinklerAtThresholds("address_2", [0.9])),
        _frequent(cl.ExactMatch("state")),
    ]
    training = [
        block_on("date_of_birth"),
        block_on("surname", "given_name"),
        block_on("postcode", "address_1"),
    ]
    rules = [("date_of_birth",), ("surname", "given_name"), ("postcode", "surname")]
    rules += [("postcode", "given_name"), ("address_1",), ("street_number", "suburb")]
    rules += [("surname", "street_number"), ("given_name", "street_number")]
    rules += [("given_name", "address_2"), ("surname", "address_2"), ("surname", "state")]
    rules += [("street_number", "postcode"), ("given_name", "suburb")]
    sure = [("date_of_birth", "surname"), ("date_of_birth", "given_name")]
    sure += [("address_1", "surname"), ("address_1", "given_name")]
    if numbered:
        comparisons.append(cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]))
        training.append(block_on("soc_sec_id"))
        rules.append(("soc_sec_id",))
        sure.append(("soc_sec_id",))
    return comparisons, training, rules, sure, 0.95


def _people(_):
    comparisons = [
        cl.ForenameSurnameComparison(
            "given", "surname", forename_surname_concat_col_name="full_name"
        ),
        cl.DateOfBirthComparison("birth", input_is_string=True, invalid_dates_as_null=False),
        cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]),
        cl.ExactMatch("sex"),
        _people_address(),
        cl.DamerauLevenshteinAtThresholds("phone", [1]),
        cl.EmailComparison("mail"),
    ]
    training = [block_on("birth"), block_on("surname", "given"), block_on("phone")]
    training.append(block_on("id_number"))
    rules = [("id_number",), ("phone",), ("mail",), ("address",), ("birth",)]
    rules += [("surname", "given")]
    sure = [("id_number", "surname"), ("phone", "birth"), ("birth", "surname", "given")]
    sure += [("mail", "birth"), ("id_number", "birth"), ("phone", "surname", "given")]
    return comparisons, training, rules, sure, 0.9


SETTINGS = {"febrl": _febrl, "people": _people}
"""By family: comparisons, rules of EM, columns to block on, sure rules and their recall."""


def prepared(frame: pd.DataFrame, family: str) -> pd.DataFrame:
    """Return the frame with the columns that the settings derive, and a number for each row."""
    given = "given_name" if family == "febrl" else "given"
    out = frame.assign(unique_id=range(len(frame)))
    out["full_name"] = out[given] + " " + out["surname"]
    if family == "people":
        parts = out["address"].str.split("-")
        out["area"] = parts.str[0]
        out["street"] = (parts.str[0] + "-" + parts.str[1]).where(parts.str.len() >= 3)
    return out
