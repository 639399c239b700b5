#!/bin/sh
# Makes every certificate of this directory anew, with the openssl program (3.0 or later). README.md says what each is for.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.pem ./*.key
START=20200101000000Z
END=21191231235959Z
SAN="subjectAltName = DNS:example.com, DNS:*.wild.example.com, IP:192.0.2.1, IP:2001:db8::1"
CA="basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign"
LEAF="basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
$SAN"

cat > "$work/ca.cnf" <<CNF
[ca]
default_ca = issue
[issue]
database = $work/index
serial = $work/serial
new_certs_dir = $work
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = dn
[dn]
CNF
: > "$work/index"
echo 1000 > "$work/serial"

key() { # NAME ALGORITHM OPTION
    openssl genpkey -quiet -algorithm "$2" ${3:+-pkeyopt "$3"} -out "$work/$1.key"
}
# NAME KEY SUBJECT ISSUER(=certificate, whose key is ISSUER_KEY) EXTENSIONS, then further options of `openssl ca`;
# the issuer `self` signs itself.
issue() {
    name=$1 key=$2 subject=$3 issuer=$4 issuer_key=$5
    shift 5
    printf '%s\n' "$1" > "$work/$name.ext"
    shift
    openssl req -new -config "$work/ca.cnf" -key "$work/$key.key" -subj "$subject" -out "$work/$name.csr"
    if [ "$issuer" = self ]; then
        signer="-selfsign -keyfile $work/$issuer_key.key"
    else
        signer="-cert $issuer.pem -keyfile $work/$issuer_key.key"
    fi
    # shellcheck disable=SC2086
    openssl ca -batch -notext -config "$work/ca.cnf" -preserveDN $signer -md sha256 -startdate $START -enddate $END \
        -extfile "$work/$name.ext" -in "$work/$name.csr" -out "$name.pem" "$@" 2> "$work/log" || { cat "$work/log"; exit 1; }
}

for name in root mid leaf other; do key $name EC ec_paramgen_curve:P-256; done
key p384 EC ec_paramgen_curve:P-384
key p521 EC ec_paramgen_curve:P-521
key rsa RSA rsa_keygen_bits:2048
key rsa-leaf RSA rsa_keygen_bits:2048
key small RSA rsa_keygen_bits:1024
key short RSA rsa_keygen_bits:2047
key largest RSA rsa_keygen_bits:4096
key large RSA rsa_keygen_bits:6144
key ed25519 ED25519 ""

# the good ones
issue root root "/CN=Root/O=Ember Tests" self root "$CA"
issue mid mid "/CN=Mid" root root "$CA"
issue good leaf "/CN=good" mid mid "$LEAF"
issue rsa-root rsa "/CN=RSA Root" self rsa "$CA"
issue rsa-mid rsa-leaf "/CN=RSA Mid" rsa-root rsa "$CA" -md sha512
issue rsa-good rsa-leaf "/CN=rsa-good" rsa-mid rsa-leaf "keyUsage = critical, keyEncipherment
$SAN" -md sha384
issue p384-root p384 "/CN=P-384 Root" self p384 "$CA" -md sha384
issue p384-good p384 "/CN=p384-good" p384-root p384 "$LEAF" -md sha384
issue direct leaf "/CN=direct" root root "$LEAF"
issue any leaf "/CN=any" root root "extendedKeyUsage = anyExtendedKeyUsage
$SAN"
issue policies leaf "/CN=policies" root root "certificatePolicies = critical, 1.2.3.4
$SAN"
issue bare leaf "/CN=bare" root root "$SAN"

# flaws of the end entity
issue expired leaf "/CN=expired" root root "$LEAF" -startdate 20200101000000Z -enddate 20210101000000Z
issue future leaf "/CN=future" root root "$LEAF" -startdate 20900101000000Z -enddate $END
issue inverted leaf "/CN=inverted" root root "$LEAF" -startdate 20250101000000Z -enddate 20240101000000Z
issue no-san leaf "/CN=example.com" root root "keyUsage = critical, digitalSignature"
issue client leaf "/CN=client" root root "extendedKeyUsage = clientAuth
$SAN"
issue encipher leaf "/CN=encipher" root root "keyUsage = critical, keyEncipherment
$SAN"
issue critical leaf "/CN=critical" root root "1.2.3.4 = critical, ASN1:NULL
$SAN"
issue v1 leaf "/CN=v1" root root ""
issue sha1 leaf "/CN=sha1" rsa-root rsa "$LEAF" -md sha1
issue pss leaf "/CN=pss" rsa-root rsa "$LEAF" -sigopt rsa_padding_mode:pss
issue small small "/CN=small" root root "$LEAF"
issue large large "/CN=large" root root "$LEAF"
issue p521 p521 "/CN=p521" root root "$LEAF"
issue ed25519 ed25519 "/CN=ed25519" root root "$LEAF"

# flaws of the issuer
issue small-root small "/CN=Small Root" self small "$CA"
issue small-issued leaf "/CN=small-issued" small-root small "$LEAF"
issue stranger other "/CN=Root/O=Ember Tests" self other "$CA"
issue stranger-issued leaf "/CN=stranger-issued" stranger other "$LEAF"
issue no-ca mid "/CN=No CA" root root "keyUsage = critical, keyCertSign"
issue no-ca-issued leaf "/CN=no-ca-issued" no-ca mid "$LEAF"
issue v1-ca mid "/CN=V1 CA" root root ""
issue v1-ca-issued leaf "/CN=v1-ca-issued" v1-ca mid "$LEAF"
issue no-sign mid "/CN=No Sign" root root "basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature"
issue no-sign-issued leaf "/CN=no-sign-issued" no-sign mid "$LEAF"
issue client-ca mid "/CN=Client CA" root root "$CA
extendedKeyUsage = clientAuth"
issue client-ca-issued leaf "/CN=client-ca-issued" client-ca mid "$LEAF"
issue old-ca mid "/CN=Old CA" root root "$CA" -startdate 20200101000000Z -enddate 20210101000000Z
issue old-ca-issued leaf "/CN=old-ca-issued" old-ca mid "$LEAF"
issue constrained mid "/CN=Constrained" root root "$CA
nameConstraints = permitted;DNS:example.com"
issue constrained-issued leaf "/CN=constrained-issued" constrained mid "$LEAF"
issue constrained-root other "/CN=Constrained Root" self other "$CA
nameConstraints = critical, permitted;DNS:example.com"

# path lengths: pathlen0 issued below, which no path length allows; renewed is pathlen0's own new key, which it does
issue pathlen0 mid "/CN=Pathlen 0" root root "basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign"
issue below other "/CN=Below" pathlen0 mid "$CA"
issue below-issued leaf "/CN=below-issued" below other "$LEAF"
issue renewed other "/CN=Pathlen 0" pathlen0 mid "basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign"
issue renewed-issued leaf "/CN=renewed-issued" renewed other "$LEAF"

# one CA under two roots, and its old certificate under the first
issue cross-root other "/CN=Cross Root" self other "$CA"
issue mid-cross mid "/CN=Mid" cross-root other "$CA"
issue mid-old mid "/CN=Mid" root root "$CA" -startdate 20200101000000Z -enddate 20210101000000Z

# a path of nine intermediates
issue deep1 mid "/CN=Deep 1" root root "$CA"
for n in 2 3 4 5 6 7 8 9; do issue deep$n mid "/CN=Deep $n" deep$((n - 1)) mid "$CA"; done
issue deep8-issued leaf "/CN=deep8-issued" deep8 mid "$LEAF"
issue deep9-issued leaf "/CN=deep9-issued" deep9 mid "$LEAF"

# the largest key, one beyond it, and issuers' names of 512 and 513 bytes
issue largest-root largest "/CN=Largest Root" self largest "$CA"
issue largest-issued leaf "/CN=largest-issued" largest-root largest "$LEAF"
issue large-root large "/CN=Large Root" self large "$CA"
issue large-issued leaf "/CN=large-issued" large-root large "$LEAF"
issue short short "/CN=short" root root "$LEAF"
O64=/O=0123456789012345678901234567890123456789012345678901234567890123
O47=/O=01234567890123456789012345678901234567890123456
issue name512 other "$O64$O64$O64$O64$O64$O64$O47" self other "$CA"
issue name512-issued leaf "/CN=name512-issued" name512 other "$LEAF"
issue name513 other "$O64$O64$O64$O64$O64$O64${O47}7" self other "$CA"
issue name513-issued leaf "/CN=name513-issued" name513 other "$LEAF"
