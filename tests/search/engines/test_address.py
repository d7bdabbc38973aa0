"""``SEARCH_URL`` of servers."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from search.backends.elasticsearch import ElasticsearchEngine
from search.backends.elasticsearch.address import parse_address
from search.engine import engine_for


def test_all_of_it_is_understood(tmp_path):
    (tmp_path / "ca.pem").write_text("x")
    url = f"elasticsearch://el:p%40ss%2Fw@es1:9201,[::1]/portal-a/?tls=1&timeout=0.5&replicas=2&ca={tmp_path}/ca.pem"
    address = parse_address(url)
    assert address.nodes == ("https://es1:9201", "https://[::1]:9200")
    assert (address.prefix, address.user, address.password) == ("portal-a", "el", "p@ss/w")
    assert (address.timeout, address.replicas, address.ca) == (0.5, 2, f"{tmp_path}/ca.pem")


def test_little_is_enough():
    address = parse_address("elasticsearch://localhost/portal")
    assert (address.nodes, address.timeout, address.replicas) == (("http://localhost:9200",), 2.0, None)


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "localhost",
        "localhost:9200",
        "localhost:9200/",
        "/portal",
        ":9200/portal",
        "localhost:0/portal",
        "localhost:99999/portal",
        "localhost:x/portal",
        "a,,b/portal",
        "[bad/portal",
        "localhost/Portal",
        "localhost/_portal",
        "localhost/a/b",
        "localhost/portal?tls=perhaps",
        "localhost/portal?timeout=0",
        "localhost/portal?timeout=nan",
        "localhost/portal?timeout=long",
        "localhost/portal?replicas=-1",
        "localhost/portal?colour=red",
        "localhost/portal?tls",
        "localhost/portal?tls=1&ca=/no/such/file",
        "localhost/portal#part",
    ],
)
def test_what_cant_be_meant_is_refused_at_the_start(rest):
    with pytest.raises(ImproperlyConfigured, match="SEARCH_URL"):
        engine_for(f"elasticsearch://{rest}", "")


def test_a_refusal_and_a_traceback_never_show_the_password():
    with pytest.raises(ImproperlyConfigured) as refused:
        parse_address("elasticsearch://el:geheim@localhost:x/portal")
    assert "geheim" not in str(refused.value)
    assert "geheim" not in repr(parse_address("elasticsearch://el:geheim@localhost/portal"))


def test_a_server_that_isnt_there_stops_no_start():
    assert isinstance(engine_for("elasticsearch://localhost:1/portal", ""), ElasticsearchEngine)
