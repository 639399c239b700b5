"""Python's ssl as a peer of the interoperability table: standard input to the connection, the connection to standard
output. A client ends with its input, a server with its clients. What is not data goes to standard error."""

import argparse
import os
import select
import socket
import ssl
import sys

VERSIONS = {
    "tls10": ssl.TLSVersion.TLSv1,
    "tls11": ssl.TLSVersion.TLSv1_1,
    "tls12": ssl.TLSVersion.TLSv1_2,
    "tls13": ssl.TLSVersion.TLSv1_3,
}
ALERT = 21
CHUNK = 1 << 16


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=["client", "server"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--version", choices=VERSIONS, required=True)
    parser.add_argument("--lowest-version", choices=VERSIONS, required=True)
    parser.add_argument("--ciphers", required=True)
    parser.add_argument("--resume", type=int, default=0)
    parser.add_argument("--tickets", action="store_true")
    parser.add_argument("--client-auth", choices=["optional", "required"])
    parser.add_argument("--dh")
    parser.add_argument("--alpn")
    parser.add_argument("--psk-identity")
    parser.add_argument("--psk")
    parser.add_argument("--server-name")
    parser.add_argument("--ca")
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--other-cert")
    parser.add_argument("--other-key")
    return parser.parse_args()


def tell(*words):
    print(*words, file=sys.stderr, flush=True)


def tell_alert(_connection, direction, _version, content_type, _message, data):
    if content_type == ALERT and direction == "read":
        tell("received alert", data[1])


def context(args, cert, key):
    side = ssl.PROTOCOL_TLS_CLIENT if args.side == "client" else ssl.PROTOCOL_TLS_SERVER
    made = ssl.SSLContext(side)
    made.minimum_version = VERSIONS[args.lowest_version]
    made.maximum_version = VERSIONS[args.version]
    if not args.tickets:
        made.options |= ssl.OP_NO_TICKET
    made.set_ciphers(args.ciphers)
    if args.psk:
        key = bytes.fromhex(args.psk)
        if args.side == "client":
            made.set_psk_client_callback(lambda _hint: (args.psk_identity, key))
        else:
            made.set_psk_server_callback(lambda identity: key if identity == args.psk_identity else b"")
    if args.alpn:
        made.set_alpn_protocols(args.alpn.split(","))
    if args.ca:
        made.load_verify_locations(args.ca)
    if args.client_auth:
        made.verify_mode = ssl.CERT_REQUIRED if args.client_auth == "required" else ssl.CERT_OPTIONAL
    if args.dh:
        made.load_dh_params(args.dh)
    if cert:
        made.load_cert_chain(cert, key)
    # Not documented, but what Python's own tests see alerts with.
    made._msg_callback = tell_alert
    return made


def pump(tls, ends_with_input):
    """Carries both directions at once until the other end closes, or the input when that counts."""
    tls.setblocking(False)
    waiting, reading = b"", True
    while True:
        wanted = [tls] + ([sys.stdin] if reading and not waiting else [])
        patience = 0 if tls.pending() else None
        readable, _, _ = select.select(wanted, [tls] if waiting else [], [], patience)
        if sys.stdin in readable:
            waiting = os.read(sys.stdin.fileno(), CHUNK)
            reading = bool(waiting)
        try:
            got = tls.recv(CHUNK)
            if not got:
                break
            sys.stdout.buffer.write(got)
            sys.stdout.buffer.flush()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        try:
            if waiting:
                waiting = waiting[tls.send(waiting) :]
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        if ends_with_input and not reading and not waiting:
            break
    tls.setblocking(True)
    tls.unwrap()


def tell_of(tls):
    tell(tls.version(), tls.cipher()[0], tls.selected_alpn_protocol(), "resumed", tls.session_reused)


def client(args):
    made = context(args, args.cert, args.key)
    made.check_hostname = args.server_name is not None
    session = None
    # The last connection carries the data.
    for remaining in range(args.resume, -1, -1):
        connection = socket.create_connection(("127.0.0.1", args.port))
        with made.wrap_socket(
            connection, server_hostname=args.server_name, suppress_ragged_eofs=False, session=session
        ) as tls:
            tell_of(tls)
            session = session or tls.session
            if remaining:
                tls.unwrap()
            else:
                pump(tls, True)


def server(args):
    made = context(args, args.cert, args.key)
    if args.server_name:
        right = made
        made = context(args, args.other_cert, args.other_key)

        def choose(tls, name, _context):
            if name == args.server_name:
                tls.context = right

        made.sni_callback = choose
    listener = socket.create_server(("127.0.0.1", args.port))
    for _ in range(args.resume + 1):
        connection, _ = listener.accept()
        with made.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False) as tls:
            tell_of(tls)
            pump(tls, False)


if __name__ == "__main__":
    args = options()
    try:
        client(args) if args.side == "client" else server(args)
    except OSError as error:
        tell(type(error).__name__, error)
        sys.exit(1)
