"""Wording of advance fees, blackmail and errands for a boss who is not there, in folded text (`text_cues.py`)."""

from collections.abc import Mapping

_MONEY = (
    r"(?:(?:us ?\$|usd|u\.s\. ?\$|us dollars|gbp|eur|euros?|dollars|pounds|\$)\.? ?\d[\d,. ]* ?(?:m\b|million"
    r"|mln)?|million (?:us |united states |british |u\.s\.a? )?(?:dollars?|euros?|pounds?|usd))"
)

SWINDLES: Mapping[str, str] = {
    # Advance fee.
    "fund": (
        r"\b(?:sum|amount|funds?|deposit|value[d]?|total|worth|transfer|donat\w+|inherit\w*|compensat\w+|loan"
        rf"|award\w*|payment) (?:of |for |at |is |valued |worth |in the )*(?:\w+ )?(?:{_MONEY})"
        rf"|\b(?:{_MONEY}) (?:\w+ ){{0,3}}(?:donation|fund|compensation|inheritance|lottery|deposit|grant)"
        r"|\bmillions? (?:u\.?s\.? |united states |american |british |of )?(?:dollars|pounds|euros)\b"
        r"|\$ ?\d+(?:\.\d+)? ?(?:million|m\b)|\b(?:millions?|millones|milhoes|milioni|miljoen"
        r"|millionen) (?:d'|de |di )?(?:u\.?s\.? ?)?(?:euros?|dollars?|dolares|dollari)"
        r"|[$] ?\d{1,3}[,.]\d{3}[,.]\d{3}|\b(?:us\$|usd|\$|gbp|eur) ?\d{1,3}[,.]\d{3}[,.]\d{3}"
    ),
    "story": (
        r"\b(?:next of kin|inherit(?:ance|or)|late (?:husband|client|father|mr|customer|engineer|wife)"
        r"|my late |deceased|abandoned (?:fund|sum|money)|dormant account|unclaimed (?:fund|deposit"
        r"|inheritance)|consignment|trunk box(?:es)?|diplomat(?:ic)? (?:courier|agent)|atm (?:visa "
        r"|master ?)?card|atm card|compensation (?:fund|payment)|contract (?:fund|payment|sum)|over-?invoiced"
        r"|foreign partner|business (?:proposal|proposition|partner(?:ship)?)|investment (?:proposal|partner"
        r"|opportunity)|charity|humanitarian|donat(?:e|ion) (?:to you|of|the sum|my)|orphan(?:s|age)|cancer"
        r"|widow|terminal illness|dying|lottery|sweepstake|united nations|release order|refugee|civil war"
        r"|plane crash|bank draft|fund (?:transfer|beneficiary|release)|transfer (?:this|the|of) (?:fund|money"
        r"|sum)|beneficiary)\b"
        r"|\b(?:meu falecido|minha heranca|mon defunt|mi difunto|orfanato|orfelinato|orphelinat|waisenhaus"
        r"|heritage|succession|erbschaft|herencia|heranca|eredita|erfenis|donacion|doacao|spende von)\b"
    ),
    "office": (
        r"\b(?:barrister|attorney|solicitor|auditor|bank manager|branch manager|accountant|director|esq\b"
        r"|foreign remittance|central bank|reverend|pastor|prince|princess|ambassador|sergeant|military"
        r"|u\.?s\.? army|general|minister of|ministry|ex-president|nigeria|lagos|benin republic|cotonou"
        r"|burkina faso|ouagadougou|ivory coast|abidjan|cote d'ivoire|togo|lome|ghana|accra|sierra leone"
        r"|liberia|south africa|johannesburg|zimbabwe|senegal|dakar|zenith bank|imf\b|world bank|fbi\b)\b"
    ),
    "secret": (
        r"\b(?:strict(?:ly)? (?:confiden\w+|secre\w+)|utmost (?:confiden\w+|secre\w+|good faith)|top secret"
        r"|highly confidential|keep (?:this|it) (?:\w+ )?(?:secret|confidential)|risk[- ]free|100% (?:safe"
        r"|risk)|god.fearing|trust ?worthy|honest (?:person|partner)|your (?:assistance|consent|cooperation"
        r"|urgent response)|god bless|mutual benefit|may come to you as a surprise|come as a surprise"
        r"|surprise you|do not be surprised|seek(?:ing)? your|in good faith|remain blessed|percent|modalit(?:y"
        r"|ies))"
    ),
    "reply_data": (
        r"\b(?:your (?:full )?names?\b|full names?:|(?:telephone|phone|mobile|fax|cell)(?: and fax)? numbers?"
        r"|home address|contact address|occupation|copy of your|bank(?:ing)? (?:details|account|name"
        r"|information)|account number|reply (?:me|to me|urgently|back|immediately)|contact (?:me|him|her|my"
        r"|the|our) |get back to me|urgent (?:reply|response)|private e-?mail|hear from you|your (?:reply"
        r"|response|direct))"
    ),
    # Extortion.
    "hacked": (
        r"\b(?:i (?:have |'ve )?(?:hacked|infected|gained (?:full )?access|got (?:full )?access|installed"
        r"|recorded|planted|placed|monitored|been watching)|your (?:device|system|computer|operating system"
        r"|email account|account) (?:has been|was|is|got) (?:hacked|infected|compromised)|i (?:am"
        r"|'m) a (?:hacker|professional)|i hacked|trojan|remote access|keylogger|spyware|rat\b"
        r"|full access to your|ihr (?:gerat|system|computer) wurde (?:gehackt|infiziert)|zugriff auf (?:ihre?"
        r"|deine?) (?:gerate?|kamera|kontakte)|j'ai (?:pirate|infecte|installe)|acces complet|he (?:hackeado"
        r"|infectado|instalado)|acceso (?:completo|total) a (?:su|tu)s? |acesso (?:total|completo) a(?:o)?s? "
        r"|invadi |ho (?:hackerato|infettato|violato)|gehackt)"
    ),
    "shame": (
        r"\b(?:masturbat\w*|porn\w*|adult (?:site|website|video|content)|sex(?:ual)? (?:video|act)|intimate"
        r"|pleasur(?:e|ing) yourself|dirty (?:video|secret)|webcam|web ?camera|front camera|screen recording"
        r"|all your (?:contacts|friends)|your (?:contacts|friends|relatives|family)|contact list"
        r"|video (?:of you|with you)|kontakte|contactos|contatos|contacts|contatti)\b"
    ),
    "ransom": (
        r"\b(?:bitcoins?|btc|monero|litecoin|ethereum|dash|usdt|crypto\w*) ?(?:wallet|address|to|equivalent|\("
        r"|payment|adresse|carteira|endereco|direccion|:)|\b(?:pay|send|transfer|sende|senden|zahlen|envie"
        r"|envoyez|pague|paga|invia)(?:en|ing|ment)? (?:\w+ ){0,3}(?:\$ ?\d+|\d+ ?(?:\$|usd|eur|euro|dollar"
        r"|btc)|bitcoins?|btc)|\bbtc (?:wallet|address)|\b(?:my|the|our|meine|mi|mon|mio) (?:btc "
        r"|bitcoin )?(?:wallet|address|wallet address)\b"
    ),
    # Errands for a boss who is not there.
    "gift": (
        r"\b(?:gift ?cards?|itunes|steam (?:wallet|cards?)|google play|amazon cards?|apple cards?|vanilla"
        r"|e-?gift|ebay cards?|geschenkkarten?|gutscheinkarten?|cartes? cadeaux?|tarjetas? (?:de )?regalo"
        r"|cartoes? (?:de )?presente|carte regalo|cadeaukaart(?:en)?)\b"
    ),
    "errand": (
        r"\b(?:are you (?:available|free|at your desk|in the office|around|busy|at work|there)"
        r"|are you (?:\w+ )?(?:available|free) (?:now|at the moment|today)?|quick (?:task|favou?r|request"
        r"|errand|response)|(?:need|want) you to|need (?:a|your) (?:favou?r|help|assistance|quick)"
        r"|do (?:me )?(?:a|this) (?:favou?r|for me)|(?:in|at) a (?:conference )?meeting|can'?t (?:talk|call"
        r"|take calls)|i'?ll reimburse|i will reimburse|reimburse you|scratch (?:the|off|out)|(?:send|drop"
        r"|text|provide) (?:me )?your (?:cell|mobile|personal|whatsapp|phone)|cell ?phone number"
        r"|let me know if you(?:'re| are) (?:available|free|around)|purchase (?:some|a few|\w+ pieces)"
        r"|buy (?:some|a few)|sind sie (?:verfugbar|im buro|erreichbar)|bist du (?:verfugbar|im buro)"
        r"|etes-vous (?:disponible|au bureau)|esta(?:s)? disponible|esta disponivel|sei disponibile"
        r"|ben je beschikbaar|change (?:my|the) (?:direct deposit|bank(?:ing)? (?:details|account|info)"
        r"|payroll)|(?:payroll|direct deposit) (?:info|information|details|account|update))\b"
    ),
}  # fmt: skip
