"""Keyed random numbers: Philox 4x32-10, and the normal quantile of AS 241 (PPND7) with a logarithm of plain IEEE operations.

Written from the papers (Salmon et al., SC 2011; Wichura, Applied Statistics 37, 1988), vectorised with numpy.
"""

import numpy as np

U32 = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)


def philox(counter, key):
    """Four arrays of 32-bit words; counter: four arrays or scalars, key: two integers."""
    c = [np.asarray(x, dtype=np.uint64) for x in counter]
    k = list(key)
    for _ in range(10):
        low, high = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [
            (high >> SHIFT) ^ c[1] ^ np.uint64(k[0]),
            high & U32,
            (low >> SHIFT) ^ c[3] ^ np.uint64(k[1]),
            low & U32,
        ]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def fnv1a(text):
    value = 2166136261
    for byte in text.encode("utf-8"):
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def bits(seed, purpose, count, first=0, step=0, sample=0):
    """The 32 random bits of elements first .. first + count of a stream, as uint64."""
    start, end = first // 4, (first + count + 3) // 4
    blocks = np.arange(start, end, dtype=np.uint64)
    key = (seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF)
    words = philox((blocks, sample, step, fnv1a(purpose)), key)
    return np.stack(words, axis=1).reshape(-1)[first - 4 * start :][:count]


def uniform(words):
    """(0, 1): the middle of each of 2^32 cells."""
    return (words.astype(np.float64) + 0.5) / 4294967296.0


def log(x):
    mantissa, exponent = np.frexp(x)  # mantissa in [0.5, 1)
    small = mantissa < 0.70710678118654752440
    mantissa = np.where(small, mantissa * 2, mantissa)
    exponent = np.where(small, exponent - 1, exponent).astype(np.float64)
    s = (mantissa - 1) / (mantissa + 1)
    series = np.zeros_like(s)
    for k in (15, 13, 11, 9, 7, 5, 3, 1):
        series = series * (s * s) + 1.0 / k
    return exponent * 0.69314718055994530942 + 2 * s * series


def horner(coefficients, r):
    value = np.full_like(r, coefficients[0])
    for c in coefficients[1:]:
        value = value * r + c
    return value


CENTRE = ((59.109374720, 159.29113202, 50.434271938, 3.3871327179), (67.187563600, 78.757757664, 17.895169469, 1.0))
MIDDLE = ((0.17023821103, 1.3067284816, 2.7568153900, 1.4234372777), (0.12021132975, 0.73700164250, 1.0))
FAR = ((0.017337203997, 0.42868294337, 3.0812263860, 6.6579051150), (0.012258202635, 0.24197894225, 1.0))


def normal(words):
    p = uniform(words)
    q = p - 0.5
    r = 0.180625 - q * q
    x = q * horner(CENTRE[0], r) / horner(CENTRE[1], r)
    outside = np.abs(q) > 0.425
    q, p = q[outside], p[outside]
    tail = np.sqrt(-log(np.where(q < 0, p, 1 - p)))
    middle, far = tail - 1.6, tail - 5.0
    size = np.where(
        tail <= 5.0,
        horner(MIDDLE[0], middle) / horner(MIDDLE[1], middle),
        horner(FAR[0], far) / horner(FAR[1], far),
    )
    x[outside] = np.where(q < 0, -size, size)
    return x
