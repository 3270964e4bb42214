"""Check digits, each by the formula of the standard that defines it."""

from operator import mul
from string import ascii_uppercase

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100 leaves out I, O, S, V and Z."""

CHARACTERS_11_2 = "10X98765432"
CHARACTERS_ORGANISATION = "0X987654321"
WEIGHTS_11_2 = tuple(2 ** (17 - i) % 11 for i in range(17))
WEIGHTS_31 = tuple(3**i % 31 for i in range(17))
WEIGHTS_ORGANISATION = (3, 7, 9, 10, 5, 8, 4, 2)
_LETTERS = {ord(c): str(int(c, 36)) for c in ascii_uppercase}


def check_mod_11_2(digits: str) -> str:
    """Return the check character of 17 digits (ISO/IEC 7064 MOD 11-2, as GB 11643 uses it).

    >>> check_mod_11_2("11010519491231002")
    'X'
    """
    total = sum(map(mul, map(int, digits), WEIGHTS_11_2))
    return CHARACTERS_11_2[total % 11]


def check_luhn(digits: str) -> str:
    """Return the check digit that Luhn's formula (ISO/IEC 7812-1 B) puts after `digits`.

    >>> check_luhn("7992739871")
    '3'
    """
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[::-2])
    return str(-(sum(doubled) + sum(int(d) for d in digits[-2::-2])) % 10)


def check_mod_97_10(country: str, digits: str) -> str:
    """Return the two check digits of an account (ISO 13616, ISO/IEC 7064 MOD 97-10).

    >>> check_mod_97_10("GB", "WEST12345698765432")
    '82'
    """
    number = int(f"{digits}{country}00".translate(_LETTERS))
    return f"{98 - number % 97:02d}"


def check_organisation(body: str) -> str:
    """Return the check character of the 8 characters of an organisation code (GB 11714).

    >>> check_organisation("60003734")
    '1'
    """
    total = sum(int(c, 36) * w for c, w in zip(body, WEIGHTS_ORGANISATION, strict=True))
    return CHARACTERS_ORGANISATION[total % 11]


def check_mod_31(body: str) -> str:
    """Return the check character of the 17 characters of a social credit code (GB 32100).

    >>> check_mod_31("91110000600037341")
    'L'
    """
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS_31, strict=True))
    return USCC_ALPHABET[-total % 31]
