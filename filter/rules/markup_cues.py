"""What rules look for in tags, comments included: all of it in one pass."""

from filter.rules.cues import CueSet

MARKUP = CueSet(
    {
        "password field": r"<input[^<>]{0,300}type\s*=\s*[\"']?password",
        "card field": r"<input[^<>]{0,300}name\s*=\s*[\"']?(?:card_?num|cc_?num|cardnumber|creditcard|cvv|cvc2?|ssn)\b",
        "script": r"<script[\s>]",
        "event handler": r"<[a-z][^<>]{0,1000}\son(?:load|error|mouseover|focus)\s*=",
        "refresh": r"<meta[^<>]{0,200}http-equiv\s*=\s*[\"']?refresh[^<>]{0,200}url\s*=",
        "base": r"<base[^<>]{0,200}href\s*=",
        "tiny font": r"font-size\s*:\s*(?:0?\.\d+|[12](?:\.\d+)?)(?:px|pt)|<font[^<>]{0,200}size\s*=\s*[\"']?-[4-9]",
        "html end": r"</html",
    }
)
