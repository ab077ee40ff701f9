import socket
import ssl
import threading

from local.tls import Certificate


def test_a_client_that_trusts_the_authority_accepts_the_endpoint_s_certificate(tmp_path):
    certificate = Certificate(tmp_path)
    certificate.issue()
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate.chain, certificate.key)
    client_context = ssl.create_default_context(cafile=str(certificate.authority))
    client_context.verify_flags |= ssl.VERIFY_X509_STRICT  # Python 3.13's default
    server_end, client_end = socket.socketpair()
    accept = threading.Thread(target=lambda: server_context.wrap_socket(server_end, server_side=True).close())
    accept.start()
    with client_context.wrap_socket(client_end, server_hostname="127.0.0.1") as client:
        assert client.version() == "TLSv1.3"
    accept.join()


def test_the_private_key_is_for_its_owner_only(tmp_path):
    certificate = Certificate(tmp_path)
    certificate.issue()
    assert certificate.key.stat().st_mode & 0o077 == 0
