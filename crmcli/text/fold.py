"""The one form in which texts are compared."""

from __future__ import annotations

from unicodedata import normalize

_HYPHENS = str.maketrans(dict.fromkeys("-\u00ad\u2010\u2011"))


def fold(text: str) -> str:
    """Return `text` for comparing: compatibility forms (NFKC), case and hyphens gone, blanks collapsed.

    `Acme-Tools  GmbH`, `ＡＣＭＥＴＯＯＬＳ gmbh` and `acmetools gmbh` fold alike. Folding twice changes nothing.
    """
    if text.isascii():
        folded = text.lower()
        if "-" in folded:
            folded = folded.replace("-", "")
    else:
        folded = normalize("NFKC", normalize("NFKC", text).casefold()).translate(_HYPHENS)
        # Dropping a hyphen can bring a letter and a mark together; casefolding can leave a form NFKC maps on.
        again = normalize("NFKC", folded.casefold()).translate(_HYPHENS)
        folded = folded if again == folded else fold(again)
    return " ".join(folded.split())
