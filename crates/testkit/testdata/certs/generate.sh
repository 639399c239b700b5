#!/bin/sh
# Makes every key and certificate of this directory anew, with the openssl program (3.0 or later).
# Valid from 2020 to 2119 unless the name says otherwise; see README.md for what each file is for.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.pem ./*.key
START=20200101000000Z
END=21191231235959Z

cat > "$work/ca.cnf" <<CNF
[ca]
default_ca = issue
[issue]
database = $work/index
serial = $work/serial
new_certs_dir = $work
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
[any]
commonName = supplied
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[mid]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, DNS:ember.test, IP:127.0.0.1
[leaf_ec]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth, clientAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, DNS:ember.test, IP:127.0.0.1
[wrong_key_usage]
basicConstraints = critical, CA:FALSE
keyUsage = critical, cRLSign
subjectAltName = DNS:localhost, DNS:ember.test, IP:127.0.0.1
[wrong_ext_key_usage]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = emailProtection
subjectAltName = DNS:localhost, DNS:ember.test, IP:127.0.0.1
[wrong_name]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = DNS:other.test
[long_mid]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
nsComment = $(awk 'BEGIN { while (n++ < 1250) printf "x" }')
[long_leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth
subjectAltName = DNS:localhost, DNS:ember.test, IP:127.0.0.1
nsComment = $(awk 'BEGIN { while (n++ < 1250) printf "x" }')
CNF
: > "$work/index"
openssl rand -hex 8 > "$work/serial"

# key NAME rsa|p256|p384|p521|ed25519
key() {
    case $2 in
        rsa) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1.key" ;;
        p256) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" ;;
        p384) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$1.key" ;;
        p521) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out "$1.key" ;;
        ed25519) openssl genpkey -algorithm ED25519 -out "$1.key" ;;
    esac
}

# certificate NAME KEY ISSUER|self EXTENSIONS [START END [DIGEST]]
certificate() {
    openssl req -config "$work/ca.cnf" -new -key "$2.key" -subj "/CN=EmberTLS test $1" -out "$work/$1.csr"
    if [ "$3" = self ]; then
        signer="-selfsign -keyfile $2.key"
    else
        signer="-cert $3.pem -keyfile $3.key"
    fi
    # shellcheck disable=SC2086
    openssl ca -batch -notext -config "$work/ca.cnf" -extensions "$4" $signer -md "${7:-sha256}" \
        -startdate "${5:-$START}" -enddate "${6:-$END}" -in "$work/$1.csr" -out "$1.pem" 2> "$work/log" || {
        cat "$work/log" >&2
        exit 1
    }
}

# chain NAME ISSUER..: the leaf, then its issuers without the root
chain() {
    name=$1
    shift
    cp "$name.pem" "$name-chain.pem"
    for issuer in "$@"; do cat "$issuer.pem" >> "$name-chain.pem"; done
}

key root-rsa rsa; certificate root-rsa root-rsa self root
key root-ec p384; certificate root-ec root-ec self root $START $END sha384
key root-stranger rsa; certificate root-stranger root-stranger self root
key mid-rsa rsa; certificate mid-rsa mid-rsa root-rsa mid
key mid-ec p256; certificate mid-ec mid-ec root-ec mid $START $END sha384
cat root-rsa.pem root-ec.pem > roots.pem

key rsa rsa; certificate rsa rsa mid-rsa leaf; chain rsa mid-rsa
key p256 p256; certificate p256 p256 mid-ec leaf_ec; chain p256 mid-ec
key p384 p384; certificate p384 p384 mid-ec leaf_ec; chain p384 mid-ec
key p521 p521; certificate p521 p521 mid-ec leaf_ec; chain p521 mid-ec
# Ed25519 all the way, below a root of its own; OpenSSL names no digest with it
key root-ed25519 ed25519; certificate root-ed25519 root-ed25519 self root $START $END null
key ed25519 ed25519; certificate ed25519 ed25519 root-ed25519 leaf_ec $START $END null; chain ed25519

# wrong in one point each; all of them use the key rsa.key and hang below root-rsa
certificate expired rsa mid-rsa leaf 20200101000000Z 20210101000000Z; chain expired mid-rsa
certificate future rsa mid-rsa leaf 21000101000000Z $END; chain future mid-rsa
certificate wrong-key-usage rsa mid-rsa wrong_key_usage; chain wrong-key-usage mid-rsa
certificate wrong-ext-key-usage rsa mid-rsa wrong_ext_key_usage; chain wrong-ext-key-usage mid-rsa
certificate wrong-name rsa mid-rsa wrong_name; chain wrong-name mid-rsa
certificate stranger rsa root-stranger leaf; chain stranger

# a chain of 12 KiB: six certificates of 2 KiB, padded by a comment
certificate long-5 mid-rsa root-rsa long_mid; cp mid-rsa.key long-5.key
for n in 4 3 2 1; do
    certificate "long-$n" mid-rsa "long-$((n + 1))" long_mid
    cp mid-rsa.key "long-$n.key"
done
certificate long rsa long-1 long_leaf; chain long long-1 long-2 long-3 long-4 long-5
rm -f long-?.key long-?.pem root-stranger.key root-ed25519.key

# groups for Diffie-Hellman that no standard names; the second is too small
openssl dhparam -out dh-own-2048.pem 2048 2> "$work/log"
openssl dhparam -out dh-1024.pem 1024 2> "$work/log"
# The same keys, encrypted with the password "ember": in PBES2, and as PEM itself does it.
openssl pkcs8 -topk8 -in p256.key -v2 aes-256-cbc -iter 2048 -passout pass:ember -out p256-encrypted.key
openssl rsa -in rsa.key -traditional -aes256 -passout pass:ember -out rsa-encrypted.key
