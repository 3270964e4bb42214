"""Tables of real-looking people, as a researcher would have them, and what is written of them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from hypothesis import strategies as st

from streams.delivery import Delivery
from streams.events import Codec, Event, Registration
from streams.gate import Gate, checked_entry
from streams.importing.frame import Unfit, import_frame
from streams.playback import play
from streams.recording import RecordingManifest
from streams.source import kinds_of, load_sources

KEY = "a key that is long enough"
COLUMNS = ("who", "nid", "last", "first", "born", "gender", "area", "road", "no", "tel", "email")
MAP = """
source = "bank"
entity = "who"
[fields]
id_number = "nid"
surname = "last"
given = "first"
birth = "born"
sex = "gender"
address = ["area", "road", "no"]
phone = "tel"
mail = "email"
"""
CODEC = Codec(kinds_of(load_sources()), key=b"test")
Row = Mapping[str, str]

_digits = st.text("0123456789", min_size=8, max_size=10)
# No word of the vocabulary of messages and manifests begins like this.
_letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=10).map("qz".__add__)
_date = st.dates(
    min_value=date(1900, 1, 1),
    max_value=date(2099, 12, 31),
)
real_rows = st.lists(
    st.fixed_dictionaries(
        {
            "who": st.integers(1, 8).map(lambda n: f"entity{n:05d}"),
            "nid": st.sampled_from(["1101", "3302", "4403"]).flatmap(
                lambda region: st.text("0123456789", min_size=14, max_size=14).map(
                    lambda rest: region + rest
                )
            ),
            "last": _letters.map(str.capitalize),
            "first": _letters.map(str.upper),
            "born": _date.map(str),
            "gender": st.sampled_from("FM"),
            "area": _letters,
            "road": _letters.map(lambda name: f"{name} road"),
            "no": st.integers(1, 400).map(str),
            "tel": _digits.map(lambda digits: f"+49 17{digits}"),
            "email": st.tuples(_letters, _letters).map(lambda two: f"{two[0]}@{two[1]}.de"),
        }
    ),
    min_size=1,
    max_size=12,
)

ANN = dict(
    zip(
        COLUMNS,
        ("e1", "110105194912310021", "Smith", "Ann", "1949-12-31", "F", "Soho", "Dean St", "17"),
        strict=False,
    )
) | {"tel": "+44 20 7946 0123", "email": "ann.smith@mail.uk"}
BOB = ANN | {
    "who": "e2",
    "nid": "330226197806132455",
    "first": "Bob",
    "born": "1978-06-13",
    "gender": "M",
    "tel": "+44 20 7946 0999",
    "email": "bob@mail.uk",
}
ANN_AGAIN = ANN | {"last": "SMITH", "road": "Greek St", "nid": "330226197806132455"}
TOWN = [ANN, BOB, ANN_AGAIN]
BAD = [
    ANN,
    BOB,
    ANN | {"born": "1949-13-31"},
    ANN | {"gender": "Frau"},
    ANN | {"tel": "12"},
    ANN | {"email": "none"},
    ANN | {"who": ""},
]


def write(path: Path, rows: Sequence[Row], columns: Iterable[str] = COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, list(columns))
        out.writeheader()
        out.writerows(rows)
    return path


def brought(
    folder: Path,
    rows: Sequence[Row],
    text: str = MAP,
    key: str = KEY,
    unfit: Unfit = "stop",
    name: str = "out.jsonl",
) -> RecordingManifest:
    """Import rows through files, as a user would."""
    columns = tuple(rows[0])
    table = write(folder / "table.csv", rows, columns)
    (folder / "map.toml").write_text(text, encoding="utf-8")
    return import_frame(table, folder / "map.toml", folder / name, key, unfit, "replace")


def records(path: Path) -> list[dict[str, str | None]]:
    """Every record of a recording, registry first, after the gate had a look at each message."""
    gate, found = Gate(CODEC), []
    for item in play(path):
        if not isinstance(item, Delivery):
            continue
        assert gate.check(item.topic, item.value) == item.value
        if item.topic == "registry":
            record = checked_entry(item.value).record
        else:
            event = CODEC.decode(item.value)
            assert isinstance(event, Event)
            assert isinstance(event.payload, Registration)
            record = event.payload.record()
        assert record is not None
        found.append({field: getattr(record, field) for field in record.__struct_fields__})
    return found
