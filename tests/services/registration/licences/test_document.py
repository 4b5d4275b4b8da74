"""What a licence says, its canonical bytes, its signature, its capital in words."""

import json

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.registration.licences.document import (
    LicenceContent,
    canonical,
    digest,
    read_document,
    sign_document,
)
from services.registration.licences.keys import NotSigned, check, generate_key, sign
from services.registration.licences.money import capital_in_words
from tests.services.registration.licences.samples import content, sample

KEY = generate_key()
KEYS = {KEY.kid: KEY.public_jwk}


@pytest.mark.policy("A093")
def test_the_content_is_exactly_that_of_article_23() -> None:
    assert set(LicenceContent.model_fields) == {
        "name",
        "head",
        "type_text",
        "registered_capital_fen",
        "domicile",
        "business_scope",
        "registration_authority",
        "founded_on",
        "uscc",
    }


def test_canonical_bytes_are_sorted_compact_utf8() -> None:
    text = canonical(sample()).decode()
    assert text.startswith('{"is_demo":true,"issued_on":"2026-11-21","issuer":')
    assert '"name":"林㛃䶮"' in text
    assert "\\u" not in text
    assert ": " not in text
    assert len(digest(canonical(sample()))) == 64


def test_a_signed_licence_reads_back_and_an_independent_library_agrees() -> None:
    token = sign_document(sample(), key=KEY)
    document, payload = read_document(token, keys=KEYS)
    assert document == sample()
    assert payload == canonical(sample())
    key = jwt.PyJWK(KEY.public_jwk)
    assert jwt.PyJWS().decode(token, key=key, algorithms=["ES256"]) == payload


def test_every_single_altered_character_of_a_licence_is_noticed() -> None:
    token = sign_document(sample(), key=KEY)
    for at in range(0, len(token), 41):
        other = "A" if token[at] != "A" else "B"
        with pytest.raises(ValueError):
            read_document(token[:at] + other + token[at + 1 :], keys=KEYS)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": KEY.kid, "typ": "licence+jws"},
        {"alg": "HS256", "kid": KEY.kid, "typ": "licence+jws"},
        {"alg": "ES256", "kid": KEY.kid, "typ": "licence+jws", "jku": "https://example.invalid"},
        {"alg": "ES256", "kid": KEY.kid, "typ": "licence+jws", "jwk": KEY.public_jwk},
        {"alg": "ES256", "kid": 7, "typ": "licence+jws"},
        {"alg": "ES256", "typ": "licence+jws"},
    ],
)
def test_a_header_that_names_its_own_trust_is_refused(header: dict[str, object]) -> None:
    head = jwt.utils.base64url_encode(json.dumps(header).encode()).decode()
    _, body, signature = sign_document(sample(), key=KEY).split(".")
    with pytest.raises(NotSigned) as caught:
        check(f"{head}.{body}.{signature}", keys=KEYS, typ="licence+jws")
    assert caught.value.reason == "header_not_ours"


def test_a_qr_token_does_not_pass_as_a_licence() -> None:
    with pytest.raises(NotSigned) as caught:
        check(sign(b"{}", key=KEY, typ="licence-qr+jws"), keys=KEYS, typ="licence+jws")
    assert caught.value.reason == "wrong_type"


def test_an_unknown_key_is_said_to_be_unknown() -> None:
    with pytest.raises(NotSigned) as caught:
        read_document(sign_document(sample(), key=generate_key()), keys=KEYS)
    assert caught.value.reason == "key_unknown"


def test_a_licence_that_is_signed_but_not_canonical_is_refused() -> None:
    loose = json.dumps(json.loads(canonical(sample())), indent=1).encode()
    with pytest.raises(ValueError, match="canonical"):
        read_document(sign(loose, key=KEY, typ="licence+jws"), keys=KEYS)


def test_a_code_with_a_letter_outside_the_alphabet_is_no_content() -> None:
    with pytest.raises(ValidationError):
        content(uscc="91980101XI00000123")


@given(st.text(max_size=24))
def test_garbage_never_reads_as_a_licence(text: str) -> None:
    with pytest.raises(ValueError):
        read_document(text, keys=KEYS)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (100, "人民币壹元整"),
        (100_000_000, "人民币壹佰万元整"),
        (1_000_000_000_00, "人民币壹拾亿元整"),
        (10_000_100, "人民币壹拾万零壹元整"),
        (100_000_001_00, "人民币壹亿零壹元整"),
        (1_000_500_000_00, "人民币壹拾亿零伍拾万元整"),
        (123_456_789_01, "人民币壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分"),
        (100_050, "人民币壹仟元伍角整"),
        (55, "人民币伍角伍分"),
        (10**15, "人民币壹拾万亿元整"),
    ],
)
def test_capital_is_spelt_in_financial_words(fen: int, words: str) -> None:
    assert capital_in_words(fen) == words
