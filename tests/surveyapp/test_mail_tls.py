"""STARTTLS with a real certificate: what the server cannot prove, no mail is given to."""

import shutil
import ssl
import subprocess

import pytest

from surveyapp.mail import MailServerGone, compose_invitation, mailer
from tests.conftest import missing
from tests.people import NOW
from tests.smtp import smtp_server
from tests.surveyapp.test_mail_content import MAIL

LOGIN = "us%20er:p%40ss%3Aw@"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A throw-away certificate for the name localhost, and its key."""
    if shutil.which("openssl") is None:
        missing("openssl")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return certificate, key


@pytest.fixture
def postbox(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with smtp_server(login=True, tls=context) as postbox:
        yield postbox


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def send(postbox, *, host="localhost", login=LOGIN, options="?starttls=1"):
    message = compose_invitation(MAIL, NOW)
    with mailer(f"smtp://{login}{host}:{postbox.port}{options}") as connection:
        connection.send(message)


def test_a_mail_goes_over_tls_with_a_login(postbox, trusted):
    send(postbox)
    assert postbox.arrived_at() == ["li@example.com"]
    assert postbox.encrypted == [True]


def test_after_a_lost_connection_the_next_one_is_secured_again(postbox, trusted):
    message = compose_invitation(MAIL, NOW)
    with mailer(f"smtp://{LOGIN}localhost:{postbox.port}?starttls=1") as connection:
        connection.connection.close()
        connection.send(message)
    assert postbox.encrypted == [True]


def test_a_certificate_that_nobody_vouches_for_is_refused(postbox):
    with pytest.raises(MailServerGone, match=r"(?i)certificate"):
        send(postbox)
    assert postbox.mails == []


def test_a_certificate_for_another_name_is_refused(postbox, trusted):
    with pytest.raises(MailServerGone, match=r"(?i)certificate"):
        send(postbox, host="127.0.0.1")
    assert postbox.mails == []


def test_a_wrong_password_lets_no_mail_out(postbox, trusted):
    with pytest.raises(MailServerGone, match="lets nobody in"):
        send(postbox, login="user:wrong@")


@pytest.mark.parametrize("login", ["", LOGIN])
def test_a_server_that_demands_tls_gets_nothing_without(postbox, trusted, login):
    with pytest.raises(MailServerGone):
        send(postbox, login=login, options="")
    assert postbox.mails == []
