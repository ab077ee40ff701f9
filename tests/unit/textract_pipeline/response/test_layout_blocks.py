"""Layout elements inside others: each line is read once, where it stands, however deep."""

from tests.support.responses import Block, line, relation
from textract_pipeline.response.page import LayoutElement
from textract_pipeline.response.parser import read_pages


def element(name: str, kind: str, *children: str) -> Block:
    return {"BlockType": f"LAYOUT_{kind}", "Id": name, "Relationships": [relation("CHILD", *children)]}


def layout_of(lines: str, *elements: Block) -> list[LayoutElement]:
    """The layout of a page whose lines have one letter each."""
    blocks = [line(name, name, 0.1, number / 20) for number, name in enumerate(lines, start=1)]
    (page,) = read_pages([*blocks, *elements])
    return list(page.layout)


def texts(found: LayoutElement) -> str:
    return "".join(line.text for line in found.lines)


def test_a_list_in_a_list_is_read_between_the_items_around_it() -> None:
    inner = [element("inner", "LIST", "two", "three"), element("two", "TEXT", "b"), element("three", "TEXT", "c", "d")]
    outer = [
        element("outer", "LIST", "one", "inner", "four"),
        element("one", "TEXT", "a"),
        element("four", "TEXT", "e"),
    ]
    (found,) = layout_of("abcde", *outer, *inner)
    assert (found.kind, texts(found), found.items) == ("LIST", "abcde", (1, 1, 2, 1))


def test_lines_before_and_after_an_inner_list_are_items_of_their_own() -> None:
    (found,) = layout_of(
        "abcd", element("one", "LIST", "in"), element("in", "TEXT", "a", "b", "deep", "d"), element("deep", "LIST", "c")
    )
    assert (texts(found), found.items) == ("abcd", (2, 1, 1))


def test_elements_that_contain_each_other_do_no_harm() -> None:
    found = layout_of(
        "abc", element("top", "LIST", "x", "c"), element("x", "LIST", "a", "y"), element("y", "LIST", "x", "b")
    )
    assert [texts(each) for each in found] == ["abc"]


def test_a_line_that_two_elements_claim_is_read_once() -> None:
    found = layout_of(
        "abc", element("one", "LIST", "a", "b", "two"), element("two", "TEXT", "b", "c"), element("three", "TEXT", "c")
    )
    assert [texts(each) for each in found] == ["abc", ""]


def test_elements_may_be_nested_deeper_than_python_recurses() -> None:
    chain = [element(f"e{depth}", "LIST", f"e{depth + 1}") for depth in range(5_000)]
    (found,) = layout_of("a", *chain, element("e5000", "TEXT", "a"))
    assert texts(found) == "a"
