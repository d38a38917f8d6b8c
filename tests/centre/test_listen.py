"""The socket that the centre answers on."""

import socket

from centre.serve import listen


def test_the_end_of_an_answer_does_not_wait_until_the_client_confirms_its_beginning():
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
