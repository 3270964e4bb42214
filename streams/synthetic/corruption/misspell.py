"""Words gone wrong: typing slips, letters misread, sounds misheard, names cut short.

Each function takes a word and a die (a 64-bit number, the row's chance) and returns the word as
somebody else would have it, in the pattern that the gate asks of the field. A word to which the
error cannot happen comes back as it is.
"""

import re

LONGEST = 40
"""Letters a name or the local part of a mail address may have at most."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    """Return for each letter the keys that touch its key, on rows each shifted by half a key."""
    at = {key: (row, place) for row, keys in enumerate(_ROWS) for place, key in enumerate(keys)}
    steps = ((0, -1), (0, 1), (-1, 0), (-1, 1), (1, -1), (1, 0))
    return {
        key: "".join(k for k, (r, p) in at.items() if (r - row, p - place) in steps)
        for key, (row, place) in at.items()
    }


NEIGHBOURS = _neighbours()

# All but three are the pairs of letters in pseudopeople's table ocr_errors; 'i' and 'l', 'c' and
# 'e', 'a' and 'o' are this world's choice.
_SHAPES = (
    *(("m", "rn"), ("m", "n"), ("u", "v"), ("v", "y"), ("i", "j"), ("i", "l"), ("g", "q")),
    *(("h", "b"), ("d", "cl"), ("w", "vv"), ("n", "ri"), ("b", "lo"), ("c", "e"), ("a", "o")),
)
SHAPES = _SHAPES + tuple((there, here) for here, there in _SHAPES)
"""Letters that look like others in lower case, each pair in both directions."""

# The 'fuzzy sounds' that pinyin input methods offer (inputx-pinyin, Rime's templates):
# z=zh, c=ch, s=sh, n=l, f=h, r to l, an=ang, en=eng, in=ing. 'n' ends a syllable unless a vowel
# follows, and 'ng' does unless its 'g' begins the next: 'tangai' is tan-gai.
SOUNDS = tuple(
    (re.compile(sound), said)
    for sound, said in (
        ("(?<=[zcs])h", ""),
        ("(?<=[zcs])(?!h)", "h"),
        ("n(?=[aeiou])", "l"),
        ("l(?=[aeiou])", "n"),
        ("r(?=[aeiou])", "l"),
        ("f", "h"),
        ("(?<![zcs])h", "f"),
        ("(?<=[aei])n(?![aeiou]|g(?![aeiou]))", "ng"),
        ("(?<=[aei])ng(?![aeiou])", "n"),
    )
)
"""Sounds taken for each other: where they stand in a word in lower case, and what is heard."""

_SYLLABLE = r"(?:[zcs]h|[b-df-hj-np-tw-z])?[aeiou]+(?:ng(?![aeiou])|n(?![aeiou]))?"
_SYLLABLES = re.compile(_SYLLABLE)
_NAME = re.compile(rf"(?:{_SYLLABLE})+\Z")


def typo(name: str, die: int) -> str:
    """Return the name with a letter dropped, added, replaced or swapped with the next.

    >>> [typo("Wei", die) for die in (0, 50, 80, 95)]
    ['Ei', 'Aei', 'Awei', 'Ewi']
    """
    said = _edit(name.lower(), die)
    if not said[0].isalpha():
        said = _replace(name.lower(), 0, die)
    return said.capitalize()


def mail_typo(mail: str, die: int) -> str:
    """Return the mail address with such an error before its '@'.

    >>> mail_typo("li@example.com", 50)
    'ai@example.com'
    """
    local, _, host = mail.partition("@")
    return f"{_edit(local, die)}@{host}"


def _edit(word: str, die: int) -> str:
    """Return the word, in lower case, with one edit: never the same word.

    The shares of the edits lie between those of two studies (Peterson 1986: drop 32-34 %,
    replace 27-40 %, add 19-20 %, swap 3-13 %, as quoted in FEBRL's generator).
    """
    rest, kind = divmod(die, 100)
    rest, at = divmod(rest, len(word))
    if kind < 33 and len(word) > 1:
        return word[:at] + word[at + 1 :]
    if 70 <= kind < 90 and len(word) < LONGEST:
        at += rest // 26 % 2
        return word[:at] + _LETTERS[rest % 26] + word[at:]
    if kind >= 90 and word[at : at + 1] != word[at + 1 : at + 2] != "":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return _replace(word, at, rest)


def _replace(word: str, at: int, die: int) -> str:
    others = _LETTERS.replace(word[at], "")
    return word[:at] + others[die % len(others)] + word[at + 1 :]


def keyboard(name: str, die: int) -> str:
    """Return the name with one letter replaced by a key that touches its key.

    >>> keyboard("Wei", 0), keyboard("Wei", 4)
    ('Qei', 'Wri')
    """
    word = name.lower()
    places = [i for i, letter in enumerate(word) if letter in NEIGHBOURS]
    rest, place = divmod(die, len(places))
    at = places[place]
    keys = NEIGHBOURS[word[at]]
    return (word[:at] + keys[rest % len(keys)] + word[at + 1 :]).capitalize()


def misread(name: str, die: int) -> str:
    """Return the name with one letter, or two, taken for another of the same shape.

    >>> misread("Ming", 0), misread("Ming", 1)
    ('Rning', 'Ning')
    """
    word = name.lower()
    found = [
        word[:at] + there + word[at + len(here) :]
        for here, there in SHAPES
        for at in _places(word, here)
    ]
    return _one_of(found, name, die)


def _places(word: str, part: str) -> list[int]:
    if part not in word:
        return []
    return [at for at in range(len(word)) if word.startswith(part, at)]


def mishear(name: str, die: int) -> str:
    """Return the name with one sound taken for its like.

    >>> sorted({mishear("Zhangli", die) for die in range(4)})
    ['Zangli', 'Zhangni', 'Zhanli']
    """
    word = name.lower()
    found = [
        word[: at.start()] + said + word[at.end() :]
        for sound, said in SOUNDS
        for at in sound.finditer(word)
    ]
    return _one_of(found, name, die)


def nickname(name: str, die: int) -> str:
    """Return what friends make of a given name: a syllable alone, or doubled.

    >>> sorted({nickname("Weiming", die) for die in range(4)})
    ['Ming', 'Mingming', 'Wei', 'Weiwei']
    >>> nickname("Ming", 0)
    'Mingming'
    """
    word = name.lower()
    if not _NAME.match(word):
        return name
    parts: list[str] = _SYLLABLES.findall(word)
    ends = (parts[0], parts[-1])
    found = [said for end in ends for said in (end, end + end) if said != word]
    return _one_of(found, name, die)


def _one_of(found: list[str], name: str, die: int) -> str:
    fitting = [said for said in found if len(said) <= LONGEST]
    return fitting[die % len(fitting)].capitalize() if fitting else name
