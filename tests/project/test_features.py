"""The list of features and the marks that refer to it."""

from features import features, marks


def test_the_list_holds_all_two_hundred() -> None:
    titles = features()
    assert list(titles) == list(range(1, 201))
    assert all(title.strip() == title != "" for title in titles.values())


def test_every_mark_names_a_feature_that_exists() -> None:
    known = features()
    assert not [f"{place} claims feature {number}" for number, place in marks() if number not in known]
