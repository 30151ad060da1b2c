"""The paper again and again from its snapshot, one at a time or a folder full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from advocates.models import Bar
from cle.core.errors import DomainError
from compliance.models import Certificate
from compliance.services.certificates import files, issue_for_session, render_certificate, write_certificates
from tests.compliance.certified import ISSUED, attended, crowd, held
from tests.factories import make_advocate, make_bar


@pytest.fixture
def bars(db) -> list[Bar]:
    """Two bars with three certificates each."""
    bars = [make_bar("T-75"), make_bar("T-02")]
    for bar in bars:
        issue_for_session(held(bar, *crowd(bar, 3)), now=ISSUED)
    return bars


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


NAMES = {f"{code}/{code}-2027-00000{number}.pdf" for code in ("T-02", "T-75") for number in (1, 2, 3)}


def test_rendering_gives_the_same_bytes_from_the_database_alone(db) -> None:
    certificate = attended(make_advocate(make_bar()))
    pdf = render_certificate(certificate)
    assert pdf.startswith(b"%PDF-")
    assert render_certificate(Certificate.objects.get()) == pdf


@pytest.mark.parametrize("change", [{"minutes": 999}, {"full_name": "Басқа Адам"}, {"extra": 1}, {"lines": "x"}])
def test_what_was_not_issued_is_not_rendered(db, change: dict[str, object]) -> None:
    certificate = attended(make_advocate(make_bar()))
    certificate.snapshot |= change
    with pytest.raises(DomainError) as refused:
        render_certificate(certificate)
    assert refused.value.code == "certificate-altered"


@pytest.mark.parametrize("processes", [1, 2])
def test_a_folder_per_bar_and_a_file_per_serial_number(bars, tmp_path: Path, monkeypatch, processes: int) -> None:
    monkeypatch.setattr(files, "WINDOW", 4)
    told: list[tuple[int, int]] = []
    count = write_certificates(
        Certificate.objects.all(), tmp_path, progress=lambda *done: told.append(done), processes=processes
    )
    assert count == 6
    assert told == [(4, 6), (6, 6)]
    found = written(tmp_path)
    assert found == {
        f"{row.bar.code}/{row.serial.replace('/', '-')}.pdf": render_certificate(row)
        for row in Certificate.objects.select_related("bar")
    }
    assert set(found) == NAMES


def test_what_is_there_is_left_alone_and_what_was_cut_off_is_made_up(bars, tmp_path: Path) -> None:
    write_certificates(Certificate.objects.all(), tmp_path)
    whole = written(tmp_path)
    (tmp_path / "T-02/T-02-2027-000002.pdf").unlink()
    (tmp_path / "T-02/T-02-2027-000002.part").write_bytes(b"%PDF-1.7 cut")
    (tmp_path / "T-75/T-75-2027-000001.pdf").write_bytes(b"printed and signed")
    assert write_certificates(Certificate.objects.all(), tmp_path) == 1
    assert written(tmp_path) == {**whole, "T-75/T-75-2027-000001.pdf": b"printed and signed"}


def test_writes_only_what_it_is_given(bars, tmp_path: Path) -> None:
    assert write_certificates(Certificate.objects.filter(bar=bars[0], number=2), tmp_path) == 1
    assert list(written(tmp_path)) == ["T-75/T-75-2027-000002.pdf"]


def test_a_window_is_read_at_a_time_not_row_by_row(bars, tmp_path: Path, django_assert_num_queries) -> None:
    with django_assert_num_queries(2):
        write_certificates(Certificate.objects.all(), tmp_path)


def test_drawing_needs_neither_django_nor_the_database() -> None:
    """What the extra processes import: in a fresh interpreter without settings, Django is not even loaded."""
    code = (
        "import sys, compliance.certificates.render as r\n"
        "from tests.compliance.certificates.samples import ORDINARY\n"
        "assert r.render(ORDINARY).startswith(b'%PDF')\n"
        "assert not {'django', 'psycopg', 'compliance.models'} & set(sys.modules), 'loaded'\n"
    )
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(files.__file__).parents[3])}
    result = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
