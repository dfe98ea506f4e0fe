"""Wording that only means something beside certain links, or beside none; asked for only where those are."""

from filter.rules.cues import CueSet

WORDING = CueSet(
    {
        "credentials": r"\b(?:log ?in|sign ?in|password|passcode|verify your|confirm your|account|mailbox|webmail"
        r"|anmelden|einloggen|passwort|kennwort|konto|best[äa]tigen sie|postfach"
        r"|connexion|connectez|mot de passe|compte|confirmez|v[ée]rifiez"
        r"|iniciar sesi|contrase|cuenta|verifi(?:que|car)|confirm(?:e|ar) su"
        r"|senha|sua conta|acess(?:e|ar)|confirme seu|bloquead"
        r"|accedi|conto|wachtwoord|inloggen|rekening)|パスワード|アカウント|ログイン|密码|账户",
        "prize": r"\b(?:winner|you(?:'ve| have) won|congrat\w+|reward|claim|gift ?card|prize|free spins|airdrop|voucher"
        r"|gewinn\w*|gutschein|gl[üu]ckwunsch|bonus|f[ée]licitations|cadeau|premio|parab[ée]ns|pr[êe]mio|resgat\w+)",
        "phone": r"(?:\+|\b)1?[ .-]{0,2}\(?(?:8(?:00|33|44|55|66|77|88)|[2-9]\d\d)\)?[ .-]{1,3}[2-9]\d\d"
        r"[ .-]{1,3}\d{4}\b"
        r"|\+\d{1,3}[ .-]\(?\d{2,4}\)?(?:[ .-]\d{2,5}){2,4}\b",
        "charge": r"\b(?:invoice|renew(?:al|ed|s)|subscription|auto-?debit\w*|charged|debited|order (?:id|no|number)"
        r"|rechnung|abonnement|abbuchung|abgebucht|facture|renouvel\w+|factura|suscripci|fatura|assinatura|renova)",
        "cancel": r"\b(?:cancel|refund|dispute|did ?n[o']t (?:authori[sz]e|make|place)|not authori[sz]ed"
        r"|help ?desk|toll[- ]?free|stornieren|k[üu]ndigen|erstattung|annuler|rembours\w+|cancelar|reembolso)",
    }
)
