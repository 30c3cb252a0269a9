"""A real SMTP server for the tests: STARTTLS and authentication demanded, each message kept as a file.

usage: smtp.py FOLDER CERTIFICATE KEY USER PASSWORD ADDRESS
Prints the port it listens on, then serves until its standard input closes.
"""

import os
import ssl
import sys
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Keep:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        name = f"{time.time_ns()}-{self.count:04}.eml"
        with open(os.path.join(self.folder, name + ".part"), "wb") as out:
            out.write(envelope.original_content)
            out.flush()
            os.fsync(out.fileno())
        os.rename(os.path.join(self.folder, name + ".part"), os.path.join(self.folder, name))
        return "250 kept"


def main():
    folder, certificate, key, user, password, address = sys.argv[1:7]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    expected = LoginPassword(user.encode(), password.encode())

    def authenticate(server, session, envelope, mechanism, data):
        # Not handled: the server itself answers a wrong password.
        return AuthResult(success=data == expected, handled=False)

    controller = Controller(
        Keep(folder),
        hostname=address,
        port=0,
        tls_context=tls,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    # Port 0: aiosmtpd probes its own port when it starts, so the port is chosen here.
    import socket

    chosen = socket.socket()
    chosen.bind((address, 0))
    controller.port = chosen.getsockname()[1]
    chosen.close()
    controller.start()
    print(controller.port, flush=True)
    sys.stdin.read()
    controller.stop()


main()
