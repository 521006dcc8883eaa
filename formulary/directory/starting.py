"""A product of the directory as the beginning of a drug's data file. It is never a released drug, nor one that could be.

What the directory says stands there with its source, or beside the field as a comment. Everything else is `"?"`, which the
loader refuses by name until a pharmacist has filled it: above all strengths, limits, formulations and stability.
"""

import json
import re
import tomllib
import unicodedata

from calculations.errors import Fault
from formulary.directory.codes import configuration_of
from formulary.directory.record import Import
from formulary.directory.values import ListedPackage, ListedProduct
from formulary.identifiers.gtin import gtin14
from formulary.identifiers.ndc import gtin12_of, parse_ndc

_LONGEST_ID = 40
_LONGEST_TOLD = 300
_MOST_POINTS = 50
"""The loader refuses lines with very many points, comments too."""
_VERSION = re.compile(r"^version[ \t]*=[ \t]*[0-9]+", re.MULTILINE)


def drug_text(product: ListedProduct, package: ListedPackage | None, taken: Import) -> str:
    """The data file of a drug that the formulary does not have, with this product. The loader refuses it as it is."""
    head = [
        '# DRAFT, begun from the FDA\'s NDC directory. Every "?" is for a pharmacist to fill from the label and other sources.',
        *(f"# {line}" for line in _told(product, package)),
        "",
        f"id = {_quoted(_slug(product.generic or product.name))}",
        "version = 1",
        'status = "DRAFT"',
        f"name = {_quoted((product.generic or product.name).lower())}",
        'display = "?"  # with the tall letters of the house',
        f"synonyms = [{_quoted(product.name) if product.name else ''}]",
        f'ingredients = "?"  # tags that allergies are matched on; directory: {_clipped(product.substances)}',
        'of = "?"  # salt, base or element that every amount is stated as',
        *(f'{name} = "?"' for name in ("allergy_classes", "excipient_classes", "category", "banners", "warnings")),
        'gaps = ["begun from the NDC directory: every value is to be checked against the label"]',
        *(f'{name} = "?"' for name in _RULES),
        "",
        "[flags]",
        *(f'{name} = "?"' for name in _FLAGS),
        f"controlled_schedule = {_quoted(product.schedule or '?')}  # directory: {product.schedule or 'names none'}",
        'source = "?"',
    ]
    return "\n".join([*head, "", *_product(product, package), "", *_source(product, package, taken), ""])


_RULES = ("populations", "formulations", "limits", "standard_concentrations", "stabilities", "compatibilities")
_FLAGS = (
    "high_alert", "hazardous", "niosh", "vesicant", "vesicant_list", "paralytic", "light_in_vial", "light_after_preparation",
    "refrigerate", "second_check", "in_process_check", "look_alikes",
)  # fmt: skip


def text_with_product(
    text: str, version: int, product: ListedProduct, package: ListedPackage | None, taken: Import
) -> str:
    """A drug's data file as the given version of it, with this product added. The loader refuses it as it is."""
    raised = _VERSION.sub(f"version = {version}", text, count=1)
    block = "\n".join([*(f"# {line}" for line in _told(product, package)), *_product(product, package), ""])
    before, found, rest = raised.partition("\n[[formulations]]")
    whole = f"{before.rstrip()}\n\n{block}{found}{rest}" if found else f"{raised.rstrip()}\n\n{block}"
    if _source_name(product, package) in tomllib.loads(text).get("sources", {}):
        return whole
    return "\n".join([whole.rstrip(), "", *_source(product, package, taken), ""])


def _told(product: ListedProduct, package: ListedPackage | None) -> list[str]:
    """What the directory says, for whoever fills the rest."""
    strengths = [f"{one.substance} {one.strength} {one.unit}" for one in product.ingredients]
    lines = [
        f"Directory: {product.title} ({product.generic}), {product.labeler}, NDC {product.ndc}",
        f"Form {product.form or 'not named'}; route {', '.join(product.routes) or 'not named'}",
        f"Strength {'; '.join(strengths)}" if strengths else
        f"Strength, not to be paired: {product.substances} | {product.strengths} | {product.units}",
    ]  # fmt: skip
    if package is not None:
        lines.append(f"Package {package.ndc}: {package.description}")
    if product.excluded not in ("", "N"):
        lines.append(f"The directory marks this product as excluded ({product.excluded})")
    if product.ended is not None:
        lines.append(f"Marketing ends or ended on {product.ended.isoformat()}")
    return [_clipped(line) for line in lines]


def _clipped(text: str) -> str:
    """What a comment has room for."""
    parts = text[:_LONGEST_TOLD].split(".")[: _MOST_POINTS + 1]
    short = ".".join(parts)
    return short if short == text else f"{short} …"


def _product(product: ListedProduct, package: ListedPackage | None) -> list[str]:
    code = package.ndc if package else product.ndc
    return [
        "[[products]]",
        f"id = {_quoted(_slug(product.generic or product.name) + '_' + code.replace('-', '_'))}",
        'display = "?"',
        *_codes(package),
        *(f'{name} = "?"' for name in _FIELDS),
        f"source = {_quoted(_source_name(product, package))}  # the label of the container, once its values are taken from it",
    ]


_FIELDS = (
    "form", "of", "content", "volume", "concentration", "preservative", "excipients", "excipient_source", "container_type",
    "storage", "ready_to_use", "populations", "routes", "reconstitutions",
)  # fmt: skip


def _codes(package: ListedPackage | None) -> list[str]:
    """The printed code as listed. The GTIN is never worked out: a carton and a vial may carry different ones."""
    if package is None:
        return ['codes = { ndc = "?", ndc_format = "?", gtin = "?" }  # the directory lists no package']
    ndc = parse_ndc(package.ndc)
    codes = f"ndc = {_quoted(package.ndc)}, ndc_format = {_quoted(configuration_of(ndc) or '?')}"
    try:
        hint = f"a GTIN built on this NDC is {gtin14(gtin12_of(ndc))}; write what the container's own barcode says"
    except Fault:
        hint = "what the container's own barcode says"
    return [f'codes = {{ {codes}, gtin = "?" }}  # {hint}']


def _source_name(product: ListedProduct, package: ListedPackage | None) -> str:
    return "ndc_" + (package.ndc if package else product.ndc).replace("-", "_")


def _source(product: ListedProduct, package: ListedPackage | None, taken: Import) -> list[str]:
    text = f"FDA NDC directory, import {taken.number} of {taken.at:%Y-%m-%d}: {product.product_id}, {product.labeler}"
    return [f"[sources.{_source_name(product, package)}]", f"text = {_quoted(text)}", 'confidence = "seen"']


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = re.findall("[a-z0-9]+", plain)
    return "_".join(words)[:_LONGEST_ID].strip("_") or "drug"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
