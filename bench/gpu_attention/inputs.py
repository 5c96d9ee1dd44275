"""A case's inputs as numbers that are the same on every machine and with every version of NumPy, as raw bits."""

import zlib

import numpy as np

SAMPLES = 512


def mix(numbers):
    """splitmix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014), elementwise."""
    with np.errstate(over="ignore"):
        z = numbers * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def bell(seed, shape):
    """About normal, variance 1.3: a sum of four bytes, in steps of 1/128, as f32."""
    count = int(np.prod(shape))
    bits = mix(np.arange(count, dtype=np.uint64) + np.uint64(seed) * np.uint64(1 << 32))
    parts = [(bits >> np.uint64(8 * k)) & np.uint64(255) for k in range(4)]
    return ((sum(p.astype(np.int64) for p in parts) - 510).astype(np.float32) / 128).reshape(shape)


def store(values, dtype):
    """f32 in the case's element type: f16 is exact here; bf16 cuts off the lower half."""
    if dtype == "bf16":
        return (np.ascontiguousarray(values, np.float32).view(np.uint32) >> 16).astype(np.uint16)
    return values.astype(np.float16 if dtype == "f16" else np.float32)


def inputs(case):
    """Name to array of q, k, v and the table; bf16 as uint16."""
    seed = zlib.crc32(case.name.encode()) & 0xFFFF
    made = {x: bell(4 * seed + at, case.shapes[x]) for at, x in enumerate("qkv")}
    if case.data == "zero_scores":
        made["q"] = np.zeros(case.shapes["q"], np.float32)
        made["v"] = np.round(made["v"])
    made = {x: store(values, case.dtype) for x, values in made.items()}
    if case.table_shape:
        made["table"] = bell(4 * seed + 3, case.table_shape) / np.float32(8)
    return made


def sample(name, bits):
    """SAMPLES elements of a flat array of bits, or all of a smaller one."""
    if bits.size <= SAMPLES:
        return bits
    at = mix(np.arange(SAMPLES, dtype=np.uint64) + np.uint64(zlib.crc32(name.encode()))) % np.uint64(bits.size)
    return bits[at]
