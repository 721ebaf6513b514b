"""Characters that nobody can see, and radicals that look like the ideographs they stand for: data of the Unicode standard.

Python knows categories, but not these properties. Taken from version 14.0 of the Unicode Character Database.
"""

from __future__ import annotations

import unicodedata

Ranges = tuple[tuple[int, int], ...]

BLANKS: Ranges = (
    # White_Space, without those that break a line
    (0x09, 0x09),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    # No white space by their properties, and as wide and empty as one: Braille blank, Hangul fillers, null notehead
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFFA0, 0xFFA0),
    (0x1D159, 0x1D159),
)
"""What shows as empty room."""

LINE_BREAKS: Ranges = ((0x0A, 0x0D), (0x85, 0x85), (0x2028, 0x2029))
"""What ends a line: Word's own soft break (U+000B) among them."""

UNSEEN: Ranges = (
    # Controls (Cc) that are no white space
    (0x00, 0x08),
    (0x0E, 0x1F),
    (0x7F, 0x84),
    (0x86, 0x9F),
    # Default_Ignorable_Code_Point, and Cf but for the marks of Arabic, Syriac, Kaithi and Egyptian that are drawn
    (0xAD, 0xAD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFF0, 0xFFFB),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
    # The place of an object that was not copied along, and code points that are no characters
    (0xFFFC, 0xFFFC),
    (0xFDD0, 0xFDEF),
    (0xFFFE, 0xFFFF),
)
"""What shows as nothing at all."""

# Equivalent_Unified_Ideograph of the CJK Radicals Supplement, which normalisation leaves as it is.
_SUPPLEMENT = """
    2E81:5382 2E82:4E5B 2E83:4E5A 2E84:4E59 2E85:4EBB 2E86:5182 2E87:20628 2E88:5200 2E89:5202 2E8A:535C 2E8B:353E
    2E8C:5C0F 2E8D:5C0F 2E8E:5140 2E8F:5C23 2E90:5C22 2E91:21BC2 2E92:5DF3 2E93:5E7A 2E94:5F51 2E95:5F50 2E96:5FC4
    2E97:5FC3 2E98:624C 2E99:6535 2E9B:65E1 2E9C:65E5 2E9D:6708 2E9E:6B7A 2E9F:6BCD 2EA0:6C11 2EA1:6C35 2EA2:6C3A
    2EA3:706C 2EA4:722B 2EA5:722B 2EA6:4E2C 2EA7:725B 2EA8:72AD 2EA9:738B 2EAA:24D14 2EAB:76EE 2EAC:793A 2EAD:793B
    2EAE:25AD7 2EAF:7CF9 2EB0:7E9F 2EB1:7F53 2EB2:7F52 2EB3:34C1 2EB4:5197 2EB5:2626B 2EB6:7F8A 2EB7:2634C 2EB8:2634B
    2EB9:8002 2EBA:8080 2EBB:807F 2EBC:8089 2EBD:26951 2EBE:8279 2EBF:8279 2EC0:8279 2EC1:864E 2EC2:8864 2EC3:8980
    2EC4:897F 2EC5:89C1 2EC6:89D2 2EC7:278B2 2EC8:8BA0 2EC9:8D1D 2ECA:27FB7 2ECB:8F66 2ECC:8FB6 2ECD:8FB6 2ECE:8FB6
    2ECF:9091 2ED0:9485 2ED1:9577 2ED2:9578 2ED3:957F 2ED4:95E8 2ED5:28E0F 2ED6:961D 2ED7:96E8 2ED8:9752 2ED9:97E6
    2EDA:9875 2EDB:98CE 2EDC:98DE 2EDD:98DF 2EDE:2967F 2EDF:98E0 2EE0:9963 2EE1:29810 2EE2:9A6C 2EE3:9AA8 2EE4:9B3C
    2EE5:9C7C 2EE6:9E1F 2EE7:5364 2EE8:9EA6 2EE9:9EC4 2EEA:9EFE 2EEB:6589 2EEC:9F50 2EED:6B6F 2EEE:9F7F 2EEF:7ADC
    2EF0:9F99 2EF1:9F9C 2EF2:4E80 2EF3:9F9F
"""
_KANGXI = range(0x2F00, 0x2FD6)
# Normalised to 戶 and 靑, which nobody types on the mainland: fonts there draw these two radicals as 户 and 青.
_MAINLAND = {0x2F3E: "户", 0x2FAD: "青"}


def _radicals() -> dict[int, str]:
    pairs = [entry.split(":") for entry in _SUPPLEMENT.split()]
    supplement = {int(radical, 16): chr(int(ideograph, 16)) for radical, ideograph in pairs}
    return supplement | {code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI} | _MAINLAND


RADICALS: dict[int, str] = _radicals()
"""Radical → the ideograph that it looks like; text copied out of a PDF is full of them."""


def character_class(*families: Ranges) -> str:
    """The inside of a character class of a regular expression."""
    spans = sorted(span for family in families for span in family)
    return "".join(_escaped(first) if first == last else f"{_escaped(first)}-{_escaped(last)}" for first, last in spans)


def _escaped(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
