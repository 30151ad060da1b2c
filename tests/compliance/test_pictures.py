"""The emblem and the seal of a bar: what is taken, what is kept, and that a certificate keeps its own for good."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from django.db import DatabaseError, transaction
from PIL import Image

from advocates.models import Bar, User
from cle.core.clock import now
from cle.core.errors import DomainError, FileRefused
from compliance.certificates.pictured import Pictures
from compliance.certificates.render import render
from compliance.certificates.snapshot import Snapshot
from compliance.models import BarPicture, Certificate, PicturePart
from compliance.services.certificates import render_certificate, write_certificates
from compliance.services.certificates.issuing import SURE_TO_FIT, issue_for_session
from compliance.services.certificates.pictures import draw_picture, put_picture, remove_picture
from tests.compliance.certificates.samples import LONGEST, ORDINARY
from tests.compliance.certified import ISSUED, crowd, held
from tests.compliance.pictured import emblem, photograph
from tests.factories import make_advocate, make_bar, make_user

CREST, SEAL = PicturePart.CREST, PicturePart.SEAL


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def with_both(snapshot: Snapshot) -> tuple[Snapshot, Pictures]:
    pictures = Pictures(draw_picture(emblem()).content, draw_picture(photograph()).content)
    named = replace(snapshot, crest_sha256=fingerprint(pictures.crest), seal_sha256=fingerprint(pictures.seal))
    return named, pictures


class TestTaken:
    @pytest.mark.parametrize("content", [emblem(), photograph(), photograph(1200, 400)])
    def test_drawn_anew_small_and_without_what_it_told_of_its_maker(self, content: bytes) -> None:
        drawn = draw_picture(content)
        with Image.open(io.BytesIO(drawn.content)) as kept:
            assert kept.size == (drawn.width, drawn.height)
            assert max(kept.size) <= 640
            assert not kept.getexif()
            assert "Author" not in kept.info
        assert b"somebody at home" not in drawn.content
        assert b"kitchen" not in drawn.content
        assert draw_picture(content) == drawn

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"%PDF-1.7 not a picture", "picture-kind"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture-kind"),
            (b"", "picture-kind"),
            (emblem()[:200], "evidence-unreadable"),
            (emblem(100), "picture-too-small"),
            (photograph(1300, 200), "picture-too-narrow"),
            (b"\x89PNG\r\n\x1a\n" + bytes(2 * 1024 * 1024), "picture-too-large"),
        ],
    )
    def test_everything_else_is_refused(self, content: bytes, code: str) -> None:
        with pytest.raises(FileRefused) as refused:
            draw_picture(content)
        assert refused.value.code == code

    def test_what_weighs_too_much_is_made_smaller(self) -> None:
        noise = Image.effect_noise((600, 600), 90).convert("RGB")
        file = io.BytesIO()
        noise.save(file, "PNG")
        drawn = draw_picture(file.getvalue())
        assert drawn.width < 600
        assert len(drawn.content) <= 160_000


class TestPrinted:
    @pytest.mark.parametrize("snapshot", [ORDINARY, LONGEST], ids=["ordinary", "longest"])
    def test_both_stand_on_the_page_and_say_what_they_are(self, snapshot: Snapshot) -> None:
        named, pictures = with_both(snapshot)
        pdf = render(named, pictures)
        assert render(Snapshot.from_json(named.to_json()), pictures) == pdf
        document = pikepdf.open(io.BytesIO(pdf))
        page = document.pages[0]
        assert set(page.Resources.XObject) == {"/FormXob.crest", "/FormXob.seal"}
        tags = document.Root.StructTreeRoot.K.K
        said = [str(tag.Alt) for tag in tags if tag.S == "/Figure"]
        assert said == ["Алқаның эмблемасы / Эмблема коллегии", "Алқаның мөрі / Печать коллегии"]
        assert pikepdf.pdfa.check(document, "2b").findings == []

    def test_others_than_those_named_are_not_drawn(self) -> None:
        named, pictures = with_both(ORDINARY)
        for wrong in (Pictures(), Pictures(pictures.seal, pictures.seal), Pictures(pictures.crest)):
            with pytest.raises(ValueError, match="not the picture"):
                render(named, wrong)
        with pytest.raises(ValueError, match="not the picture"):
            render(ORDINARY, pictures)

    def test_without_pictures_the_record_is_what_it_was_before_there_were_any(self) -> None:
        assert not {"crest_sha256", "seal_sha256"} & set(ORDINARY.to_json())
        with pytest.raises(ValueError, match="fingerprint"):
            replace(ORDINARY, crest_sha256="../x")

    def test_texts_that_are_sure_to_fit_fit_beside_an_emblem_too(self) -> None:
        long = ("Ұзын сөз " * 40)[:SURE_TO_FIT]
        names = [name for name in ORDINARY.to_json() if name.endswith(("_kk", "_ru")) and "signatory" not in name]
        texts = dict.fromkeys(names, long)
        named, pictures = with_both(replace(ORDINARY, **texts, place=long, full_name=long))
        assert render(named, pictures).startswith(b"%PDF")


class TestKept:
    @pytest.fixture
    def bar(self, db: None) -> Bar:
        return make_bar("T-75")

    @pytest.fixture
    def by(self, bar: Bar) -> User:
        return make_user()

    def test_a_certificate_keeps_its_pictures_whatever_the_bar_does_later(
        self, bar: Bar, by: User, tmp_path: Path
    ) -> None:
        put_picture(bar, CREST, emblem(), by=by, now=now())
        put_picture(bar, SEAL, photograph(), by=by, now=now())
        issue_for_session(held(bar, *crowd(bar, 2)), now=ISSUED)
        first = Certificate.objects.order_by("pk")[0]
        before = render_certificate(first)
        put_picture(bar, CREST, emblem(400, "#801010"), by=by, now=now())
        remove_picture(bar, SEAL, by=by, now=now())
        assert render_certificate(Certificate.objects.get(pk=first.pk)) == before
        issue_for_session(held(bar, make_advocate(bar)), now=ISSUED)
        newest = Certificate.objects.latest("pk")
        assert newest.snapshot["crest_sha256"] != first.snapshot["crest_sha256"]
        assert "seal_sha256" not in newest.snapshot
        for processes in (1, 2):
            folder = tmp_path / str(processes)
            assert write_certificates(Certificate.objects.all(), folder, processes=processes) == 3
            assert (folder / f"T-75/{first.serial.replace('/', '-')}.pdf").read_bytes() == before

    def test_the_same_again_is_no_change_and_removed_twice_is_once(self, bar: Bar, by: User) -> None:
        first = put_picture(bar, CREST, emblem(), by=by, now=now())
        assert put_picture(bar, CREST, emblem(), by=by, now=now()) == first
        for _ in range(2):
            remove_picture(bar, CREST, by=by, now=now())
        assert BarPicture.objects.count() == 1
        assert not BarPicture.objects.in_use().exists()
        assert put_picture(bar, CREST, emblem(), by=by, now=now()) != first, "put there again it is another row"

    def test_the_database_lets_none_be_changed_or_deleted(self, bar: Bar, by: User) -> None:
        picture = put_picture(bar, CREST, emblem(), by=by, now=now())
        for act in (picture.delete, lambda: BarPicture.objects.update(content=b"other")):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    def test_one_that_is_not_on_record_is_said(self, bar: Bar) -> None:
        issue_for_session(held(bar, make_advocate(bar)), now=ISSUED)
        certificate = Certificate.objects.get()
        certificate.snapshot |= {"crest_sha256": "0" * 64}
        certificate.sha256 = Snapshot.from_json(certificate.snapshot).sha256()
        with pytest.raises(DomainError) as refused:
            render_certificate(certificate)
        assert refused.value.code == "certificate-altered"

    def test_another_bar_s_picture_is_not_printed(self, bar: Bar, by: User) -> None:
        put_picture(make_bar("T-02"), CREST, emblem(), by=by, now=now())
        issue_for_session(held(bar, make_advocate(bar)), now=ISSUED)
        assert "crest_sha256" not in Certificate.objects.get().snapshot
