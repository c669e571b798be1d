"""The bare code that answers are measured against reads what the standards allow, or it would be no yardstick."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import straight_answers

RELEASED = "UNA:+.? '\nUNH+1+ORDRSP'\nBGM+231+SO?'1?+2+29'RFF+ON:10?:4??'LIN+1+5'QTY+113:2:C?'2'UNT+6+1'\n"


@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 16])
def test_bare_edifact_keeps_marks_that_are_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    path = tmp_path / "R.edi"
    path.write_text(RELEASED, encoding="iso8859-1")
    monkeypatch.setattr(straight_answers, "CHUNK_CHARACTERS", chunk)
    assert list(straight_answers.edifact(path)) == [("10:4?", "29", "SO'1+2", [["1", "5", ["113", "2", "C'2"]]])]
