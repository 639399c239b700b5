#!/bin/sh
# Makes every key of this directory anew, with the openssl program (3.0 or later): each in every form.
set -eu
cd "$(dirname "$0")"
rm -f ./*.pem
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa-pkcs8.pem
openssl rsa -in rsa-pkcs8.pem -traditional -out rsa-pkcs1.pem
openssl rsa -in rsa-pkcs8.pem -pubout -out rsa-public.pem
openssl rsa -in rsa-pkcs8.pem -traditional -aes128 -passout pass:ember -out rsa-encrypted-pkcs1.pem
for curve in P-256 P-384 P-521; do
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:$curve -out $curve-pkcs8.pem
    openssl ec -in $curve-pkcs8.pem -pubout -out $curve-public.pem
done
for curve in P-256 P-384; do
    openssl ec -in $curve-pkcs8.pem -out $curve-sec1.pem
done
# As the program writes it: text, the parameters in a block of their own, then the key.
{ echo "Some text before."; openssl ecparam -name prime256v1; cat P-256-sec1.pem; echo "Some text after."; } > P-256-with-parameters.pem
openssl pkcs8 -topk8 -in P-256-pkcs8.pem -passout pass:ember -out P-256-encrypted-pkcs8.pem
openssl ec -in P-256-pkcs8.pem -param_enc explicit -out P-256-explicit.pem
openssl ec -in P-256-pkcs8.pem -pubout -param_enc explicit -out P-256-explicit-public.pem
openssl genpkey -quiet -algorithm ED25519 -out ed25519-pkcs8.pem
openssl pkey -in ed25519-pkcs8.pem -pubout -out ed25519-public.pem
