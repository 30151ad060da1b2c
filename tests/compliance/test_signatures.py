"""Signed papers: checked by a program that knows nothing of us, and by our own, which no changed byte gets past."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pikepdf.pdfa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from compliance.certificates.render import render
from compliance.signatures import Seal, SigningKey, all_certificates, read_seal, rotate_key, sign, signing_key
from tests.compliance.certificates.samples import ORDINARY

NAME = "cle.example.kz"
needs_poppler = pytest.mark.skipif(
    not (shutil.which("pdfsig") and shutil.which("certutil")), reason="needs pdfsig and certutil"
)


def paper(text: str = "Сертификат") -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(100, 700, text)
    canvas.save()
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def signed(folder: Path) -> bytes:
    return sign(paper(), signing_key(folder, "KZ-75", NAME))


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def certified(name: str, key: rsa.RSAPrivateKey, by: SigningKey | None = None) -> x509.Certificate:
    """A certificate of that name, issued by an authority or by itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(by is not None, by is not None, False, False, False, by is None, by is None, False, False)
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.chain[0].subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    return made.sign(by.key if by else key, SHA256())


def authority() -> SigningKey:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return SigningKey(key, (certified("Root", key),))


def put(place: Path, number: int, key: bytes, *chain: x509.Certificate) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{number:04}.key.pem").write_bytes(key)
    (place / f"{number:04}.chain.pem").write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))


class TestReading:
    def test_what_was_signed_is_ours_and_its_own_bytes_are_what_they_were(self, folder: Path, signed: bytes) -> None:
        assert signed.startswith(paper())
        assert read_seal(signed, all_certificates(folder)) is Seal.OURS
        assert read_seal(paper(), all_certificates(folder)) is Seal.NONE

    def test_a_signature_leaves_the_properties_that_archives_read_as_they_are(self, folder: Path) -> None:
        """The day of issue among them. A field of a form is more than pikepdf can judge; what it can conforms."""
        issued = render(ORDINARY)
        with pikepdf.open(io.BytesIO(sign(issued, signing_key(folder, "KZ-75", NAME)))) as document:
            kinds = {finding.kind for finding in pikepdf.pdfa.check(document, "2b").findings}
            assert kinds == {"unsupported"}
            with pikepdf.open(io.BytesIO(issued)) as before:
                assert document.docinfo.ModDate == before.docinfo.ModDate
                assert document.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()

    @settings(deadline=None, max_examples=300)
    @given(place=st.integers(0), bit=st.integers(0, 7))
    def test_one_flipped_bit_is_seen_wherever_it_is(self, folder: Path, signed: bytes, place: int, bit: int) -> None:
        changed = bytearray(signed)
        changed[place % len(signed)] ^= 1 << bit
        assert read_seal(bytes(changed), all_certificates(folder)) is not Seal.OURS

    def test_every_digit_of_the_signature_counts(self, folder: Path, signed: bytes) -> None:
        begins, ends = signed.index(b"<30"), signed.index(b">", signed.index(b"<30"))
        certificates = all_certificates(folder)
        for place in range(begins + 1, ends, 7):
            changed = bytearray(signed)
            changed[place] = ord("1") if changed[place] != ord("1") else ord("2")
            assert read_seal(bytes(changed), certificates) is Seal.BROKEN, place

    @pytest.mark.parametrize("added", [b"\n", b"%%EOF", b"\0", paper("?")])
    def test_what_is_added_is_seen(self, folder: Path, signed: bytes, added: bytes) -> None:
        assert read_seal(signed + added, all_certificates(folder)) is Seal.BROKEN

    def test_signed_a_second_time_by_somebody_else(self, folder: Path, signed: bytes, tmp_path: Path) -> None:
        stranger = signing_key(tmp_path, "X", "elsewhere.example.org")
        assert read_seal(sign(paper(), stranger), all_certificates(folder)) is Seal.BROKEN

    @settings(deadline=None)
    @given(junk=st.binary(max_size=300), zeros=st.integers(0, 50))
    def test_whatever_is_brought_it_answers(self, folder: Path, junk: bytes, zeros: int) -> None:
        hole = b"<" + (junk + bytes(zeros)).hex().upper().encode() + b">"
        begin = b"%%PDF-1.7 /ByteRange [0 %d %d %d] "
        size = len(begin % (10**3, 10**3, 10**3))
        head = (begin % (10**3, 10**3 + len(hole), 5)).ljust(10**3) if size < 10**3 else b""
        assert read_seal(head + hole + b"%%EOF", all_certificates(folder)) is Seal.BROKEN
        assert read_seal(junk, all_certificates(folder)) in (Seal.NONE, Seal.BROKEN)


class TestKeys:
    def test_a_key_is_made_once_and_kept_from_others(self, tmp_path: Path) -> None:
        first, again = signing_key(tmp_path, "KZ-75", NAME), signing_key(tmp_path, "KZ-10", NAME)
        assert first.chain == again.chain
        (file,) = tmp_path.rglob("*.key.pem")
        assert file.stat().st_mode & 0o77 == 0
        assert first.chain[0].subject.rfc4514_string() == f"CN={NAME}"

    def test_after_a_change_of_keys_what_was_signed_is_still_ours(self, tmp_path: Path) -> None:
        before = sign(paper(), signing_key(tmp_path, "KZ-75", NAME))
        new = rotate_key(tmp_path, NAME)
        after = sign(paper(), signing_key(tmp_path, "KZ-75", NAME))
        assert signing_key(tmp_path, "KZ-75", NAME).chain == new.chain
        assert [read_seal(each, all_certificates(tmp_path)) for each in (before, after)] == [Seal.OURS] * 2
        assert len(list(tmp_path.rglob("*.key.pem"))) == 1

    def test_a_bar_may_have_a_key_of_its_own(self, tmp_path: Path) -> None:
        root, key = authority(), rsa.generate_private_key(public_exponent=65537, key_size=2048)
        leaf = certified("Алматы қалалық адвокаттар алқасы", key, root)
        put(tmp_path / "documents" / "KZ-75", 1, pem(key), leaf, root.chain[0])
        own = signing_key(tmp_path, "KZ-75", NAME)
        assert own.chain == (leaf, root.chain[0])
        assert signing_key(tmp_path, "KZ-10", NAME).chain != own.chain
        assert read_seal(sign(paper(), own), all_certificates(tmp_path)) is Seal.OURS

    def test_files_that_do_not_belong_together_are_refused(self, tmp_path: Path) -> None:
        root, key = authority(), rsa.generate_private_key(public_exponent=65537, key_size=2048)
        put(tmp_path / "documents", 1, pem(key), root.chain[0])
        with pytest.raises(ValueError, match=r"is not that of 0001\.key\.pem"):
            signing_key(tmp_path, "KZ-75", NAME)
        put(tmp_path / "documents", 2, pem(ec.generate_private_key(ec.SECP256R1())), root.chain[0])
        with pytest.raises(ValueError, match="not an RSA key"):
            signing_key(tmp_path, "KZ-75", NAME)


@needs_poppler
class TestPoppler:
    def test_it_is_valid_and_trusted_by_whoever_trusts_the_authority(self, tmp_path: Path) -> None:
        root, key = authority(), rsa.generate_private_key(public_exponent=65537, key_size=2048)
        said = _pdfsig(tmp_path, sign(paper(), SigningKey(key, (certified("Bar", key, root), *root.chain))), root)
        assert "Signature is Valid." in said
        assert "Certificate is Trusted." in said
        assert "Total document signed" in said
        assert "ETSI.CAdES.detached" in said

    def test_that_of_our_own_making_is_valid(self, tmp_path: Path, folder: Path, signed: bytes) -> None:
        another = sign(paper("Another"), signing_key(folder, "KZ-75", NAME))
        for name, pdf in {"first": signed, "another": another}.items():
            (tmp_path / name).mkdir()
            assert "Signature is Valid." in _pdfsig(tmp_path / name, pdf, authority())

    def test_one_changed_letter_is_not(self, tmp_path: Path, signed: bytes) -> None:
        changed = signed.replace(b"/Creator", b"/Creatpr", 1)
        assert changed != signed
        assert "Signature is Valid." not in _pdfsig(tmp_path, changed, authority())


def _pdfsig(folder: Path, pdf: bytes, root: SigningKey) -> str:
    (folder / "root.pem").write_bytes(root.chain[0].public_bytes(Encoding.PEM))
    (folder / "paper.pdf").write_bytes(pdf)
    store = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    subprocess.run(
        ["certutil", "-A", "-d", store, "-n", "root", "-t", "CT,CT,CT", "-i", folder / "root.pem"], check=True
    )
    run = subprocess.run(
        ["pdfsig", "-nssdir", store, folder / "paper.pdf"], capture_output=True, text=True, check=False
    )
    return run.stdout


@pytest.fixture
def time_stamps() -> Iterator[tuple[str, list[bytes]]]:
    """A service of time stamps (RFC 3161) on this machine: its address, and what it was asked."""
    from asn1crypto import keys, tsp
    from asn1crypto import x509 as asn1
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = asn1.Certificate.load(certified("Clock", key).public_bytes(Encoding.DER))
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    clock = DummyTimeStamper(certificate, keys.PrivateKeyInfo.load(der))
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(body)
            answer = clock.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


class TestTimeStamps:
    def test_a_time_stamp_is_part_of_it(self, folder: Path, time_stamps: tuple[str, list[bytes]]) -> None:
        address, asked = time_stamps
        stamped = sign(paper(), signing_key(folder, "KZ-75", NAME), address)
        assert asked
        assert "2A864886F70D010910020E" in stamped.decode("latin-1")  # id-aa-timeStampToken
        assert read_seal(stamped, all_certificates(folder)) is Seal.OURS

    def test_a_silent_service_withholds_no_paper(self, folder: Path) -> None:
        signed = sign(paper(), signing_key(folder, "KZ-75", NAME), "http://127.0.0.1:9/")
        assert read_seal(signed, all_certificates(folder)) is Seal.OURS


def test_the_key_on_the_disk_is_the_one_that_signs(tmp_path: Path) -> None:
    made = signing_key(tmp_path, "KZ-75", NAME)
    (file,) = tmp_path.rglob("*.key.pem")
    kept = load_pem_private_key(file.read_bytes(), password=None)
    assert kept.public_key() == made.chain[0].public_key()
