"""Which cells mean the same, and which mean nothing."""

import pytest

from streams.importing import canonical
from streams.importing.faults import Unfit


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("1985-02-13", "ymd"),
        ("1985/2/13", "ymd"),
        ("19850213", "ymd"),
        ("1985-02-13T00:00:00", "ymd"),
        ("13.2.1985", "dmy"),
        ("13 02 1985", "dmy"),
        ("13021985", "dmy"),
        ("2/13/1985", "mdy"),
        ("02131985", "mdy"),
    ],
)
def test_a_birth_date_is_read_in_the_order_that_the_map_says(
    text: str, order: canonical.Order
) -> None:
    assert canonical.birth(text, order) == "1985-02-13"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("1985-13-02", "ymd"),
        ("13.2.1985", "ymd"),
        ("13.2.85", "dmy"),
        ("1899-12-31", "ymd"),
        ("2100-01-01", "ymd"),
        ("1985-02-00", "ymd"),
        ("1985-02-32", "ymd"),
        ("1985-02-13 12:30", "ymd"),
        ("１９８５-02-13", "ymd"),
        ("1985", "ymd"),
        ("unknown", "ymd"),
        ("1985-1302", "ymd"),
    ],
)
def test_what_is_no_birth_date_is_unfit(text: str, order: canonical.Order) -> None:
    with pytest.raises(Unfit, match="of 1900 to 2099") as caught:
        canonical.birth(text, order)
    assert text not in str(caught.value)


@pytest.mark.parametrize("text", ["Müller", "O'Brien", "de la Cruz", "ZOË"])
def test_letters_take_names_of_a_to_z_once_accents_are_off(text: str) -> None:
    assert canonical.letters(text).replace(" ", "").isascii()


@pytest.mark.parametrize("text", ["張", "Smith 2", "Jørgen", "---", "x" * 41])
def test_letters_take_nothing_else(text: str) -> None:
    with pytest.raises(Unfit, match="letters a to z"):
        canonical.letters(text)


@pytest.mark.parametrize("text", ["張", "Smith 2", "Jørgen", "x" * 41])
def test_whole_names_take_anything_with_letters(text: str) -> None:
    assert canonical.word(text)


@pytest.mark.parametrize(
    ("read", "same"),
    [
        (canonical.word, ["Smith", " SMITH ", "smith."]),
        (canonical.id_number, ["11010519491231002X", "110105 19491231 002x"]),
        (canonical.phone, ["+44 20 7946 0123", "0044-20-79460123"]),
        (canonical.mail, ["Ann@Mail.uk", "ann@mail.uk"]),
        (canonical.sex, ["F", "f", "Female"]),
    ],
)
def test_spelling_habits_make_no_difference(read: object, same: list[str]) -> None:
    assert callable(read)
    assert len({read(text) for text in same}) == 1


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (canonical.word, "--"),
        (canonical.id_number, "-/-"),
        (canonical.phone, "ext."),
        (canonical.mail, "none"),
        (canonical.sex, "X"),
    ],
)
def test_what_says_nothing_is_unfit(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises(Unfit):
        read(text)
