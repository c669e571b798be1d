"""Troubles that all shops behind HTTP have alike. A connector's tests inherit `HttpTroubles`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bridge.simulator.shops.faults import Fault, FaultKind
from bridge.simulator.shops.served_shop import ServedShop
from bridge.stores.problems import StoreAnswerTooLarge, StoreBusy, StoreUnreachable

WAITS = [(FaultKind.WAIT_SECONDS, 90.0), (FaultKind.WAIT_DATE, 90.0), (FaultKind.WAIT_SILENT, None)]


@dataclass(frozen=True, slots=True)
class Troubled:
    """A shop that holds ten orders or more. look: at all of them, over a connection with the given options."""

    simulator: ServedShop
    look: Callable[..., object]


class HttpTroubles:
    """Bring the `troubled` fixture."""

    @pytest.mark.parametrize(("fault", "wait_s"), WAITS)
    def test_a_wait_that_the_shop_names_is_honoured(
        self, troubled: Troubled, fault: FaultKind, wait_s: float | None
    ) -> None:
        troubled.simulator.break_with(Fault(fault, seconds=90))
        with pytest.raises(StoreBusy) as caught:
            troubled.look()
        assert caught.value.retry_after_s == wait_s

    def test_a_silent_shop_is_left_after_the_time_out(self, troubled: Troubled) -> None:
        troubled.simulator.break_with(Fault(FaultKind.STALL, seconds=20, times=-1))
        with pytest.raises(StoreUnreachable, match="no answer in time"):
            troubled.look(read_timeout_s=0.2)

    def test_a_shop_that_drips_bytes_is_left_when_the_whole_answer_takes_too_long(self, troubled: Troubled) -> None:
        troubled.simulator.break_with(Fault(FaultKind.SLOW, seconds=4, times=-1))
        with pytest.raises(StoreUnreachable, match="no answer in time"):
            troubled.look(read_timeout_s=2, answer_timeout_s=0.3)

    def test_an_answer_larger_than_any_page_is_refused(self, troubled: Troubled) -> None:
        with pytest.raises(StoreAnswerTooLarge, match="more than 4096 bytes"):
            troubled.look(answer_bytes_max=4096)

    def test_a_shop_that_is_off_is_unreachable(self, troubled: Troubled) -> None:
        troubled.simulator.stop()
        with pytest.raises(StoreUnreachable):
            troubled.look()
