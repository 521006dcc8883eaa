"""What the browser gets from us: vendored as published, nothing inline, nothing from elsewhere, one place for colours."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "web" / "static"
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
STYLES = sorted((STATIC / "css").glob("*.css"))

PUBLISHED = {
    "web/static/vendor/htmx-4.0.1.min.js": "Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn",
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_vendored_file_is_the_published_one(name):
    digest = hashlib.sha384((ROOT / name).read_bytes()).digest()
    assert base64.b64encode(digest).decode() == PUBLISHED[name]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_a_script_a_style_or_a_handler(path):
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*\ssrc=)", text) == []


@pytest.mark.parametrize("path", [*TEMPLATES, *SCRIPTS, *STYLES], ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r'https?://|url\((?!"\.\./vendor/)', text) == []  # the letters come along, in a folder of our own


@pytest.mark.parametrize("path", [style for style in STYLES if style.name != "tokens.css"], ids=lambda path: path.name)
def test_colours_are_chosen_in_the_tokens_alone(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    text = text.replace("background: white", "").replace(
        "rgb(0 0 0 / 0.6)", ""
    )  # a code needs white; a backdrop is none
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(|:\s*(?:white|black|red|green|blue)\b", text) == []


def test_the_dark_theme_is_the_same_chosen_or_by_the_device():
    text = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    chosen = re.search(r'\[data-theme="dark"\] \{(.*?)\}', text, re.S)[1]
    device = re.search(r":root:not\(\[data-theme\]\) \{(.*?)\}", text, re.S)[1]

    def values(block):
        return dict(re.findall(r"(--[\w-]+): ([^;]+);", block))

    assert values(chosen) == values(device)
    assert len(values(chosen)) > 20


def luminance(colour):
    """Relative luminance of #rrggbb, as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "surface"), ("ink-2", "surface"), ("ink-3", "surface"), ("ink-3", "sunken"), ("ink-2", "soft-soft"),
        ("accent", "surface"), ("accent", "accent-soft"), ("on-accent", "accent"), ("done", "done-soft"),
        ("soft", "soft-soft"), ("stop", "surface"), ("stop", "stop-soft"), ("on-stop", "stop-fill"), ("on-demo", "demo"),
    ],
)  # fmt: skip
def test_text_is_readable_on_its_ground(theme, ink, ground):
    text = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    block = (
        text[: text.index('[data-theme="dark"]')]
        if theme == "light"
        else re.search(r'\[data-theme="dark"\] \{(.*?)\}', text, re.S)[1]
    )
    values = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    lighter, darker = sorted((luminance(values[ink]), luminance(values[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_nothing_about_a_patient_is_written_to_the_browsers_storage():
    for path in SCRIPTS:
        assert (
            re.findall(
                r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.", path.read_text(encoding="utf-8")
            )
            == []
        )
