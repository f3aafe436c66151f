"""Names as people type them."""

import pytest

from credcheck.names import did_you_mean, fold


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
