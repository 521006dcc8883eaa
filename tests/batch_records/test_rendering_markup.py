"""The quick way to read a page gives the HTML parser's tree or none: never another one."""

from io import StringIO

import pytest
import tinyhtml5
from hypothesis import given
from hypothesis import strategies as st

from batch_records.rendering_markup import tree_of

HEAD = '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>A &amp; B</title></head>\n'
PAGE = HEAD + '<body class="c">{}</body>\n</html>\n'


def as_data(element):
    return element.tag, dict(element.attrib), element.text or "", element.tail or "", [as_data(one) for one in element]


def as_html(page):
    return as_data(tinyhtml5.parse(StringIO(page), namespace_html_elements=False))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n<p>one &nbsp; <b>two</b> &#34;three&#34; &lt;four&gt;</p>\n",
        '<table class="parts">\n<tr><td>1</td><td colspan="2">2</td></tr>\n<tr></tr>\n</table>',
        "<table><thead><tr><th>a</th></tr></thead>\n<tr><td><table><tbody><tr><td>b</td></tr></tbody></table></td></tr></table>",
        '<div class="foot"><p>a<br>b</p><img class="dm" data-f="barcode" data-modules="18" src="closed:/code/barcode"></div>',
    ],
)
def test_a_tidy_page_is_read_quickly_and_alike(body):
    page = PAGE.format(body)
    assert as_data(tree_of(page)) == as_html(page)


@pytest.mark.parametrize(
    "body",
    [
        "<p>one<p>two</p></p>",
        "<p><table></table></p>",
        "<b>one<p>two</p></b>",
        "<table>text</table>",
        "<table><td>1</td></table>",
        "<p>one",
        "one</p>",
        "<b><i>one</b></i>",
        "<!-- note -->",
        "<p title=1>one</p>",
        '<p style="color: #fff">one</p>',
        '<p class="a" class="b">one</p>',
        "<svg></svg>",
        "<script>1</script>",
        "<P>one</P>",
        "&copy;",
        "&#150;",
        "1 & 2",
        "<br/>",
        "a\rb",
    ],
)
def test_a_page_that_html_would_mend_is_left_to_the_html_parser(body):
    assert tree_of(PAGE.format(body)) is None


def test_a_page_without_its_parts_is_left_to_the_html_parser():
    whole = PAGE.format("<p>one</p>")
    for part in ("<!doctype html>", "<title>", "</title>", "<body", "</body>", "</html>", "</head>"):
        assert tree_of(whole.replace(part, "", 1)) is None


NAMES = [
    "p",
    "div",
    "b",
    "span",
    "table",
    "tbody",
    "thead",
    "tr",
    "td",
    "th",
    "br",
    "h2",
    "title",
    "head",
    "body",
    "a",
    "img",
]
PARTS = st.one_of(
    st.sampled_from(NAMES).map("<{}>".format),
    st.sampled_from(NAMES).map("</{}>".format),
    st.sampled_from(
        [" ", "\n", "x", "1 &lt; 2", "&nbsp;", "\f", "é", "<!-- -->", "\u00a0", "&amp;amp;", "<", ">", '"', "\x85"]
    ),
    st.sampled_from(
        ['<td class="a b">', '<p class="">', '<tr class="x"\n>', '<b data-f="a.0">', '<th colspan="2" class="r">']
    ),
)
NESTED = st.recursive(
    st.sampled_from(["x", " ", "<br>", "&#39;"]),
    lambda inner: st.builds("<{0}>{1}</{0}>".format, st.sampled_from(NAMES), st.lists(inner, max_size=3).map("".join)),
    max_leaves=12,
)


@given(st.one_of(st.lists(PARTS, max_size=12).map("".join), st.lists(NESTED, max_size=4).map("".join)))
def test_whatever_is_read_quickly_is_read_alike(body):
    page = PAGE.format(body)
    quick = tree_of(page)
    assert quick is None or as_data(quick) == as_html(page)
