"""Identifiers as the real world has them: what the gate must refuse. Nobody's in particular.

None of this shares code with `streams.synthetic`: check digits are python-stdnum's or written out.
"""

import random
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_97_10

Draw = random.Random
BORN = 1986


def organisation_check(body: str) -> str:
    """Return the check character of eight digits (GB 11714)."""
    c = [int(d) for d in body]
    total = 3 * c[0] + 7 * c[1] + 9 * c[2] + 10 * c[3] + 5 * c[4] + 8 * c[5] + 4 * c[6] + 2 * c[7]
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def _data(name: str) -> list[str]:
    return files("stdnum").joinpath(name).read_text(encoding="utf-8").splitlines()


@cache
def regions() -> list[str]:
    """Counties of GB/T 2260 that have been there since the year BORN."""
    found, province = [], ""
    for line in _data("cn/loc.dat"):
        if line[:1].isdigit():
            province = line[:2]
            continue
        county = re.match(r' +(\d{4}) county="(?:\[(\d*)-\])?[^\["]+"', line)
        if county and county[1][2:] != "00" and int(county[2] or 0) <= BORN:
            found.append(province + county[1])
    return found


def _digits(draw: Draw, n: int) -> str:
    return f"{draw.randrange(10**n):0{n}d}"


def _letters(draw: Draw, n: int) -> str:
    return "".join(draw.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=n))


def id_number(draw: Draw) -> str:
    birth = f"{draw.randint(BORN, 2020)}{draw.randint(1, 12):02d}{draw.randint(1, 28):02d}"
    body = f"{draw.choice(regions())}{birth}{draw.randrange(1000):03d}"
    return body + ric.calc_check_digit(body + "0")


def social_credit(draw: Draw) -> str:
    organisation = f"{draw.randrange(10**8):08d}"
    kind = draw.choice(["91", "92", "93", "51", "12", "11"])
    body = f"{kind}{draw.choice(regions())}{organisation}{organisation_check(organisation)}"
    return body + uscc.calc_check_digit(body)


@cache
def example_phones() -> list[str]:
    """Numbers of every country and kind, in E.164.

    Seven digits at least, as Niue's have: what is shorter is a company's, never a person's.
    """
    kinds = phonenumbers.PhoneNumberType.values()
    found = (
        phonenumbers.example_number_for_type(region, kind)
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in kinds
    )
    form = phonenumbers.PhoneNumberFormat.E164
    return sorted(
        n for n in {phonenumbers.format_number(n, form) for n in found if n} if len(n) > 7
    )


def phone(draw: Draw) -> str:
    """Most have another number's last three digits; the Chinese ones are of mobile networks."""
    if draw.random() < 0.3:
        start = draw.choice(["134", "138", "139", "150", "159", "176", "186", "199"])
        return f"+86{start}{draw.randrange(10**8):08d}"
    return f"{draw.choice(example_phones())[:-3]}{draw.randrange(1000):03d}"


@cache
def account_forms() -> list[tuple[str, list[tuple[int, str]]]]:
    lines = (re.match(r'([A-Z]{2}) .*bban="([^"]*)"', line) for line in _data("iban.dat"))
    return [
        (line[1], [(int(n), kind) for n, kind in re.findall(r"(\d+)!([nac])", line[2])])
        for line in lines
        if line
    ]


def bank_account(draw: Draw) -> str:
    country, form = draw.choice(account_forms())
    body = "".join(_digits(draw, n) if kind != "a" else _letters(draw, n) for n, kind in form)
    return f"{country}{mod_97_10.calc_check_digits(body + country)}{body}"


def card(draw: Draw) -> str:
    start, length = draw.choice(
        [
            ("622202", 19),
            ("621700", 19),
            ("4", 16),
            ("51", 16),
            ("55", 16),
            ("34", 15),
            ("6011", 16),
        ]
    )
    body = start + _digits(draw, length - len(start) - 1)
    return body + luhn.calc_check_digit(body)


def subscriber(draw: Draw) -> str:
    network = draw.choice(["46000", "46001", "46003", "46011", "310260", "26201", "23415", "44010"])
    return network + _digits(draw, 15 - len(network))


def device(draw: Draw) -> str:
    body = draw.choice(["35", "86", "01", "99", "91"]) + f"{draw.randrange(10**12):012d}"
    return body + luhn.calc_check_digit(body)


def ipv4(draw: Draw) -> str:
    """Of networks that are in public use as a whole."""
    first = draw.choice(
        [*(1, 8, 14, 27, 36, 42), *range(58, 62), *range(110, 126), *range(218, 224)]
    )
    return f"{first}.{draw.randrange(256)}.{draw.randrange(256)}.{draw.randrange(256)}"


def ipv6(draw: Draw) -> str:
    start = draw.choice(
        ["2408:8000", "240e:3b1", "2400:3200", "2a02:8100", "2600:1700", "2001:da8"]
    )
    return start + "".join(f":{draw.randrange(1, 2**16):x}" for _ in range(6))


@cache
def makers() -> list[str]:
    """Prefixes of makers, six hexadecimal digits."""
    return [line.split()[0] for line in _data("oui.dat") if re.match(r"[0-9A-F]{6} o=", line)]


def mac(draw: Draw) -> str:
    """A maker's address, or one that a phone draws at random for a network."""
    if draw.random() < 0.8:
        text = draw.choice(makers()) + f"{draw.randrange(2**24):06x}"
    else:
        text = f"{draw.randrange(2**44):011x}"
        text = text[0] + draw.choice("26ae") + text[1:]
    return ":".join(text[i : i + 2] for i in range(0, 12, 2)).lower()


DOMAINS = (
    "qq.com",
    "163.com",
    "gmail.com",
    "example.cn",
    "example.com.cn",
    "mail.example.com.evil.org",
)
SYLLABLES = ("wang", "li", "zhang", "xiao", "ming", "wei", "hua", "jing")


def mail(draw: Draw) -> str:
    name = "".join(draw.choices(SYLLABLES, k=2))
    return f"{name}{draw.choice(['', '88', '1987', '_wx'])}@{draw.choice(DOMAINS)}"


def host(draw: Draw) -> str:
    name = "".join(draw.choices(SYLLABLES, k=2))
    return f"{name}{draw.randrange(100)}.{draw.choice(['com', 'cn', 'net', 'org', 'com.cn', 'io'])}"


REAL: dict[str, Callable[[Draw], str]] = {
    "id_number": id_number,
    "uscc": social_credit,
    "phone": phone,
    "imsi": subscriber,
    "imei": device,
    "bank_account": bank_account,
    "card": card,
    "ipv4": ipv4,
    "ipv6": ipv6,
    "mac": mac,
    "mail": mail,
    "host": host,
}
