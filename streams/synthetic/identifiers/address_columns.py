"""Network addresses by the million: each function equals its scalar make, row by row.

Arguments and results are those of `streams/synthetic/identifiers/columns.py`.
"""

import numpy as np
import pyarrow as pa

from streams.synthetic.chance import Ints
from streams.synthetic.identifiers import digits
from streams.synthetic.identifiers.digits import Bytes
from streams.synthetic.identifiers.makes import NAT_ADDRESSES

_NETS = np.array([192 << 24 | 2 << 8, 198 << 24 | 51 << 16 | 100 << 8, 203 << 24 | 113 << 8])
_NET_198_18, _NET_240 = 198 << 24 | 18 << 16, 240 << 24


def nat_addresses(n: Ints) -> pa.StringArray:
    """Return `make_nat_address` of every row."""
    net, host = np.divmod(n % NAT_ADDRESSES, 256)
    return ipv4s(_NETS[net] + host)


def household_addresses(n: Ints) -> pa.StringArray:
    """Return `make_household_address` of every row; 2**17 + 15 * 2**24 of them."""
    digits.within(n, 2**17 + 15 * 2**24)
    return ipv4s(np.where(n < 2**17, _NET_198_18 + n, _NET_240 + n - 2**17))


def ipv4s(numbers: Ints) -> pa.StringArray:
    """Return the dotted form of every 32-bit address.

    >>> ipv4s(np.array([0xC6120101])).to_pylist()
    ['198.18.1.1']
    """
    return digits.packed(digits.written(15, _fill_ipv4, numbers))


def _fill_ipv4(out: Bytes, numbers: Ints) -> None:
    digits.literal(out, "000.000.000.000")
    for place, shift in ((0, 24), (4, 16), (8, 8), (12, 0)):
        digits.decimal(out[place : place + 3], numbers >> shift & 255)
        digits.without_zeros(out[place : place + 3])


def ipv6s(region: Ints, household: Ints, device: Ints) -> pa.StringArray:
    """Return `make_ipv6` of every row.

    >>> ipv6s(np.array([7, 0]), np.array([300, 0]), np.array([1, 16])).to_pylist()
    ['2001:db8:7:12c::1', '2001:db8::10']
    """
    digits.within(region, 2**16), digits.within(household, 2**16)
    digits.within(device - 1, 255)
    return digits.packed(digits.written(22, _fill_ipv6, region, household, device))


def _fill_ipv6(out: Bytes, region: Ints, household: Ints, device: Ints) -> None:
    digits.literal(out, "2001:db8:....:....::..")
    for at, width, numbers in ((9, 4, region), (14, 4, household), (20, 2, device)):
        digits.hexadecimal(out[at : at + width], numbers.astype(np.uint64))
        digits.without_zeros(out[at : at + width])
    out[14:19, household == 0] = 0
    out[9:14, (household == 0) & (region == 0)] = 0
