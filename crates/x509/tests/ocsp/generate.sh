#!/bin/sh
# Makes every certificate and response of this directory anew, with the openssl program (3.0 or later). README.md says what
# each is for.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.pem ./*.der
CA="basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign"
LEAF="basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:example.com"

cat > "$work/ca.cnf" <<CNF
[req]
distinguished_name = dn
[dn]
CNF

key() { # NAME ALGORITHM OPTION
    openssl genpkey -quiet -algorithm "$2" -pkeyopt "$3" -out "$work/$1.key"
}
issue() { # NAME SUBJECT ISSUER SERIAL EXTENSIONS [openssl x509 options]
    name=$1 subject=$2 issuer=$3 serial=$4
    printf '%s\n' "$5" > "$work/$name.ext"
    shift 5
    openssl req -new -config "$work/ca.cnf" -key "$work/$name.key" -subj "$subject" -out "$work/$name.csr"
    if [ "$issuer" = self ]; then signer="-signkey $work/$name.key"; else signer="-CA $issuer.pem -CAkey $work/$issuer.key"; fi
    # shellcheck disable=SC2086
    openssl x509 -req -in "$work/$name.csr" $signer -sha256 -set_serial "$serial" -days 36500 -extfile "$work/$name.ext" \
        -out "$name.pem" "$@" 2> "$work/log"
}

for name in root leaf staple revoked signer client-signer other-signer other; do key $name EC ec_paramgen_curve:P-256; done
for name in rsa-root rsa-leaf; do key $name RSA rsa_keygen_bits:2048; done
SIGNER="basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
noCheck = ignored
extendedKeyUsage ="
issue root "/O=EmberTLS/CN=OCSP Root" self 0x01 "$CA"
issue other "/O=EmberTLS/CN=Other Root" self 0x02 "$CA"
issue rsa-root "/O=EmberTLS/CN=RSA Root" self 0x03 "$CA"
issue leaf "/CN=example.com" root 0x1001 "$LEAF"
issue staple "/CN=example.com" root 0x1002 "$LEAF
tlsfeature = status_request"
issue revoked "/CN=example.com" root 0x1003 "$LEAF"
issue signer "/CN=Signer" root 0x1004 "$SIGNER OCSPSigning"
issue client-signer "/CN=Signer without the purpose" root 0x1005 "$SIGNER clientAuth, anyExtendedKeyUsage"
issue other-signer "/CN=Signer of another" other 0x1006 "$SIGNER OCSPSigning"
issue rsa-leaf "/CN=example.com" rsa-root 0x1007 "$LEAF"

echo 'unique_subject = no' > "$work/index.attr"
printf 'V\t21260101000000Z\t\t1001\tunknown\t/CN=example.com\n' > "$work/index"
printf 'V\t21260101000000Z\t\t1002\tunknown\t/CN=example.com\n' >> "$work/index"
printf 'R\t21260101000000Z\t260201000000Z,keyCompromise\t1003\tunknown\t/CN=example.com\n' >> "$work/index"
printf 'V\t21260101000000Z\t\t1007\tunknown\t/CN=example.com\n' >> "$work/index"

respond() { # NAME CA SIGNER REQUEST.. -- [options of the responder]
    name=$1 ca=$2 signer=$3
    shift 3
    asked=""
    while [ "$1" != -- ]; do asked="$asked $1"; shift; done
    shift
    # shellcheck disable=SC2086
    openssl ocsp -no_nonce -issuer "$ca.pem" $asked -reqout "$work/request" 2> "$work/log"
    openssl ocsp -index "$work/index" -CA "$ca.pem" -rsigner "$signer.pem" -rkey "$work/$signer.key" -rmd sha256 \
        -reqin "$work/request" -respout "$name.der" "$@" > "$work/log" 2>&1
}
DAYS="-ndays 36500"
# shellcheck disable=SC2086
{
respond good root root -cert leaf.pem -- $DAYS -resp_no_certs
respond by-key root root -cert leaf.pem -- $DAYS -resp_no_certs -resp_key_id
respond sha256 root root -sha256 -cert leaf.pem -- $DAYS -resp_no_certs
respond sha384 root root -sha384 -cert leaf.pem -- $DAYS -resp_no_certs
respond with-root root root -cert leaf.pem -- $DAYS
respond staple root root -cert staple.pem -- $DAYS -resp_no_certs
respond revoked root root -cert revoked.pem -- $DAYS -resp_no_certs
respond unknown root root -serial 0x1999 -- $DAYS -resp_no_certs
respond several root root -cert revoked.pem -cert leaf.pem -- $DAYS -resp_no_certs
respond no-next-update root root -cert leaf.pem -- -resp_no_certs
respond a-day root root -cert leaf.pem -- -ndays 1 -resp_no_certs
respond delegate root signer -cert leaf.pem -- $DAYS
respond delegate-by-key root signer -cert leaf.pem -- $DAYS -resp_key_id
respond delegate-alone root signer -cert leaf.pem -- $DAYS -resp_no_certs
respond delegate-without-purpose root client-signer -cert leaf.pem -- $DAYS
respond delegate-of-another root other-signer -cert leaf.pem -- $DAYS
respond other-root root other -cert leaf.pem -- $DAYS -resp_no_certs
respond rsa rsa-root rsa-root -cert rsa-leaf.pem -- $DAYS -resp_no_certs
}
