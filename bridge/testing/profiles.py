"""What every profile promises, as tests. A third party inherits the class and brings one fixture.

class TestAcme(ProfileContract):
    @pytest.fixture
    def profile(self) -> Profile:
        return load_profile("acme", Path("profiles"))
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.naming import NameFacts
from bridge.domain.outgoing import outgoing
from bridge.profiles import AnswerMalformed, FileContext, Profile, load_profile, test_profile
from bridge.profiles.installation import Installation
from bridge.profiles.trial import fullest, smallest, trial_orders, trial_rules

DAY = date(2026, 11, 24)
SEALED_AT = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)


def context(profile: Profile, sequence_number: int = 1, count: int = 1) -> FileContext:
    """A file of the contract's own."""
    name = profile.file_name(NameFacts(sequence_number, DAY, SEALED_AT, "acme", count))
    return FileContext(sequence_number, name, "acme", DAY, SEALED_AT, count)


def whole(profile: Profile, *orders: dict[str, Any], sequence_number: int = 1) -> bytes:
    """A whole file."""
    renderer = profile.renderer(context(profile, sequence_number, len(orders)))
    return b"".join([renderer.head(), *(renderer.order(order) for order in orders), renderer.tail()])


class ProfileContract:
    """Inherit, and bring a fixture `profile`."""

    def test_it_proves_itself(self, profile: Profile) -> None:
        assert [finding for finding in test_profile(profile) if not finding.fine] == []

    def test_the_same_order_gives_the_same_bytes(self, profile: Profile) -> None:
        for order in trial_orders(profile.limits, profile.characters):
            assert whole(profile, order) == whole(profile, order)

    def test_loading_it_again_gives_the_same_digest(self, profile: Profile) -> None:
        sample = Installation(sample=True)
        first, second = (load_profile(profile.name, profile.folder.parent, sample) for _ in range(2))
        assert first.digest == second.digest

    def test_two_numbers_never_give_one_name(self, profile: Profile) -> None:
        numbers = [1, 2, 9, 10, 11, profile.sequence_last - 1, profile.sequence_last]
        facts = [NameFacts(number, DAY, SEALED_AT, "acme", 1, number) for number in numbers]
        names = {profile.file_name(one).casefold() for one in facts}
        assert len(names) == len(set(numbers))
        assert {Path(name).name for name in names} == names

    def test_the_external_id_is_in_the_file(self, profile: Profile) -> None:
        rules = trial_rules(profile.limits, profile.characters)
        assert "XID7731".encode(profile.encoding) in whole(profile, outgoing(smallest(), rules, "XID7731"))

    def test_every_file_validates(self, profile: Profile, tmp_path: Path) -> None:
        # A new order without lines never goes out.
        orders = [one for one in trial_orders(profile.limits, profile.characters) if one["lines"]]
        for number, order in enumerate(orders, start=1):
            path = tmp_path / f"{number}{profile.extension}"
            path.write_bytes(whole(profile, order, sequence_number=number))
            profile.validate(path)

    def test_a_full_file_grows_by_its_orders_alone(self, profile: Profile) -> None:
        order = outgoing(fullest(profile.limits), trial_rules(profile.limits, profile.characters), "1")
        count = min(profile.orders_per_file_max, 50)
        renderer = profile.renderer(context(profile, count=count))
        renderer.head()
        sizes = [len(renderer.order(order)) for _ in range(count)]
        # The order's place in the file has one digit or two, and can be told twice.
        assert max(sizes) - min(sizes) <= 40

    @pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"<!DOCTYPE a><a/>", b"nonsense", b"\x00" * 4096])
    def test_an_answer_that_is_none_is_refused_or_says_nothing(
        self, content: bytes, profile: Profile, tmp_path: Path
    ) -> None:
        if profile.answers is None:
            return
        path = tmp_path / "answer"
        path.write_bytes(content)
        for rule in profile.answers.rules:
            name = rule.names.replace("{stem}", "x").replace("{file}", "x")
            try:
                results = list(profile.read_answer(path, name).results)
            except AnswerMalformed as refused:
                assert refused.problem.message.startswith(name)
            else:
                assert results == []
