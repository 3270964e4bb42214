"""Each trace of somebody real is enough by itself, and none is seen in what is synthetic."""

import pytest

from streams.suspicion import Suspicion
from streams.synthetic import identifiers as ids

SUSPICION = Suspicion([ids.Phone, ids.Mac, ids.IPv6, ids.Mail, ids.Host, ids.Uscc, ids.Face])

REAL = {
    "seven digits": b'"1380013"',
    "with spaces": b'"138 00 13"',
    "as a list": b"[1,3,8,0,0,1,3]",
    "among letters": b'"1ab3cd8ef0gh0ij1kl3"',
    "a dotted quad": b'"8.8.4.4"',
    "a part of an IPv6 address": b'"2a02:ab:c:d"',
    "the end of one": b'"::cafe"',
    "a device": b'"a4:5e:be:cd:ef:ab"',
    "a device with dashes": b'"a4-5e-be-cd-ef-ab"',
    "a device without": b'"a45ebecdefab"',
    "a mail address": b'"wang@intranet"',
    "a host": b'"wang.cn"',
    "a name": '"王"'.encode(),
    "a name, escaped": b'"\\u738b"',
    "a name, escaped twice": b'"\\\\u738b"',
    "mathematical digits, as pairs": b'"' + b"\\ud835\\udfcf" * 7 + b'"',
    "circled digits beyond any decomposition": '"\u24f5\u24f6"'.encode(),
    "Arabic digits": '"\u0661\u0663"'.encode(),
    "another encoding": '"王"'.encode("gbk"),
    "a western one": '"Jos\u00e9"'.encode("latin-1"),
    "sixteen bits a letter": '"Li"'.encode("utf-16-le"),
}


@pytest.mark.parametrize("what", REAL)
def test_a_trace_is_enough(what: str) -> None:
    assert SUSPICION.could_be_real(REAL[what])


SYNTHETIC = {
    "phone": ids.make_phone(5),
    "device": ids.make_mac(5),
    "address": ids.make_ipv6(7, 300, 1),
    "mail": "li.wei1987@example.org",
    "host": ids.make_host(42),
    "code": ids.make_uscc(17, 1),
    "face": ids.make_face([3] * 32),
}


@pytest.mark.parametrize("what", SYNTHETIC)
def test_a_synthetic_value_is_no_trace(what: str) -> None:
    value = SYNTHETIC[what]
    assert not SUSPICION.could_be_real(f'{{"note": "{value}", "n": 17}}'.encode())
    assert SUSPICION.could_be_real(f'{{"note": "{value}", "n": 1380013}}'.encode())


def test_short_numbers_words_and_damage_are_no_trace() -> None:
    for data in (b"", b"hello", b'{"a": "x", "b": 123456', b'"red 12"', b"\xff\xfe", b'{"t": 1.5}'):
        assert not SUSPICION.could_be_real(data)
