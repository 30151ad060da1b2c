import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw

from compliance.certificates.qr import qr_code

URL = "https://cle.example.kz/verify/4F7K-0M2P-9XQA-C3TD"


def drawn(modules: int, path: str, scale: int = 4) -> Image.Image:
    """Draw the path's rectangles, y upwards, with the quiet zone of four modules."""
    side = (modules + 8) * scale
    image = Image.new("L", (side, side), 255)
    pen = ImageDraw.Draw(image)
    for line in path.splitlines()[:-1]:
        x, y, width, height = map(int, line.removesuffix(" re").split())
        left, top = (x + 4) * scale, side - (y + height + 4) * scale
        pen.rectangle((left, top, left + width * scale - 1, top + height * scale - 1), fill=0)
    return image


def test_the_path_is_the_symbol() -> None:
    symbol = qr_code(URL)
    (code,) = zxingcpp.read_barcodes(drawn(*symbol))
    assert code.text == URL
    assert code.ec_level == "M"


def test_one_fill_of_whole_modules() -> None:
    symbol = qr_code(URL)
    *rectangles, last = symbol.path.splitlines()
    assert last == "f"
    assert all(line.endswith(" 1 re") and "." not in line for line in rectangles)
    assert len(rectangles) < symbol.modules**2 / 3


def test_unlike_addresses_give_unlike_symbols() -> None:
    assert qr_code(URL) == qr_code(URL)
    assert qr_code(URL) != qr_code(URL + "0")


@pytest.mark.parametrize(
    "text",
    [URL, "http://localhost:8000/verify/0000-0000-0000-0000", "x", "https://cle.example.kz/" * 9, "https://үлгі.қаз/1"],
)
def test_a_symbol_put_together_is_the_whole_symbol(text: str) -> None:
    whole = segno.make(text.encode(), error="m", mode="byte", micro=False, boost_error=False, mask=2)
    modules, path = qr_code(text)
    image = drawn(modules, path, scale=1).crop((4, 4, modules + 4, modules + 4))
    assert [[int(image.getpixel((x, y)) == 0) for x in range(modules)] for y in range(modules)] == [
        list(row) for row in whole.matrix
    ]
