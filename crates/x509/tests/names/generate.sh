#!/bin/sh
# Makes the certificates of this directory anew, with the openssl program (3.0 or later): CAs with name constraints, and
# what they issued. The keys are thrown away. `chains.txt` says what is expected of them.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -f ./*.pem
for key in root mid leaf; do
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/$key.key"
done
# NAME KEY SUBJECT ISSUER ISSUER_KEY EXTENSIONS
issue() {
    printf '%s\n' "$6" > "$work/ext"
    openssl req -new -key "$work/$2.key" -subj "$3" -out "$work/csr"
    if [ "$4" = self ]; then
        openssl x509 -req -in "$work/csr" -key "$work/$5.key" -days 36500 -extfile "$work/ext" -out "$1.pem" 2> /dev/null
    else
        openssl x509 -req -in "$work/csr" -CA "$4.pem" -CAkey "$work/$5.key" -days 36500 -extfile "$work/ext" \
            -out "$1.pem" 2> /dev/null
    fi
}
CA="basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign"
DIR="[dir]
O = Ember Tests"
issue root root "/CN=Names Root" self root "$CA"
issue root-dns root "/CN=Names Root" self root "$CA
nameConstraints = critical, permitted;DNS:example.com, excluded;DNS:bad.example.com"
issue dns mid "/O=Ember Tests/CN=DNS" root root "$CA
nameConstraints = critical, permitted;DNS:example.com, excluded;DNS:bad.example.com"
issue all mid "/O=Ember Tests/CN=All" root root "$CA
nameConstraints = permitted;DNS:example.com, permitted;IP:192.0.2.0/255.255.255.0, permitted;email:example.com, permitted;URI:.example.com, permitted;dirName:dir
$DIR"
issue below mid "/O=Ember Tests/CN=Below" all mid "$CA"
issue astray mid "/O=Elsewhere/CN=Astray" all mid "$CA"
# The CA's certificate for its own new key bears a name that the constraints would refuse.
issue dir root "/CN=Dir" root root "$CA
nameConstraints = critical, permitted;dirName:dir
$DIR"
issue renewed mid "/CN=Dir" dir root "$CA"
issue renewed-good leaf "/O=Ember Tests/CN=x" renewed mid "subjectAltName = DNS:example.com"
issue renewed-bad leaf "/CN=Dir" renewed mid "subjectAltName = DNS:example.com"
for ca in root dns all below astray; do
    key=mid
    if [ $ca = root ]; then key=root; fi
    issue $ca-good leaf "/O=Ember Tests/CN=good" $ca $key "subjectAltName = DNS:www.example.com, IP:192.0.2.7, email:a@example.com, URI:https://www.example.com/"
    issue $ca-bad leaf "/O=Ember Tests/CN=bad" $ca $key "subjectAltName = DNS:www.example.com, DNS:www.bad.example.com, IP:198.51.100.7"
done
issue all-mail leaf "/O=Ember Tests/CN=mail/emailAddress=a@other.test" all mid "subjectAltName = DNS:www.example.com"
issue all-uri leaf "/O=Ember Tests/CN=uri" all mid "subjectAltName = DNS:www.example.com, URI:https://192.0.2.7/"
issue all-dir leaf "/O=Elsewhere/CN=dir" all mid "subjectAltName = DNS:www.example.com"
many=$(seq -f 'DNS:host-number-%04g.example.com' -s ', ' 1 150)
issue dns-many leaf "/O=Ember Tests/CN=many" dns mid "subjectAltName = $many"
issue root-many leaf "/O=Ember Tests/CN=many" root root "subjectAltName = $many"
