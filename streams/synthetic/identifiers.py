"""Identifiers that no real person can hold: their ranges as types, one per kind of thing.

Each type's pattern IS the synthetic-only gate: decoding an event refuses every string outside
it. Ranges and why nobody real is hit: docs/decisions/0002-synthetic-ranges.md.
"""

from typing import Annotated

from msgspec import Meta

# [0-9], never \d: \d also matches full-width and other Unicode digits. \Z, never $: $ lets a
# trailing newline through.
IdNumber = Annotated[str, Meta(pattern=r"\A09[0-9]{15}[0-9X]\Z")]  # GB 11643, region 09 unassigned
Phone = Annotated[str, Meta(pattern=r"\A\+999[0-9]{9}\Z")]  # E.164, +999 not assigned
Imsi = Annotated[str, Meta(pattern=r"\A00101[0-9]{10}\Z")]  # test network 001-01
Cell = Annotated[str, Meta(pattern=r"\A001-01-[0-9]{5}-[0-9]{5}\Z")]  # test network, LAC, CI
BankAccount = Annotated[str, Meta(pattern=r"\AZZ[0-9]{18}\Z")]  # IBAN form, ZZ user-assigned
Card = Annotated[str, Meta(pattern=r"\A000000[0-9]{10}\Z")]  # Luhn, ISO test IIN
Login = Annotated[str, Meta(pattern=r"\An-[0-9a-f]{10}\Z")]  # an internet account's own handle
IPv4 = Annotated[
    str,
    Meta(
        pattern=r"\A(192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.[0-9]{1,3}|2(4[0-9]|5[0-5])\.[0-9]{1,3}\.[0-9]{1,3})\.[0-9]{1,3}\Z"
    ),
]
# No digit run long enough to smuggle a number in.
Mail = Annotated[
    str, Meta(pattern=r"\A(?![^@]*[0-9]{5})[a-z0-9._-]{1,40}@example\.(com|org|net)\Z")
]
Name = Annotated[str, Meta(pattern=r"\A[A-Za-z][A-Za-z' -]{0,39}\Z")]
Birth = Annotated[str, Meta(pattern=r"\A(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}\Z")]
Sex = Annotated[str, Meta(pattern=r"\A[FM]\Z")]
Address = Annotated[str, Meta(pattern=r"\Aa[0-9]{1,4}-s[0-9]{1,4}-h[0-9]{1,4}\Z")]  # planar grid
Delivery = Annotated[str, Meta(pattern=r"\Ad[0-9a-f]{16}\Z")]  # a delivery's own id
Category = Annotated[str, Meta(pattern=r"\A[a-z][a-z_]{0,23}\Z")]  # a word of a closed list
