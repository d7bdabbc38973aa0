"""Starting the portal on one's own machine."""

import socket

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def taken_port():
    """A port on which something listens already."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_said_with_the_way_to_another(taken_port):
    with pytest.raises(CommandError, match=rf"Port {taken_port} is taken .* PORT={taken_port + 1}"):
        call_command("serve", port=taken_port, check=True)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(CommandError, match=f"{port} is not a port"):
        call_command("serve", port=port, check=True)


def test_a_free_port_is_fine():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    call_command("serve", port=port, check=True)


def test_serving_hands_over_to_gunicorn_on_that_port(monkeypatch, capsys):
    import os

    handed_over = []
    # What the command sets for the process that it becomes, this process has to lose again.
    for name in ("RUN_DUE_IN_PROCESS", "LOG_LEVEL"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "execv", lambda program, arguments: handed_over.extend(arguments))
    call_command("serve", port=8765, workers=3)
    assert "gunicorn" in handed_over
    assert "127.0.0.1:8765" in handed_over
    assert "http://localhost:8765/" in capsys.readouterr().out
    # Mails and other things by the clock come out of the box.
    assert os.environ["RUN_DUE_IN_PROCESS"] == "1"


def test_health_answers_a_stranger_and_says_nothing(client):
    response = client.get("/health/")
    assert (response.status_code, response.content) == (200, b"ok")


def test_the_demo_looks_at_the_port_before_it_makes_anything(monkeypatch, taken_port):
    from demo.management.commands import demo

    called = []
    monkeypatch.setattr(
        demo, "call_command", lambda name, **options: called.append(name) or call_command(name, **options)
    )
    with pytest.raises(CommandError, match="is taken"):
        call_command("demo", port=taken_port)
    assert called == ["serve"]
