"""Identifiers that no real person can hold: every name that the project uses, in one place.

The ranges are types (`ranges`), whose patterns are the gate; `checks` has the check digits,
`makes` the n-th of each kind, `safe` the table of them all, `columns` makes them by the million.
"""

from streams.synthetic.identifiers.checks import (
    check_luhn,
    check_mod_11_2,
    check_mod_31,
    check_mod_97_10,
    check_organisation,
)
from streams.synthetic.identifiers.makes import (
    LEVELS,
    NAT_ADDRESSES,
    make_bank_account,
    make_card,
    make_cell,
    make_contract,
    make_delivery,
    make_employee_number,
    make_face,
    make_gallery_entry,
    make_handle,
    make_host,
    make_household_address,
    make_id_number,
    make_imei,
    make_imsi,
    make_ipv6,
    make_login,
    make_mac,
    make_nat_address,
    make_phone,
    make_uscc,
)
from streams.synthetic.identifiers.ranges import (
    Address,
    BankAccount,
    Birth,
    Card,
    Category,
    Cell,
    Contract,
    Delivery,
    EmployeeNumber,
    Face,
    GalleryEntry,
    Host,
    IdNumber,
    Imei,
    Imsi,
    IPv4,
    IPv6,
    Login,
    Mac,
    Mail,
    Name,
    NetAddress,
    Phone,
    Sex,
    Uscc,
)
from streams.synthetic.identifiers.safe import IDENTIFIERS, Identifier

__all__ = [
    "IDENTIFIERS", "LEVELS", "NAT_ADDRESSES", "Address", "BankAccount", "Birth", "Card", "Category",
    "Cell", "Contract", "Delivery", "EmployeeNumber", "Face", "GalleryEntry", "Host", "IPv4",
    "IPv6", "IdNumber", "Identifier", "Imei", "Imsi", "Login", "Mac", "Mail", "Name", "NetAddress",
    "Phone", "Sex", "Uscc", "check_luhn", "check_mod_11_2", "check_mod_31", "check_mod_97_10",
    "check_organisation", "make_bank_account", "make_card", "make_cell", "make_contract",
    "make_delivery", "make_employee_number", "make_face", "make_gallery_entry", "make_handle",
    "make_host", "make_household_address", "make_id_number", "make_imei", "make_imsi", "make_ipv6",
    "make_login", "make_mac", "make_nat_address", "make_phone", "make_uscc",
]  # fmt: skip
