"""Names as people type them."""

import pytest

from credcheck.names import could_be_key, did_you_mean, fold, without_keys


@pytest.mark.parametrize("typed", ["fish-audio", "fish_audio", "fishaudio", "FishAudio", "Fish Audio", "FISH.AUDIO"])
def test_spellings_of_one_name_are_the_same(typed: str) -> None:
    assert fold(typed) == fold("fish-audio")


def test_different_names_stay_different() -> None:
    assert fold("pixelcut") != fold("pixelcut-2")


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("pixelcutt", "; did you mean `pixelcut`?"),
        ("Fish_Adio", "; did you mean `fish-audio`?"),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_the_nearest_name_is_asked_for(typed: str, question: str) -> None:
    assert did_you_mean(typed, ["pixelcut", "fish-audio"]) == question


@pytest.mark.parametrize(
    "word",
    [
        "sk_live_51HxT",
        "sk-proj-abcdefgh",
        "--sk_live_51HxT",
        "pixelcut=sk_live_51HxT",
        "AKIAIOSFODNN7EXAMPLE",
        "eyJhbGciOiJIUzI1NiJ9",
        "550e8400-e29b-41d4-a716-446655440000",
        "d41d8cd98f00b204e9800998ecf8427e",
        "8Xw2Qv7Lm4Rt9Zp1",
        "qwErTyuIopAsd/fgHjk+zx==",
        "abcdefghijklmnopqrstuvwxyz",
        "12345678",
        "a-name " * 10,
        "abcdefghijkl\nmnopqrstuvw",
    ],
)
def test_a_word_of_a_keys_shape_could_be_one(word: str) -> None:
    assert could_be_key(word)


@pytest.mark.parametrize(
    "word",
    [
        "pixelcut",
        "PixelCut",
        "fish_audio",
        "elevenlabs-team-production",
        "gpt4o-mini2",
        "a1b2c3d4",
        "s3-eu-west-2-prod",
        "work@pixelcut.example",
        "deepseek-2026-11",
        "OpenAiProdTeam",
        "--warn-bellow=100",
        "key",
        "sk",
        "",
    ],
)
def test_a_word_of_a_names_shape_is_a_name(word: str) -> None:
    assert not could_be_key(word)


def test_a_message_without_keys_keeps_its_other_words() -> None:
    said = "Got unexpected extra argument (sk_live_51HxT); did you mean '--format'?"
    assert without_keys(said) == "Got unexpected extra argument (***); did you mean '--format'?"
