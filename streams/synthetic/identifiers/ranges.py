"""The types of what an event may hold: each one's pattern is a range that no real person has.

Each pattern IS the synthetic-only gate: decoding an event refuses every string outside it. A
check digit is not asked for, since a mistyped number is part of the data. Why nobody real is
hit: docs/decisions/0002-synthetic-ranges.md.
"""

from typing import Annotated

from msgspec import Meta

# [0-9], never \d: \d also matches full-width and other Unicode digits. \Z, never $: $ lets a
# trailing newline through.
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_V4 = (
    rf"(?:192\.0\.2|198\.51\.100|203\.0\.113|198\.1[89]\.{_OCTET}"
    rf"|2(?:4[0-9]|5[0-4])\.{_OCTET}\.{_OCTET})\.{_OCTET}"
)
# Canonical (RFC 5952): 2001:db8:REGION:HOUSEHOLD::DEVICE, zeros at the end of the prefix left out.
_GROUP = "[1-9a-f][0-9a-f]{0,3}"
_V6 = rf"2001:db8:(?:(?:0|{_GROUP}):{_GROUP}:|{_GROUP}:)?:[1-9a-f][0-9a-f]?"
# At most four digits in all, however they are spread: too few to smuggle a number in.
_FOUR_DIGITS = "(?!(?:[^@0-9]*[0-9]){5})"

IdNumber = Annotated[str, Meta(pattern=r"\A09[0-9]{15}[0-9X]\Z")]  # GB 11643, region 09 unassigned
Uscc = Annotated[  # GB 32100, region 09 unassigned, an organisation code of digits
    str, Meta(pattern=r"\A9109[0-9]{12}[0-9X][0-9A-HJ-NPQRTUWXY]\Z")
]
Phone = Annotated[str, Meta(pattern=r"\A\+999[0-9]{9}\Z")]  # E.164, +999 not assigned
Imsi = Annotated[str, Meta(pattern=r"\A00101[0-9]{10}\Z")]  # test network 001-01
# Reporting body 00, for tests. Three more zeros are ours: 0086 and a mobile number are 15 digits.
Imei = Annotated[str, Meta(pattern=r"\A00000[0-9]{10}\Z")]
Cell = Annotated[str, Meta(pattern=r"\A001-01-[0-9]{5}-[0-9]{5}\Z")]  # test network, LAC, CI
# IBAN form, ZZ user-assigned: check digits, bank, three zeros, account.
BankAccount = Annotated[str, Meta(pattern=r"\AZZ[0-9]{6}000[0-9]{9}\Z")]
Card = Annotated[str, Meta(pattern=r"\A000000[0-9]{10}\Z")]  # Luhn, ISO test IIN
IPv4 = Annotated[str, Meta(pattern=rf"\A{_V4}\Z")]
IPv6 = Annotated[str, Meta(pattern=rf"\A{_V6}\Z")]
NetAddress = Annotated[str, Meta(pattern=rf"\A(?:{_V4}|{_V6})\Z")]  # either of the two
# Locally administered, unicast. Phones also draw such addresses at random, but not with four
# zeros in front: this prefix is what Android reports in place of a real one.
Mac = Annotated[str, Meta(pattern=r"\A02:00:00(?::[0-9a-f]{2}){3}\Z")]
Mail = Annotated[
    str, Meta(pattern=rf"\A{_FOUR_DIGITS}[a-z0-9._-]{{1,40}}@example\.(?:com|org|net)\Z")
]
Host = Annotated[
    str, Meta(pattern=r"\A[a-z]{1,12}(?:-[0-9]{1,4})?\.(?:invalid|example\.(?:com|org|net))\Z")
]
Login = Annotated[str, Meta(pattern=r"\An-[0-9a-f]{10}\Z")]  # an internet account's own handle
GalleryEntry = Annotated[str, Meta(pattern=r"\Ag-[0-9a-f]{10}\Z")]  # of a camera system
EmployeeNumber = Annotated[str, Meta(pattern=r"\Ae-[0-9a-f]{10}\Z")]
Contract = Annotated[str, Meta(pattern=r"\Au-[0-9a-f]{10}\Z")]  # with a utility
Face = Annotated[str, Meta(pattern=r"\A[a-p]{32}\Z")]  # a template: 32 levels of 0 to 15, no digits
Delivery = Annotated[str, Meta(pattern=r"\Ad[0-9a-f]{16}\Z")]  # a delivery's own id
Name = Annotated[str, Meta(pattern=r"\A[A-Za-z][A-Za-z' -]{0,39}\Z")]
Birth = Annotated[
    str, Meta(pattern=r"\A(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\Z")
]
Sex = Annotated[str, Meta(pattern=r"\A[FM]\Z")]
Address = Annotated[str, Meta(pattern=r"\Aa[0-9]{1,4}-s[0-9]{1,4}-h[0-9]{1,4}\Z")]  # planar grid
Category = Annotated[str, Meta(pattern=r"\A[a-z][a-z_]{0,23}\Z")]  # a word of a closed list
