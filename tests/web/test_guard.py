"""The door: who, by which name, from where, how much, how often, and what every answer bears."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from offerdesk.web.guard import session
from offerdesk.web.guard.headers import POLICY
from offerdesk.web.guard.hosts import names_of
from offerdesk.web.guard.key import home_key
from offerdesk.web.guard.pace import Pace
from offerdesk.web.guard.tokens import OWNER, Tokens, read_tokens
from offerdesk.web.settings import Settings
from rules.errors import FailedWorld
from tests.web.client import ANN, BOB, HERE, TOKENS, YAML, TestClient, as_user, code, served

HTML = {"accept": "text/html"}
EVERYWHERE = ["/", "/api/decisions", "/api/nothing", "/healthz", "/static/offerdesk.css", "/login"]


@pytest.fixture
def closed(home: Path) -> Iterator[TestClient]:
    """A desk that asks for tokens."""
    with served(Settings(tokens=TOKENS)) as made:
        yield made


# --- By which name ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example:8000", "", "a b", "a/b@c"]
)
def test_a_foreign_name_is_turned_away_everywhere(client: TestClient, name: str) -> None:
    for path in EVERYWHERE:
        assert client.get(path, headers={"host": name}).status_code == 421


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST:1", "127.0.0.1:8000", "[::1]:80"])
def test_the_own_names_are_known(client: TestClient, name: str) -> None:
    assert client.get("/healthz", headers={"host": name}).status_code == 200


def test_another_name_can_be_allowed(home: Path) -> None:
    hosts = names_of("192.0.2.7", ["Desk.Example"])
    with served(Settings(tokens=TOKENS, hosts=hosts)) as client:
        for name in ("desk.example", "192.0.2.7:8000"):
            assert client.get("/healthz", headers={"host": name}).status_code == 200
        assert client.get("/healthz", headers={"host": "localhost"}).status_code == 421


# --- From where ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": HERE},
    ],
)
def test_another_site_cannot_make_a_browser_change_anything(
    client: TestClient, headers: dict[str, str]
) -> None:
    for path in ("/api/decisions", "/api/batches", "/login", "/nothing"):
        told = client.post(path, headers=headers, content=b"{}")
        assert (told.status_code, told.json()["code"]) == (403, "origin-foreign")
    assert client.get("/api/decisions", headers=headers).status_code == 200


def test_a_browser_on_our_own_page_may(client: TestClient, offers: Path) -> None:
    own = {"origin": HERE, "sec-fetch-site": "same-origin", **YAML}
    offer = (offers / "harbour-lane.yaml").read_bytes()
    assert client.post("/api/decisions", headers=own, content=offer).status_code == 201


# --- Forms --------------------------------------------------------------------------------------


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def test_a_form_needs_the_token_of_its_page(closed: TestClient) -> None:
    page = closed.get("/login")
    cookie = page.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    right = token_in(page.text)
    for wrong in ({}, {"csrf_token": ""}, {"csrf_token": "0" * 64}, {"csrf_token": "\u00e9"}):
        told = closed.post("/login", data={"token": ANN, **wrong})
        assert told.status_code == 403
        assert told.json()["code"] in {"csrf-missing", "csrf-wrong"}
    told = closed.post("/login", data={"token": ANN, "csrf_token": right}, follow_redirects=False)
    assert told.status_code == 303


def test_a_form_token_is_worth_nothing_with_another_cookie(closed: TestClient) -> None:
    right = token_in(closed.get("/login").text)
    closed.cookies.clear()
    assert closed.post("/login", data={"token": ANN, "csrf_token": right}).status_code == 403
    closed.get("/login")  # another cookie
    told = closed.post("/login", data={"token": ANN, "csrf_token": right})
    assert told.json()["code"] == "csrf-wrong"


def test_a_script_sends_the_token_as_a_header(closed: TestClient) -> None:
    right = token_in(closed.get("/login").text)
    told = closed.post(
        "/login", data={"token": ANN}, headers={"x-csrf-token": right}, follow_redirects=False
    )
    assert told.status_code == 303


# --- Who ----------------------------------------------------------------------------------------


def log_in(client: TestClient, token: str = ANN) -> None:
    form = {"token": token, "csrf_token": token_in(client.get("/login").text)}
    assert client.post("/login", data=form, follow_redirects=False).status_code == 303


def test_nothing_is_said_without_a_token(closed: TestClient) -> None:
    told = closed.get("/api/decisions")
    assert code(told) == (401, "token-missing")
    assert told.headers["www-authenticate"].startswith("Bearer")
    for path in ("/metrics", "/api/openapi.json", "/api/book", "/nothing"):
        assert closed.get(path).status_code == 401
    page = closed.get("/", headers=HTML, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/login")
    for path in ("/healthz", "/readyz", "/login", "/static/offerdesk.css"):
        assert closed.get(path).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer x", f"Basic {ANN}", f"Bearer {ANN}x", ANN])
def test_a_wrong_token_is_no_token(closed: TestClient, header: str) -> None:
    assert closed.get("/api/decisions", headers={"authorization": header}).status_code == 401


def test_who_guesses_has_to_wait(closed: TestClient) -> None:
    tries = [closed.get("/api/decisions", headers=as_user(f"guess {n}")) for n in range(12)]
    assert [told.status_code for told in tries] == [401] * 10 + [429] * 2
    assert tries[-1].json()["code"] == "token-tries"
    assert int(tries[-1].headers["retry-after"]) >= 1
    assert closed.get("/api/decisions", headers=as_user(ANN)).status_code == 200


def test_a_session_lets_in_and_ends(closed: TestClient) -> None:
    log_in(closed)
    assert closed.get("/api/decisions").status_code == 200
    form = {"csrf_token": token_in(closed.get("/login").text)}
    closed.post("/logout", data=form, follow_redirects=False)
    assert closed.get("/api/decisions").status_code == 401


def test_a_session_lasts_over_a_new_start_and_ends_with_the_token(closed: TestClient) -> None:
    log_in(closed)
    cookie = {"cookie": f"{session.COOKIE}={closed.cookies[session.COOKIE]}"}
    with served(Settings(tokens=TOKENS)) as again:
        assert again.get("/api/decisions", headers=cookie).status_code == 200
    for others in ({"ann": "another token of hers, longer"}, {"bob": BOB}):
        with served(Settings(tokens=Tokens(others))) as again:
            assert again.get("/api/decisions", headers=cookie).status_code == 401


def test_a_session_cannot_be_made_up(closed: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    log_in(closed)
    own = closed.cookies[session.COOKIE]
    user, until, signature = own.split("|")
    for made_up in (
        f"bob|{until}|{signature}",
        f"{user}|{int(until) + 1}|{signature}",
        f"{user}|{until}|",
        f"{user}|x|{signature}",
        "",
        "|",
        f"{user}|{until}|{signature[:-1]}\u00e9",
    ):
        assert session.user_of(made_up, closed.app.state.key, TOKENS) is None  # type: ignore[attr-defined]
    assert session.user_of(own, closed.app.state.key, TOKENS) == "ann"  # type: ignore[attr-defined]
    late = time.time() + session.LASTS + 1
    monkeypatch.setattr("offerdesk.web.guard.session.time.time", lambda: late)
    assert session.user_of(own, closed.app.state.key, TOKENS) is None  # type: ignore[attr-defined]


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(known: bytes, given: bytes) -> bool:
        compared.append((len(known), len(given)))
        return known == given

    monkeypatch.setattr("offerdesk.web.guard.tokens.hmac.compare_digest", compare)
    assert [TOKENS.user_of(one) for one in (ANN, BOB, "x")] == ["ann", "bob", None]
    assert compared == [(32, 32)] * 6  # all of them each time, and hashes of one length


# --- Where tokens stand -------------------------------------------------------------------------


def token_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "tokens"
    file.write_text(text, "utf-8")
    file.chmod(mode)
    return file


def test_tokens_stand_in_a_file_or_in_the_environment(tmp_path: Path) -> None:
    text = f"# users\n\nann:{ANN}\n  bob:{BOB}\n"
    for found in (
        read_tokens(token_file(tmp_path, text), None),
        read_tokens(None, f"ann:{ANN},bob:{BOB}"),
        read_tokens(None, f"ann:{ANN}\nbob:{BOB}\n"),
    ):
        assert [found.user_of(one) for one in (ANN, BOB)] == ["ann", "bob"]
    assert not read_tokens(None, None)
    assert not read_tokens(None, "")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "no user"),
        ("ann", "another form"),
        ("ann:short", "5 characters"),
        (f"ann:{ANN}\nann:{BOB}", "second time"),
        (f"ann:{ANN}\nbob:{ANN}", "second time"),
        (f"{OWNER}:{ANN}", "another form"),
        (f"a b:{ANN}", "another form"),
        (f"ann:{ANN}\u00e9", "another form"),
    ],
)
def test_a_bad_token_file_is_refused_without_showing_it(
    tmp_path: Path, text: str, place: str
) -> None:
    with pytest.raises(FailedWorld) as caught:
        read_tokens(token_file(tmp_path, text), None)
    (fault, *_) = caught.value.faults
    assert fault.code == "tokens-malformed"
    assert place in fault.found
    assert ANN not in str(caught.value)


def test_a_token_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    for mode in (0o644, 0o640, 0o602):
        with pytest.raises(FailedWorld, match="tokens-open-to-others"):
            read_tokens(token_file(tmp_path, f"ann:{ANN}", mode), None)
    with pytest.raises(FailedWorld, match="tokens-unreadable"):
        read_tokens(tmp_path / "none", None)


def test_the_key_of_a_home_stays_and_is_private(tmp_path: Path) -> None:
    key = home_key(tmp_path / "web")
    assert home_key(tmp_path / "web") == key
    assert home_key(tmp_path / "other") != key
    assert (tmp_path / "web" / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "web" / "key").write_bytes(b"short")
    with pytest.raises(FailedWorld, match="web-key-damaged"):
        home_key(tmp_path / "web")


# --- How much, how long, how often --------------------------------------------------------------


def test_a_large_body_is_refused_by_what_it_says_of_itself(client: TestClient) -> None:
    told = client.post("/api/decisions", content=b"x" * 2_000_001, headers=YAML)
    assert code(told) == (413, "request-too-large")


def test_a_large_body_is_refused_while_it_arrives(client: TestClient) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b"x" * 100_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    told = client.post("/api/decisions", content=chunks(), headers=YAML)
    assert code(told) == (413, "request-too-large")
    assert client.post("/login", content=chunks(), headers=form).status_code == 413


def test_a_length_that_is_none_is_refused(client: TestClient) -> None:
    for length in ("-1", "x", "1_0"):
        told = client.post("/api/decisions", content=b"{}", headers={"content-length": length})
        assert code(told) == (400, "request-malformed")


def test_a_slow_request_is_ended(home: Path) -> None:
    with served(Settings(body_seconds=0.2)) as client:
        client.app.state.decisions.page = lambda *_: time.sleep(1)  # type: ignore[attr-defined]
        assert code(client.get("/api/decisions")) == (503, "request-too-slow")


def test_too_many_at_once_are_turned_away(home: Path) -> None:
    with served(Settings(most_at_once=0)) as client:
        told = client.get("/healthz")
        assert code(told) == (503, "desk-busy")
        assert told.headers["retry-after"] == "1"


def test_one_client_cannot_take_the_turn_of_all(home: Path) -> None:
    with served(replace(Settings(tokens=TOKENS), rate=2.0)) as client:
        told = [client.get("/api/book/rules/D9", headers=as_user(ANN)) for _ in range(6)]
        assert [one.status_code for one in told] == [200] * 4 + [429] * 2
        assert code(told[-1]) == (429, "too-often")
        assert told[-1].headers["retry-after"] == "1"
        assert client.get("/api/book/rules/D9", headers=as_user(BOB)).status_code == 200


def test_a_bucket_fills_again() -> None:
    now = 0.0
    pace = Pace(2.0, 3.0, lambda: now)
    assert [pace.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert pace.wait("b") == 0
    now = 0.5
    assert [pace.wait("a") for _ in range(2)] == [0, 0.5]
    now = 100.0
    assert [pace.wait("a") for _ in range(4)] == [0, 0, 0, 0.5]


# --- What every answer bears --------------------------------------------------------------------


@pytest.mark.parametrize("path", [*EVERYWHERE, "/api/book/rules/none"])
def test_every_answer_bears_what_keeps_a_browser_safe(client: TestClient, path: str) -> None:
    for told in (client.get(path, headers=HTML), client.get(path, headers={"host": "evil"})):
        assert told.headers["content-security-policy"] == POLICY
        assert told.headers["x-content-type-options"] == "nosniff"
        assert told.headers["referrer-policy"] == "same-origin"
        assert told.headers["x-frame-options"] == "DENY"
        assert "server" not in told.headers
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_a_defect_of_ours_is_told_in_one_line(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("base_salary was 123456")

    monkeypatch.setattr(client.app.state.decisions, "page", broken)  # type: ignore[attr-defined]
    told = client.get("/api/decisions")
    assert code(told) == (500, "unexpected")
    assert "123456" not in told.text
    assert told.headers["content-security-policy"] == POLICY
    assert "123456" not in capsys.readouterr().err


def test_what_can_be_done_instead_is_told(client: TestClient) -> None:
    told = client.delete("/api/decisions")
    assert code(told) == (405, "method-unknown")
    assert told.headers["allow"] == "GET, HEAD, POST"
    assert client.request("BREW", "/api/book").headers["allow"] == "GET, HEAD"


def test_head_is_get_without_its_body(client: TestClient) -> None:
    for path in ("/healthz", "/api/book", "/", "/static/offerdesk.css"):
        one, other = client.get(path), client.head(path)
        assert (other.status_code, other.content) == (200, b"")
        assert other.headers["content-length"] == one.headers["content-length"]


def test_people_get_a_page_and_programs_a_problem(client: TestClient) -> None:
    page = client.get("/nothing", headers=HTML)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "page-unknown" in page.text
    assert code(client.get("/nothing")) == (404, "page-unknown")
    assert code(client.get("/api/nothing", headers=HTML)) == (404, "page-unknown")


def test_what_people_send_is_escaped_on_their_page(client: TestClient) -> None:
    page = client.get("/<script>alert(1)</script>", headers=HTML)
    assert "<script>alert" not in page.text
