#!/usr/bin/env python3
"""Recomputes the records of records.txt from RFC 9146, with nothing but Python's standard library.

    recompute.py records.txt            compares each record, and ends with 1 when one differs
    recompute.py records.txt --write    puts what was computed into the file

It shares no code with EmberTLS: AES, its modes and ChaCha20-Poly1305 are written out below from their standards.
"""

import hashlib
import hmac
import struct
import sys

TLS12_CID = 25


# AES, encryption only (FIPS 197)


def xtime(a):
    return ((a << 1) ^ (0x11B if a & 0x80 else 0)) & 0xFF


def make_sbox():
    sbox = [0] * 256
    p = q = 1
    while True:
        p = p ^ xtime(p)
        q ^= q << 1
        q ^= q << 2
        q ^= q << 4
        q &= 0xFF
        if q & 0x80:
            q ^= 0x09
        rotated = q
        for shift in range(1, 5):
            rotated ^= ((q << shift) | (q >> (8 - shift))) & 0xFF
        sbox[p] = rotated ^ 0x63
        if p == 1:
            break
    sbox[0] = 0x63
    return sbox


SBOX = make_sbox()


class Aes:
    def __init__(self, key):
        words = [list(key[i : i + 4]) for i in range(0, len(key), 4)]
        in_key, rcon = len(words), 1
        self.rounds = in_key + 6
        for i in range(in_key, 4 * (self.rounds + 1)):
            word = list(words[i - 1])
            if i % in_key == 0:
                word = [SBOX[b] for b in word[1:] + word[:1]]
                word[0] ^= rcon
                rcon = xtime(rcon)
            elif in_key > 6 and i % in_key == 4:
                word = [SBOX[b] for b in word]
            words.append([a ^ b for a, b in zip(words[i - in_key], word)])
        self.keys = [sum(words[4 * i : 4 * i + 4], []) for i in range(self.rounds + 1)]

    def block(self, block):
        state = [a ^ b for a, b in zip(block, self.keys[0])]
        for number in range(1, self.rounds + 1):
            state = [SBOX[b] for b in state]
            state = [state[(i + 4 * (i % 4)) % 16] for i in range(16)]
            if number < self.rounds:
                mixed = []
                for c in range(0, 16, 4):
                    column = state[c : c + 4]
                    whole = column[0] ^ column[1] ^ column[2] ^ column[3]
                    for i in range(4):
                        mixed.append(column[i] ^ whole ^ xtime(column[i] ^ column[(i + 1) % 4]))
                state = mixed
            state = [a ^ b for a, b in zip(state, self.keys[number])]
        return bytes(state)


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def pad16(data):
    return data + bytes(-len(data) % 16)


# Modes: SP 800-38A, 38C, 38D; RFC 8439


def cbc(key, iv, data):
    aes, out = Aes(key), b""
    for i in range(0, len(data), 16):
        iv = aes.block(xor(data[i : i + 16], iv))
        out += iv
    return out


def ctr(aes, counters, data):
    return b"".join(
        xor(data[i : i + 16], aes.block(next(counters))) for i in range(0, len(data), 16)
    )


def ccm(key, nonce, aad, data, tag_len):
    aes, width = Aes(key), 15 - len(nonce)
    flags = (0x40 if aad else 0) | ((tag_len - 2) // 2) << 3 | (width - 1)
    blocks = bytes([flags]) + nonce + len(data).to_bytes(width, "big")
    blocks += pad16(struct.pack(">H", len(aad)) + aad) + pad16(data)
    mac = bytes(16)
    for i in range(0, len(blocks), 16):
        mac = aes.block(xor(mac, blocks[i : i + 16]))
    counter = lambda i: bytes([width - 1]) + nonce + i.to_bytes(width, "big")
    sealed = ctr(aes, (counter(i) for i in range(1, 1 << 20)), data)
    return sealed + xor(mac, aes.block(counter(0)))[:tag_len]


def gcm(key, nonce, aad, data):
    aes = Aes(key)
    h = int.from_bytes(aes.block(bytes(16)), "big")

    def times_h(x):
        product, v = 0, h
        for i in range(127, -1, -1):
            if x >> i & 1:
                product ^= v
            v = (v >> 1) ^ (0xE1 << 120 if v & 1 else 0)
        return product

    counter = lambda i: nonce + struct.pack(">I", i)
    sealed = ctr(aes, (counter(i) for i in range(2, 1 << 20)), data)
    y, hashed = 0, pad16(aad) + pad16(sealed) + struct.pack(">QQ", 8 * len(aad), 8 * len(sealed))
    for i in range(0, len(hashed), 16):
        y = times_h(y ^ int.from_bytes(hashed[i : i + 16], "big"))
    return sealed + xor(y.to_bytes(16, "big"), aes.block(counter(1)))


def chacha_block(key, counter, nonce):
    start = list(struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<8I", key))
    start += [counter] + list(struct.unpack("<3I", nonce))
    x = list(start)
    rotate = lambda v, n: ((v << n) | (v >> (32 - n))) & 0xFFFFFFFF

    def quarter(a, b, c, d):
        for one, two, three, n in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)]:
            x[one] = (x[one] + x[two]) & 0xFFFFFFFF
            x[three] = rotate(x[three] ^ x[one], n)

    for _ in range(10):
        for i in range(4):
            quarter(i, i + 4, i + 8, i + 12)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(x, start)))


def chacha20_poly1305(key, nonce, aad, data):
    sealed = b"".join(
        xor(data[i : i + 64], chacha_block(key, 1 + i // 64, nonce)) for i in range(0, len(data), 64)
    )
    one_time = chacha_block(key, 0, nonce)
    r = int.from_bytes(one_time[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(one_time[16:32], "little")
    tagged = pad16(aad) + pad16(sealed) + struct.pack("<QQ", len(aad), len(sealed))
    tag = 0
    for i in range(0, len(tagged), 16):
        tag = (tag + int.from_bytes(tagged[i : i + 16] + b"\1", "little")) * r % ((1 << 130) - 5)
    return sealed + ((tag + s) & ((1 << 128) - 1)).to_bytes(16, "little")


# RFC 9146


def covered(case, length):
    """Section 5: what is authenticated before the content, up to the length."""
    cid = case["cid"]
    return (
        b"\xff" * 8
        + bytes([TLS12_CID, len(cid), TLS12_CID])
        + case["version"]
        + case["epoch"]
        + case["sequence_number"]
        + cid
        + struct.pack(">H", length)
    )


def seal(case):
    """The enc_content of a DTLSInnerPlaintext."""
    # Section 4: content, real_type, zeros.
    inner = case["content"] + case["real_type"] + bytes(int(case["zeros"]))
    cipher, key = case["cipher"], case["key"]
    if not cipher.endswith("CBC"):
        # Section 5.3. Explicit nonces of RFC 5288 and RFC 6655 are epoch and sequence_number here, as those of RFC 7905
        # are by definition.
        number, aad = case["epoch"] + case["sequence_number"], covered(case, len(inner))
        if cipher == "CHACHA20_POLY1305":
            return chacha20_poly1305(key, xor(case["iv"], bytes(4) + number), aad, inner)
        nonce = case["iv"] + number
        if cipher.endswith("GCM"):
            return number + gcm(key, nonce, aad, inner)
        return number + ccm(key, nonce, aad, inner, 8 if cipher.endswith("CCM_8") else 16)
    mac = lambda data: hmac.new(case["mac_key"], data, getattr(hashlib, case["mac"])).digest()
    iv = case["iv"]
    if case["encrypt_then_mac"] == "0":
        # Section 5.1, then GenericBlockCipher of RFC 5246 section 6.2.3.2.
        data = inner + mac(covered(case, len(inner)) + inner)
    else:
        data = inner
    padding = 15 - len(data) % 16
    sealed = iv + cbc(key, iv, data + bytes([padding]) * (padding + 1))
    if case["encrypt_then_mac"] == "1":
        # Section 5.2; the length is that of IV and ciphertext (RFC 7366 section 3).
        sealed += mac(covered(case, len(sealed)) + sealed)
    return sealed


def record(case):
    """Section 4, Figure 3."""
    content = seal(case)
    head = bytes([TLS12_CID]) + case["version"] + case["epoch"] + case["sequence_number"]
    return head + case["cid"] + struct.pack(">H", len(content)) + content


WORDS = {"name", "cipher", "mac", "encrypt_then_mac", "zeros"}


def main(path, write):
    lines, wrong, seen, case = [], 0, 0, {}
    for line in open(path, encoding="ascii"):
        line = line.rstrip("\n")
        field, _, value = line.partition(":")
        value = value.strip()
        if not line or line.startswith("#"):
            case = {}
        elif field == "record":
            computed = record(case).hex()
            seen += 1
            if value != computed:
                wrong += 1
                if not write:
                    print(f"{case['name']}: the record is not that of RFC 9146", file=sys.stderr)
            line = f"record: {computed}"
        else:
            case[field] = value if field in WORDS else bytes.fromhex(value)
        lines.append(line)
    if write:
        open(path, "w", encoding="ascii").write("\n".join(lines) + "\n")
    print(f"{seen} records, {wrong} of them wrong")
    return 0 if write or (seen and not wrong) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv[2:]))
