"""The language to use for a person of whom only the number is known."""

from __future__ import annotations

from common.identifiers import is_e164
from pool import geo

#: Tag -> countries where that language is dominant in daily or public life.
_COUNTRIES = {
    "en-US": "US AS GU MP VI",
    "en-GB": "GB GG IM JE GI GH GM LR NG SG SL ZM AG AI BB BM BS BZ DM FK GD GY JM KN KY LC MS SH TC TT VC VG",
    "en-AU": "AU CC CX NF",
    "en-CA": "CA",
    "en-IE": "IE",
    "en-NZ": "NZ",
    "es-ES": "ES GQ",
    "es-MX": "MX AR BO CL CO CR CU DO EC GT HN NI PA PE PR PY SV UY VE",
    "fr-FR": "FR MC LU BF BJ CD CF CG CI CM GA GN ML NE SN TG BL GF GP MF MQ NC PF PM RE WF YT",
    "de-DE": "DE LI CH",
    "de-AT": "AT",
    "pt-BR": "BR",
    "pt-PT": "PT AO CV GW MZ ST",
    "zh-CN": "CN",
    "zh-HK": "HK MO",
    "zh-TW": "TW",
    "ja-JP": "JP",
}
TAG_OF = {country: tag for tag, countries in _COUNTRIES.items() for country in countries.split()}
#: Area codes of Quebec, which is French-speaking.
_QUEBEC = frozenset({"263", "354", "367", "418", "438", "450", "468", "514", "579", "581", "819", "873"})


def language_of(number: str) -> str | None:
    """A tag such as `es-MX` for the country of an E.164 number; None if none of our languages is dominant there."""
    if not is_e164(number):
        return None
    if geo.area_of(number) in _QUEBEC:
        return "fr-CA"
    return TAG_OF.get(geo.country_of(number))
