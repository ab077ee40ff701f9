"""Generated documents with known content, used if there is no folder of real responses.

Forms, tables, invoices, and letters; the same seed draws the same document. What counts as a field or table follows
Textract's results on real pages of that kind.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.fidelity.content import PageContent
from benchmarks.fidelity.sheet import HEIGHT, WIDTH, Sheet, Style
from local.textract.recognition.page.geometry import Box

LEFT, RIGHT = 54.0, WIDTH - 54.0  # the margins, in points
RESOLUTIONS = (200, 150, 100, 120)  # dpi
FONTS = ("Helvetica", "Times-Roman", "Courier")
NAMES = ("Ana Ortiz", "Liam Novak", "Mei Chen", "Omar Haddad", "Ruth Keller", "Sven Dahl", "Priya Nair", "Tom Baker")
STREETS = ("14 Harbour Road", "220 Mill Lane", "9 Station Street", "87 Oak Avenue", "310 Kings Parade")
TOWNS = ("Leeds, LS1 4DY", "Boston, MA 02110", "Austin, TX 78701", "Bristol, BS1 5TR", "Denver, CO 80202")
GOODS = ("Steel brackets", "Office chair", "Annual maintenance", "Cable, 10 m", "Site survey", "Toner cartridge")
GOODS_NOTES = ("black, with arms", "delivered to site", "second floor", "per agreement")
KEYS = ("Date of birth", "Phone", "Account No", "Occupation", "Nationality", "Reference", "Employer", "Branch")
SENTENCES = (
    "We refer to your letter of last month and thank you for the details that you sent.",
    "The work was finished on time and the rooms are open to the public again.",
    "Please let us know by the end of the week whether the new terms suit you.",
    "A copy of the signed agreement is enclosed for your records.",
    "Should you have any questions, our office is open on weekdays from nine to five.",
    "The committee will meet again in spring to review the figures.",
)


@dataclass(frozen=True, slots=True)
class Generated:
    """A document's file and the content of its only page."""

    name: str
    file: bytes
    content: PageContent


class Draughtsman:
    """Draws one page from the top down, with all choices from one seed."""

    def __init__(self, seed: Sequence[int]) -> None:
        self.rng = np.random.default_rng(seed)
        self.sheet = Sheet()
        self.style = Style(self.pick(FONTS), float(self.rng.uniform(9, 11.5)))
        self.y = 60.0

    def pick(self, choices: Sequence[str]) -> str:
        """One of the choices."""
        return choices[int(self.rng.integers(len(choices)))]

    def some(self, choices: Sequence[str], count: int) -> list[str]:
        """Different choices, `count` of them."""
        return [choices[index] for index in self.rng.permutation(len(choices))[:count]]

    def chance(self, likelihood: float) -> bool:
        """True with this probability."""
        return bool(self.rng.random() < likelihood)

    def amount(self) -> str:
        """An amount of money."""
        return f"{self.rng.integers(100, 999_999) / 100:,.2f}"

    def value_of(self, key: str) -> str:
        """A value for a key."""
        if key in {"Employer", "Branch", "Occupation", "Nationality"}:
            return self.pick(("Clerk", "Northgate Ltd", "Norwegian", "Central", "Engineer"))
        if key == "Date of birth":
            return f"{self.rng.integers(1, 29):02}/{self.rng.integers(1, 13):02}/19{self.rng.integers(50, 99)}"
        return str(self.rng.integers(10_000, 9_999_999))

    def heading(self, text: str) -> None:
        """A title."""
        self.sheet.text(LEFT, self.y, text, Style(self.style.font, 18).bold())
        self.y += 34

    def fields(self, keys: Sequence[str]) -> None:
        """Keys with values: after a colon, on a rule, in a box, below the key, or missing."""
        manner = self.pick(("colon", "rule", "box", "below"))
        for number, key in enumerate(keys):
            left, right = (LEFT, LEFT + 235) if number % 2 == 0 else (LEFT + 255, RIGHT)
            value = "" if self.chance(0.2) else self.value_of(key)
            written = key if manner in {"box", "below"} else f"{key}:"
            box = self.sheet.text(left + 4, self.y, written, self.style)
            start = left + 4 if manner in {"box", "below"} else box.right + 8
            if manner in {"rule", "below"}:
                self.sheet.rule(
                    start, self.y + (18 if manner == "below" else 3), right, self.y + (18 if manner == "below" else 3)
                )
            if manner == "box":
                for x in (left, right):
                    self.sheet.rule(x, self.y - 12, x, self.y + 20)
                for y in (self.y - 12, self.y + 20):
                    self.sheet.rule(left, y, right, y)
            if value:
                self.sheet.text(start, self.y + (14 if manner in {"box", "below"} else 0), value, self.style)
            self.sheet.content.fields.append((written, value))
            if number % 2 or number == len(keys) - 1:
                self.y += 44 if manner in {"box", "below"} else 26

    def choices(self, label: str, options: Sequence[str]) -> None:
        """Checkboxes or radio buttons in a row, each with its words to the right."""
        x = self.sheet.text(LEFT + 4, self.y, label, self.style).right + 16
        is_round, mark = self.chance(0.4), self.pick(("cross", "tick", "fill"))
        size, width = float(self.rng.uniform(8, 13)), float(self.rng.uniform(0.5, 1.4))
        for option in options:
            box = Box(x, self.y - 3 - size / 2, x + size, self.y - 3 + size / 2)
            status = self.sheet.checkbox(box, mark if self.chance(0.5) else None, width, is_round=is_round)
            x = self.sheet.text(x + size + 5, self.y, option, self.style).right + 22
            self.sheet.content.fields.append((option, status))
        self.y += 30

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], ruling: str) -> None:
        """A table: `ruling` is full, rows, header, or none. A newline in a cell starts its second line."""
        edges = [LEFT, *(LEFT + float(sum(widths[: number + 1])) for number in range(len(widths)))]
        top, row_edges = self.y - 13, [self.y - 13]
        if ruling == "header" and self.chance(0.5):
            self.sheet.fill(Box(edges[0], top, edges[-1], top + 18), 0.85)
        for number, row in enumerate([heads, *rows]):
            style = self.style if number else self.style.bold()
            for column, text in enumerate(row):
                is_right = column > 0 and rows[0][column].replace(",", "").replace(".", "").isdigit()
                at = edges[column + 1] - 5 if is_right else edges[column] + 5
                for line, part in enumerate(text.split("\n")):
                    if part:
                        self.sheet.text(at, self.y + 12 * line, part, style, "right" if is_right else "left")
            self.y += 18 + 12 * max(text.count("\n") for text in row)
            row_edges.append(self.y - 13)
        for number, y in enumerate(row_edges):
            if ruling in {"full", "rows"} or (ruling == "header" and number == 1):
                self.sheet.rule(edges[0], y, edges[-1], y)
        for x in edges if ruling == "full" else []:
            self.sheet.rule(x, top, x, row_edges[-1])
        texts = [[text.replace("\n", " ") for text in row] for row in (heads, *rows)]
        self.sheet.table(row_edges, edges, texts)
        self.y += 24

    def prose(self, sentences: int) -> None:
        """A paragraph."""
        line = ""
        for word in " ".join(self.pick(SENTENCES) for _ in range(sentences)).split():
            if self.style.width(f"{line} {word}") > RIGHT - LEFT:
                self.sheet.text(LEFT, self.y, line.strip(), self.style)
                self.y += self.style.size * 1.3
                line = ""
            line += f" {word}"
        self.sheet.text(LEFT, self.y, line.strip(), self.style)
        self.y += self.style.size * 2.4

    def address(self, left: float, head: str) -> None:
        """A block of name, street, and town below its heading."""
        for number, text in enumerate((head, self.pick(NAMES), self.pick(STREETS), self.pick(TOWNS))):
            self.sheet.text(left, self.y + 14 * number, text, self.style if number else self.style.bold())


def _form(draw: Draughtsman) -> None:
    draw.heading(draw.pick(("Registration", "Application for Membership", "Change of Details")))
    keys = draw.some(KEYS, 8)
    draw.fields(keys[:4])
    draw.y += 12
    draw.choices("Status", ["Single", "Married", "Divorced"])
    draw.choices("Newsletter", ["Yes", "No"])
    draw.choices("Contact by", ["Phone", "Post", "Email"])
    draw.y += 12
    draw.fields(keys[4:])


def _tables(draw: Draughtsman) -> None:
    draw.heading("Quarterly Report")
    draw.prose(2)
    for ruling in draw.some(("full", "rows", "header", "none"), 2):
        rows = [[name, *(draw.amount() for _ in range(3))] for name in draw.some(NAMES, 5)]
        draw.table(["Name", "January", "February", "March"], rows, [160, 110, 110, 110], ruling)
        draw.prose(2)
    heads = ["Item", "Code", "Place", "Since"]
    rows = [
        [good, str(draw.rng.integers(100, 999)), draw.pick(("Hall", "Yard")), "May"] for good in draw.some(GOODS, 4)
    ]
    draw.table(heads, rows, [150, 100, 100, 90], draw.pick(("header", "none", "full")))


def _invoice(draw: Draughtsman) -> None:
    draw.sheet.text(RIGHT, draw.y, "INVOICE", Style(draw.style.font, 20).bold(), "right")
    draw.y += 36
    draw.address(LEFT, "Bill To")
    draw.address(LEFT + 260, "Ship To")
    draw.y += 80
    for key, value in (("Invoice Number", str(draw.rng.integers(1000, 9999))), ("Due Date", "14 March 2024")):
        box = draw.sheet.text(LEFT, draw.y, f"{key}:", draw.style)
        draw.sheet.text(box.right + 10, draw.y, value, draw.style)
        draw.sheet.content.fields.append((f"{key}:", value))
        draw.y += 16
    draw.y += 20
    rows = []
    for good in draw.some(GOODS, 4):
        text = f"{good}\n{draw.pick(GOODS_NOTES)}" if draw.chance(0.3) else good
        rows.append([text, str(draw.rng.integers(1, 40)), draw.amount(), draw.amount()])
    draw.table(
        ["Description", "Qty", "Unit Price", "Amount"],
        rows,
        [230, 60, 100, 110],
        draw.pick(("full", "rows", "header", "none")),
    )
    top = draw.y
    totals = [[key, draw.amount()] for key in ("Subtotal", "Tax", "Total Due")]
    for key, value in totals:
        draw.sheet.text(LEFT + 300, draw.y, key, draw.style)
        draw.sheet.text(LEFT + 495, draw.y, value, draw.style, "right")
        draw.sheet.content.fields.append((key, value))
        draw.y += 16
    edges = [top - 12 + 16 * number for number in range(4)]
    draw.sheet.table(edges, [LEFT + 295, LEFT + 400, LEFT + 500], totals)


def _statement(draw: Draughtsman) -> None:
    draw.heading("Northgate Bank")
    draw.address(LEFT, "Current Account")
    for key in ("Account Number", "Sort Code", "Statement Date", "Opening Balance"):
        value = draw.amount() if key == "Opening Balance" else draw.value_of("Reference")
        draw.sheet.text(LEFT + 290, draw.y, key, draw.style)
        draw.sheet.text(LEFT + 410, draw.y, value, draw.style)
        draw.sheet.content.fields.append((key, value))
        draw.y += 15
    draw.y += 30
    rows = []
    for day in range(1, int(draw.rng.integers(9, 14))):
        paid_in = draw.chance(0.3)
        what = draw.pick(("Card payment", "Direct debit Northgate", "Transfer from savings", "Cash machine", "Salary"))
        sums = ("", draw.amount()) if paid_in else (draw.amount(), "")
        rows.append([f"{day:02} May", what, *sums, draw.amount()])
    heads = ["Date", "Details", "Money out", "Money in", "Balance"]
    draw.table(heads, rows, [60, 190, 80, 80, 90], draw.pick(("none", "header", "header", "rows")))
    draw.prose(2)


def _boxed(draw: Draughtsman) -> None:
    """A form of boxes with shared sides, each with its key in small text at the top."""
    draw.heading(draw.pick(("Wage Statement", "Claim Form", "Shipping Record")))
    small = Style(draw.style.font, 7)
    keys = [f"{letter} {key}" for letter, key in zip("abcdefgh", draw.some(KEYS, 8), strict=True)]
    height = float(draw.rng.uniform(30, 40))
    for number in range(4):
        middle = LEFT + float(draw.rng.uniform(150, 350))
        for x in (LEFT, middle, RIGHT):
            draw.sheet.rule(x, draw.y, x, draw.y + height)
        for key, left in ((keys[2 * number], LEFT), (keys[2 * number + 1], middle)):
            value = "" if draw.chance(0.15) else draw.value_of(key[2:])
            draw.sheet.text(left + 4, draw.y + 9, key, small)
            if value:
                draw.sheet.text(left + 12, draw.y + height - 6, value, draw.style)
            draw.sheet.content.fields.append((key, value))
        draw.sheet.rule(LEFT, draw.y, RIGHT, draw.y)
        draw.y += height
    draw.sheet.rule(LEFT, draw.y, RIGHT, draw.y)
    draw.y += 40
    draw.prose(3)
    draw.y += 30
    for left, key in ((LEFT, "Signature"), (LEFT + 270, "Date")):
        draw.sheet.rule(left, draw.y, left + 200, draw.y)
        draw.sheet.text(left, draw.y + 12, key, draw.style)
        draw.sheet.content.fields.append((key, ""))


def _letter(draw: Draughtsman) -> None:
    draw.address(LEFT, "Harbour Trust")
    draw.y += 90
    draw.sheet.text(LEFT, draw.y, "Dear Sir or Madam,", draw.style)
    draw.y += 28
    for _ in range(4):
        draw.prose(4)
    draw.sheet.text(LEFT, draw.y, "Yours faithfully,", draw.style)
    draw.sheet.text(WIDTH / 2, HEIGHT - 40, "Page 1 of 1", Style(draw.style.font, 9, 0.4), "center")


KINDS: dict[str, Callable[[Draughtsman], None]] = {
    "form": _form,
    "tables": _tables,
    "invoice": _invoice,
    "statement": _statement,
    "boxed": _boxed,
    "letter": _letter,
}


def generated(count_of_each: int) -> Iterator[Generated]:
    """Draw `count_of_each` documents of each kind, half of them sharp, the others of fax quality."""
    for index, (kind, draw_page) in enumerate(KINDS.items()):
        for number in range(count_of_each):
            draw = Draughtsman([index, number])
            draw_page(draw)
            worn = number % 2
            file = draw.sheet.image(RESOLUTIONS[number % len(RESOLUTIONS)], 12.0 * worn, 0.7 * worn, draw.rng)
            yield Generated(f"{kind}-{number + 1}", file, draw.sheet.content)
