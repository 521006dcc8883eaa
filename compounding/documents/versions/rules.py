"""What a site's own template may not hold, told line by line before anything is laid out.

The layout process fetches nothing and runs nothing anyway, and refuses what is not printed whole; these rules say so earlier
and in words. Whatever could print a figure that is not the document's own is refused too: text from a style sheet, numbered
lists. The patterns name what is seen most; `markup_rules` and `style_rules` then let nothing through that they do not know.
"""

import re
from collections.abc import Iterator

from compounding.documents.printing import HERE, OWN_STYLE, template
from compounding.documents.versions.markup_rules import markup_faults
from compounding.documents.versions.style_rules import style_faults
from formulary.faults import DataFault

HTML, CSS = "page.html", OWN_STYLE
LARGEST = 60_000
"""Characters of one file; the longest packaged one has a tenth of it."""
_TAGS = "script link style img image iframe frame object embed base meta form input button video audio source use a ol template"
_RULES_HTML = (
    (
        re.compile(rf"<\s*({'|'.join(_TAGS.split())})\b", re.I),
        "no such element: nothing active and nothing from outside",
    ),
    (re.compile(r"\bon[a-z]+\s*=", re.I), "no event attribute"),
    (
        re.compile(r"\b(src|href|srcset|action|data-f)\s*=", re.I),
        "no reference, and no mark of a field that is not one",
    ),
    (re.compile(r"\bstyle\s*=", re.I), "no style in an element: styles stand in the style sheet"),
    (re.compile(r"(https?:|file:|data:|javascript:|//[a-z])", re.I), "no address"),
    (
        re.compile(r"\{%-?\s*(include|import|from|extends|set|call|filter|block)\b"),
        "macros, conditions and loops alone",
    ),
    (re.compile(r"\|\s*(safe|format|replace|truncate|round|int|reverse|upper|lower|trim)\b"), "fields as they are"),
    (re.compile(r"__|\[\s*['\"]"), "the names of the document's fields"),
)
_RULES_CSS = (
    (re.compile(r"@(import|font-face|namespace|charset)", re.I), "no sheet or font from elsewhere"),
    (re.compile(r"url\s*\(|expression\s*\(|javascript:", re.I), "no address"),
    (
        re.compile(r"\b(content|counter-[a-z]+|list-style[a-z-]*|text-transform)\s*:", re.I),
        "no text from a style sheet",
    ),
    (re.compile(r"</?\s*style|<", re.I), "styles alone"),
)
_PACKAGED_META = '<meta charset="utf-8">'


def template_faults(kind: str, html: str, css: str) -> list[DataFault]:
    """Everything that a template of this kind may not hold, and what it lacks."""
    found = [*_length(HTML, html), *_length(CSS, css)]
    if found:
        return found
    found += _lines(HTML, html.replace(_PACKAGED_META, ""), _RULES_HTML)
    found += _lines(CSS, css, _RULES_CSS)
    told = {(fault.file, fault.path) for fault in found}
    stricter = [*markup_faults(HTML, html, "<svg" in template(kind).html), *style_faults(CSS, css)]
    found += [fault for fault in stricter if (fault.file, fault.path) not in told]
    codes, wanted = html.count("datamatrix(d.barcode)"), template(kind).html.count("datamatrix(d.barcode)")
    if codes < wanted:
        found.append(DataFault(HTML, "barcode", f"{codes} times", f"the code in each of {wanted} arrangements"))
    return found


def has_own_style(kind: str) -> bool:
    """Whether a kind has a style sheet of its own beside the shared ones."""
    return OWN_STYLE in template(kind).metadata["styles"]


def packaged_texts(kind: str) -> dict[str, str]:
    """Markup and own style of a kind as they come with the program."""
    folder = HERE / "templates" / kind.replace("/", "-")
    css = (folder / OWN_STYLE).read_text("utf-8") if has_own_style(kind) else ""
    return {HTML: template(kind).html, CSS: css}


def _length(name: str, text: str) -> Iterator[DataFault]:
    if len(text) > LARGEST or "\0" in text:
        yield DataFault(name, "", f"{len(text):,} characters", f"text of at most {LARGEST:,} characters")
    if name == HTML and not text.strip():
        yield DataFault(name, "", "nothing", "the markup of the page")


def _lines(name: str, text: str, rules: tuple[tuple[re.Pattern[str], str], ...]) -> Iterator[DataFault]:
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, expected in rules:
            if (found := pattern.search(line)) is not None:
                yield DataFault(name, f"line {number}", repr(found[0][:40]), expected)
