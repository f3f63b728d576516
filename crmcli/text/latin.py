"""ASCII spellings of letters that Unicode does not decompose: Latin extras, Cyrillic, Greek.

Cyrillic as passports spell it (ICAO 9303), Greek after ISO 843.
"""

from __future__ import annotations

_LATIN = "ß ss æ ae œ oe ø o đ d ð d þ th ł l ħ h ı i ŋ ng ĸ k ŧ t ə e ƒ f"
_CYRILLIC = (
    "а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh"
    " щ shch ы y э e ю iu я ia і i ї i є ie ґ g ў u ј j љ lj њ nj ћ c ђ dj џ dz қ q ғ g ү u ұ u һ h ө o ә a ң n"
)
_GREEK = "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o"


def _table() -> dict[int, str]:
    words = f"{_LATIN} {_CYRILLIC} {_GREEK}".split()
    table = {ord(letter): spelling for letter, spelling in zip(words[::2], words[1::2], strict=True)}
    return table | {ord("ъ"): "", ord("ь"): ""}


LETTERS = _table()
