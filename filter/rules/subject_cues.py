"""What subjects and display names say, as named patterns. Texts come folded (`letters.fold`): no accents.

Gaps are not counted: that would make the automaton large, and these texts are short."""

from filter.rules.cues import CueSet

_ACCOUNT = (
    r"(?:account|mailbox|wallet|password|profile|card|membership|subscription|access|identity|e-?mail|banking|"
    r"konto|postfach|passwort|karte|zugang|kundenkonto|mitgliedschaft|abo|"
    r"compte|carte|abonnement|messagerie|acces|identifiant|"
    r"cuenta|tarjeta|contrasena|buzon|acceso|"
    r"conta|cartao|senha|acesso|internet banking|cadastro|cpf|"
    r"account|carta|casella|utenza|conto|accesso|rekening|pas|wachtwoord|mailbox)"
)
_HARM = (
    r"(?:suspen\w+|block(?:ed|iert)|lock(?:ed)?|disabled|deactivat\w+|limit(?:ed|ation)|restrict\w+|flagged|"
    r"expir\w+|terminat\w+|on hold|compromised|unusual|suspicious|unauthori[sz]ed|failed|breach|"
    r"gesperrt|eingeschrankt|abgelaufen|lauft ab|ungewohnlich\w*|verdachtig\w*|ausgesetzt|deaktiviert|"
    r"bloque\w*|suspendu\w*|limite|inhabituel\w*|desactive\w*|"
    r"suspendid[ao]|bloquead[ao]|limitad[ao]|inusual|vencid[ao]|caducad[ao]|"
    r"suspeit[ao]|bloqueamos|desbloque\w+|pendente|"
    r"sospes[ao]|bloccat[ao]|limitat[ao]|scadut[ao]|"
    r"geblokkeerd|verlopen|opgeschort|beperkt|ongebruikelijk\w*)"
)
_DO = (
    r"(?:verify|confirm|validate|re-?validat\w+|update|secure|unlock|restore|reactivate|renew|synchroni[sz]\w+|"
    r"bestatigen|verifizieren|aktualisieren|freischalten|verifi(?:er|ez)|confirm(?:er|ez)|mettre a jour|actualis\w+|"
    r"verifi(?:car|que)|confirm(?:ar|e)|actualiz\w+|atualiz\w+|desbloqueie|regulariz\w+|verific(?:a|are|hi)|"
    r"conferm(?:a|are)|aggiorn\w+|bevestig\w*|verifieer|bijwerken)"
)

SUBJECT_CUES = CueSet(
    {
        "harmed account": rf"\b{_ACCOUNT}\b.*\b{_HARM}\b",
        "account harm": rf"\b{_HARM}\b.*\b{_ACCOUNT}\b",
        "do account": rf"\b{_DO}\b.*\b(?:your|you|ihr\w*|dein\w*|votre|ton|tu|su|sua|suas|seu|seus|tuo|il suo|"
        r"uw|je|jouw)\b.*\b(?:wallet|identity|billing|card|banking|mailbox|details|webmail|conta|"
        r"konto|compte|cuenta|"
        r"tarjeta|cartao|karte|carte|carta|rekening)\b",
        "signin": r"\b(?:unusual|suspicious|new|someone|unrecogni[sz]ed|tried).*\b(?:sign.?ins?|"
        r"log.?ins?|[il]og in|"
        r"acesso|anmeldung|connexion|inicio de sesion)\b",
        "mailbox full": r"(?:mailbox|storage|quota|speicher|postfach|boite mail|buzon|casella).*"
        r"(?:full|exceed\w*|almost|limit|voll|belegt|pleine?|llen[oa]|pien[ao])",
        "pending mails": r"\b\d+ (?:pending|undelivered|held|unread|quarantined) (?:mails?|e-?mails?|messages)\b",
        "password end": r"password.*\b(?:expir\w+|reset required|notice)|passwort.*ablauf\w*",
        "last warning": r"\b(?:final|last) (?:notice|warning|reminder|chance|attempt)\b|"
        r"\bletzte (?:mahnung|warnung)\b|"
        r"\bultimo aviso\b|\bderni(?:er|ere) (?:rappel|relance|avis)\b|\bultimo avviso\b|\b\d(?:st|nd|rd|th) attempt\b",
        "parcel held": r"\b(?:parcel|package|shipment|item|paket|colis|paquete|pacco|pakket|encomenda|"
        r"entrega|sendung)\b"
        r".*\b(?:held|on hold|pending|undeliver\w+|could not be|customs|nicht zugestellt|zoll|en attente|bloque|"
        r"pendiente|retenid\w|sospes\w|in attesa|wacht|retida|pendente|falha)\b",
        "renewal failed": r"\b(?:renewal|payment|zahlung|paiement|pago|pagamento)\b.*"
        r"\b(?:was failed|failed|declined|fehlgeschlagen|refuse|rechazado|recusado|rifiutato)\b",
        "japanese": "(?:アカウント|カード|会員|口座).*(?:停止|制限|異常)|不正利用|本人確認のお願い",
        "prize": r"\b(?:you(?:'ve| have)? (?:just )?(?:been (?:selected|chosen)|won)|"
        r"you are (?:our|today'?s|the) .*winner|claim your|unclaimed|reward (?:has arrived|panel)|"
        r"your .*\b(?:reward|prize)\b|winner\b.*(?:gift|set|reward)|name came up|free gift|lucky day|"
        r"congrat(?:s|ulations)\b.*\b(?:won|win|winner|gift|reward|selected|details|confirm\w*)|"
        r"confirmation needed|airdrop|free (?:mint|crypto|btc)|"
        r"zu gewinnen|gewinnen sie|gutschein.*gewinn\w*|gewinndaten|wir gratulieren ihnen|geschenkcoupons?|"
        r"gluckwunsch.*(?:gewin|gewonnen|jetzt|sie haben|sie wurden|@)|sie haben .*gewonnen|"
        r"vous avez gagne|gagnez|felicitations.*(?:gagn|selectionne)|has ganado|felicidades.*(?:ganad|premi)|"
        r"voce (?:ganhou|foi selecionado)|parabens.*(?:ganh|premi)|hai vinto|u heeft .*gewonnen)",
        "points expire": r"\bpontos\b.*\b(?:expira\w*|vence\w*|disponive\w+|resgate\w*)|"
        r"\bresgate\b.*\bpontos|"
        r"\b(?:saldo|valores) disponive\w+|\bpontos acumulados|\bpontos livelo|\bpoints?\b.*\bexpir\w+",
        "dating": r"\b(?:ukrain\w+|ukran\w+|russ(?:ian|ische\w?|es?)|oekra\w+|hot|heis+e|sexy|horny|geile|"
        r"nackte|chauds|caliente\w?)"
        r"\b.*\b(?:wom[ae]n|girls?|lad(?:y|ies)|frau(?:en)?|singles?|madchen|meisjes?|beaut\w+|"
        r"schoon\w+|femmes?|"
        r"filles?|dates?|brau?te?|mujeres|chicas|mulheres)\b|\bsex with\b|\bhorniness\b|\bnew flirt\b",
        "cure": r"\bketo\w*|\bviagra|\bcialis|\bweight.?loss\b|\bgewichts(?:verlust|reduktion)|\bperte de poids|"
        r"\bfatty liver|\bperdida de peso|\bkrampfadern|\bfat.burn\w*|\bcbd gummies|\berectile|\bpenis",
        "crypto": r"\b(?:claim|free|withdraw\w*|unlock|receive|reward\w*|earn|pending|transaction|"
        r"suspend\w*|blocked|your|join|"
        r"exclusive|multiply)\b.*(?:\b|\$)(?:tokens?|airdrop|bitcoins?|btc|eth|usdt|xrp|nft|crypto\w*|wallet)\b|"
        r"\b(?:airdrop|token (?:program|allocation|for sale))\b",
        "urgent": r"\burgent\w*|\bimmediate(?:ly)?\b|\bact(?:ion)? (?:now|required|needed|is required)\b|\basap\b|"
        r"\bimportant\b|\bdringend\b|\bsofort\b|\burgente\b|\bnotificacao\b|\bsuspicious|\bunusual|"
        r"\bwarn(?:ing|ung)\b|"
        r"\battention\b|\bachtung\b|\bdetectamos\b",
        "web": r"(?:https?://|www\.)\S|\b[\w-]+\.(?:com|net|org|io|info|biz)/",
        "phone": r"(?:\+|\b00)\d[\d ()./-]{8,16}\d|\b1?[ -.]?\(?8(?:00|33|44|55|66|77|88)\)?[ -.]\d{3}[ -.]\d{4}\b",
        "money": r"(?:[$€£¥]|\b(?:usd|eur|gbp|us\$|r\$)) ?\d[\d.,]*|\d[\d.,]* ?(?:[€£$]|euros?\b|"
        r"dollars?\b|usd\b|eur\b|"
        r"btc\b|usdt\b)|\b\d+ ?(?:million|mio\.?|milhoes)\b",
        "letters apart": r"(?:^|[\s*._-])(?:[a-z0-9][ ._*-]){5,40}[a-z0-9](?:[\s*._!?-]|$)",
        "words glued": r"^[a-z']+[_.][a-z0-9']+[_.][a-z0-9'_.]{2,}[_.]$|^_[a-z'_ ]+_$|[a-z]__[a-z]+__[a-z0-9]",
    }
)

NAME_CUES = CueSet(
    {
        "service": r"\b(?:support|help ?desk|customer (?:care|service)|service ?desk|security|billing|payments?|"
        r"notifications?|no.?reply|accounts?|administrator|admin|webmaster|it department|kundenservice|kundendienst|"
        r"sicherheit|atendimento|suporte|servicio al cliente|service client|soporte|assistenza)\b",
        "authority": r"\b(?:bank(?:ing)?|banco|banque|bb|federal|ministry|department|police|interpol|irs|fbi|lottery|"
        r"lotto|foundation|united nations|government|gov|receita|multa|loans?|court|embassy|visa|rewards?|"
        r"sparkasse|finanzamt|liberacao|pontos|airdrop|prize|claims?)\b",
        "domain": r"^[^@]{0,40}?\b[a-z0-9-]{2,30}\.(?:com|org|net|io|me|to|de|co\.uk|com\.br|ch|fr|it|es|nl)\b",
    }
)
