#!/bin/sh
# Makes every file of this directory anew from the keys of the one above, with the openssl program (3.0 or later, with
# its legacy provider): one for each way of encrypting a key. The password is in each name's row of README.md.
set -eu
cd "$(dirname "$0")"
rm -f ./*.pem ./*.der
pkcs8() { # key, name, options
    key=$1 name=$2; shift 2
    openssl pkcs8 -topk8 -provider legacy -provider default -in "../$key-pkcs8.pem" -passout pass:ember -out "$name" "$@"
}
# PBES2 with PBKDF2: each pseudorandom function, each cipher.
for prf in SHA1 SHA224 SHA256 SHA384 SHA512; do
    pkcs8 P-256 "pbes2-$prf.pem" -v2 aes-256-cbc -v2prf "hmacWith$prf" -iter 1000
done
for cipher in aes-128-cbc aes-192-cbc des3 des-cbc; do
    pkcs8 P-256 "pbes2-$cipher.pem" -v2 $cipher -iter 1000
done
pkcs8 rsa pbes2-rsa.pem -v2 aes-256-cbc
pkcs8 rsa pbes2-rsa.der -v2 aes-256-cbc -outform DER
# One iteration, so that every byte can be damaged in a test.
pkcs8 P-256 pbes2-once.der -v2 aes-256-cbc -iter 1 -outform DER
pkcs8 rsa pbes2-rsa-once.der -v2 aes-256-cbc -iter 1 -outform DER
# PBES2 with scrypt: OpenSSL's own cost, and another.
pkcs8 P-256 scrypt.pem -scrypt
pkcs8 P-384 scrypt-1024-4-2.pem -scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 2
# PBES1 and PKCS#12, of old programs.
for scheme in PBE-MD5-DES PBE-SHA1-DES PBE-SHA1-3DES PBE-SHA1-2DES; do
    pkcs8 P-256 "$scheme.pem" -v1 $scheme
    pkcs8 rsa "$scheme-once.der" -v1 $scheme -iter 1 -outform DER
done
openssl pkcs8 -topk8 -in ../P-256-pkcs8.pem -passout pass:pässwörd -v1 PBE-SHA1-3DES -out PBE-SHA1-3DES-umlauts.pem
for scheme in PBE-MD5-RC2-64 PBE-SHA1-RC2-40 PBE-SHA1-RC4-128; do
    pkcs8 P-256 "unsupported-$scheme.pem" -v1 $scheme
done
# PEM's own encryption, which OpenSSL calls traditional.
for cipher in aes128 aes192 aes256 des3 des; do
    openssl rsa -provider legacy -provider default -in ../rsa-pkcs8.pem -traditional -$cipher -passout pass:ember -out "traditional-rsa-$cipher.pem"
    openssl ec -provider legacy -provider default -in ../P-256-pkcs8.pem -$cipher -passout pass:ember -out "traditional-P-256-$cipher.pem"
done
openssl rsa -in ../rsa-pkcs8.pem -traditional -camellia128 -passout pass:ember -out unsupported-traditional.pem
# Made to stall: one iteration above the limit. What scrypt may cost is tried with the files above, altered.
pkcs8 P-256 costly-iterations.pem -v2 aes-256-cbc -iter 2000001
