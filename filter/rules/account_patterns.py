"""Wording about accounts in trouble, and what presses the reader to act. Looked for in folded text (`text_cues.py`)."""

from collections.abc import Mapping

_PROPERTY = (
    r"(?:account|wallet|mailbox|mail box|e-?mail(?: account)?|profile|card|(?:online )?access|membership"
    r"|domain|online banking|apple id|webmail|user ?id|konto|benutzerkonto|postfach|karte|zugang|compte|carte|acces"
    r"|messagerie|cuenta|tarjeta|acceso|conta|cartao|acesso|chave|cadastro|conto|carta|accesso|casella|rekening"
    r"|bankpas|pas|toegang)"
)
_TROUBLE = (
    r"(?:suspended|limited|restricted|locked|blocked|disabled|deactivated|terminated|closed|frozen|compromised"
    r"|flagged"
    r"|on hold|deleted|breached|at risk|expired|cancell?ed|gesperrt|eingeschrankt|deaktiviert|geschlossen|blockiert"
    r"|geloscht|suspendue?|bloquee?|limitee?|desactivee?|restreinte?|suspendid[ao]|bloquead[ao]|limitad[ao]"
    r"|desativad[ao]"
    r"|desactivad[ao]|cancelad[ao]|sospes[ao]|bloccat[ao]|limitat[ao]|disattivat[ao]|geblokkeerd|opgeschort|beperkt)"
)
_BEING = (
    r"(?:is|was|are|has been|have been|had been|will be|will become|may be|might be|could be|is being|gets"
    r"|is about to be"
    r"|is going to be|were|wurde|wird|ist|werden|a ete|est|sera|va etre|fue|ha sido|sera|esta|sera|foi|sera|serao"
    r"|e stato"
    r"|e stata|verra|sara|is|wordt|werd)"
)
_SOON = (
    r"(?:temporarily |permanently |automatically |now |currently |not |still |vorubergehend |temporairement "
    r"|temporalmente |temporariamente |temporaneamente |tijdelijk |aus sicherheitsgrunden )?"
)
_YOUR = r"(?:your|ihre?[snmr]?|dein[ers]*|votre|vos|su|tus?|seus?|suas?|sua|il tuo|la tua|il suo|la sua|uw|je)"
_DETAILS = (
    r"(?:account|accounts|identity|wallets?|payment|billing|information|info|details|data|mailbox|e-?mail(?: address"
    r"| account)?|password|login|credentials|profile|ownership|card|subscription|shipping|delivery|address|device"
    r"|konto|kontos|identitat|daten|angaben|zahlungsdaten|zahlungsmethode|kontodaten|compte|identite|informations"
    r"|donnees|coordonnees|mot de passe|cuenta|identidad|datos|informacion|contrasena|conta|identidade|dados|cadastro"
    r"|senha|conto|identita|dati|account|informazioni|gegevens|identiteit|rekening|bankpas|wachtwoord)"
)

ACCOUNT: Mapping[str, str] = {
    # What has happened to the reader's account.
    "threat": (
        rf"\b{_PROPERTY} (?:{_BEING} )?{_SOON}{_TROUBLE}\b"
        r"|\b(?:suspend|restrict|deactivat|terminat|limit|block|lock|disabl)(?:ed|ing|ion|ation|e)? (?:of "
        rf"|to |on )?your {_PROPERTY}\b"
        r"|\bavoid (?:an? |the )?(?:\w+ )?(?:suspension|deactivation|termination|closure|interruption"
        r"|asset freeze|restrictions?|service disruption|being (?:locked|suspended))"
        r"|\b(?:lose|losing|loss of) access\b|\blocked out\b|\bdeactivation\b|\bscheduled for (?:deletion"
        r"|closure|deactivation|termination)\b"
        r"|\bkonto(?:sperrung|einschrankung)|\bsperrung (?:ihres|deines|ihrer)\b|\bmissing some info"
        r"|\bnot (?:yet )?(?:been )?(?:verified|validated|kyc updated)"
        r"|\bbloqueio d[aeo] |\bsera bloquead|\bsuspension de (?:votre|su)\b|\bsospensione d"
        r"|\bmandatory (?:update|verification|upgrade)"
    ),
    "alert": (
        r"\b(?:unusual|suspicious|unauthori[sz]ed|unrecogni[sz]ed|abnormal|fraudulent|irregular) (?:sign.?in"
        r"|log.?in|[il]og.?in|activity|activities|access|transactions?|attempts?|account activity|charge"
        r"|device|payment|login attempt)"
        r"|\b(?:someone|a user|somebody) (?:tried|attempted|has tried|just) |\bnew (?:sign-?in|login"
        r"|device) (?:to|from|on|was|detected)"
        r"|\bwe(?:'ve| have)? (?:recently |just )?(?:detected|noticed) (?:a |an |that |some |something "
        r"|unusual |suspicious |multiple )"
        r"|\b(?:ungewohnliche|verdachtige|unbefugte)[snr]? (?:anmelde|aktivitat|zugriff|login|transaktion"
        r"|kontoaktivitat)"
        r"|\b(?:activite|connexion|transaction|tentative)s? (?:inhabituelle|suspecte|non autorisee)"
        r"|\b(?:actividad|acceso|inicio de sesion|movimiento)s? (?:inusual|sospechos[ao]|no autorizad[ao])"
        r"|\b(?:acesso|atividade|compra|transacao|movimentacao)s? (?:suspeit[ao]|incomum|nao reconhecid[ao]"
        r"|nao autorizad[ao])|\b(?:attivita|accesso) (?:insolit[ao]|sospett[ao]|anomal[ao])"
        r"|\b(?:verdachte|ongebruikelijke) (?:activiteit|inlog|transactie)|\bdetectamos (?:um|uma|que) "
        r"|\bhemos detectado |\bnous avons (?:detecte|constate|remarque) |\bwir haben (?:eine |einen "
        r"|ungewohnliche |festgestellt)"
        r"|\bsecurity breach|\bdata breach|\brecent breach|\bviruse?s (?:found|detected)|\bvirus detected"
        r"|\bcomputer is at (?:at )?risk|\b(?:novo|nuevo) acesso a (?:sua|tu|su) conta"
    ),
    "verify": (
        r"\b(?:re-?)?(?:verify|confirm|validate|update|restore|unlock|unblock|reactivate|recover|secure"
        r"|authenticate|review|re-?identify|synchroni[sz]e|recertify)(?: (?:and|or|&) \w+)? (?:your"
        rf"|the ownership|ownership of|their|it's really you)(?: \w+)? {_DETAILS}\b"
        r"|\bconfirm (?:the )?ownership|\breally you\b|\b(?:altere|mude|redefina|cambie|cambia|andern sie"
        r"|changez) (?:a |sua |su |tu |ihr |votre )*(?:senha|contrasena|passwort|mot de passe)"
        r"|\b(?:account|identity|wallet|email|e-mail|mailbox|kyc|device|ownership"
        r"|mandatory) (?:re-?)?(?:verification|validation|confirmation|reactivation|update|authentication)\b"
        rf"|\b{_YOUR} (?:\w+ )?{_DETAILS} (?:zu )?(?:bestatigen|verifizieren|aktualisieren|uberprufen|prufen"
        r"|bijwerken|verifieren|bevestigen)"
        r"|\b(?:verifi(?:ez|er|que|car|car|care|ca)|confirm(?:ez|er|e|ar|are|i)|actualis(?:ez|er)|valid(?:ez"
        r"|er|e|ar)|mettre a jour|actuali(?:ce|zar|ce)|atuali(?:ze|zar)|regulari(?:ze|zar|sez|ser)"
        r"|desbloque(?:ar|ie)|aggiorn(?:a|are|i)|conferm(?:a|are|i)|verifich?i|bevestig|controleer"
        rf"|verifieer) {_YOUR} (?:\w+ )?{_DETAILS}"
        r"|\b(?:(?:recovery|seed|secret|12.word|24.word|wallet) (?:pass)?phrase|word passphrase)\b"
        r"|\b(?:12|24)[ -]words?\b|\bkyc\b|\bverify (?:now"
        r"|it'?s you)\b|\bidentification required|\breconciliation (?:of|process)|\bkeep (?:my|the|your|using"
        r"|same) (?:same |current )?password"
    ),
    "storage": (
        r"\b(?:mailbox|mail ?box|storage|quota|inbox|cloud|google drive|icloud|disk) (?:space )?(?:is |has "
        r"|limit |quota |storage |usage )*(?:almost |nearly |now )?(?:full|exceeded|reached|limit|used up"
        r"|running out|out of space)"
        r"|\b(?:exceeded|reached) (?:your|the|its|their) (?:\w+ )?(?:storage|quota|mailbox|limit)"
        r"|\b(?:pending|undelivered|unreceived|incoming|held|blocked|quarantined|unread|delayed) (?:incoming "
        r"|inbound )?(?:e-?mails?|messages|mails)\b"
        r"|\bpassword (?:for \S+ |to your mailbox \S+ )?(?:is |has |will |is set to |is due to |is about to "
        r"|set to )*(?:expires?|expired|expiration|expiry|expiring|to expire)\b"
        r"|\b(?:speicher(?:platz)?|postfach|speicherlimit) (?:ist |fast )*(?:voll|belegt|erreicht"
        r"|uberschritten)|\bspeicherlimit|\bnicht zugestellte (?:e-?mails|nachrichten)"
        r"|\b(?:espace de stockage|boite (?:mail|aux lettres|de reception)) (?:est )?(?:plein|satur)"
        r"|\balmacenamiento (?:esta )?(?:lleno|agotado)|\barmazenamento (?:esta )?(?:cheio|esgotado|lotado)"
        r"|\bspazio di archiviazione|\bopslagruimte|\bcaixa (?:de entrada|postal) (?:esta )?(?:cheia|lotada)"
        r"|\bpasswort (?:lauft|ist) ab|\bcontrasena (?:caduca|expira|vence)|\bmot de passe (?:expire|arrive)"
    ),
    "deadline": (
        r"\b(?:within|in|next|after|before|in the next|in less than|only|last|em|en|in|dans|dentro de"
        r"|innerhalb(?: von)?|binnen|entro) (?:the )?(?:next |las |les |nachsten )?\(?(?:12|24|36|48|72|two"
        r"|three|2|3|5|7)\)? ?(?:h\b|hours?|hrs|working|business|days?|stunden?|tagen?|heures|horas|dias|ore"
        r"|giorni|uur|dagen|jours)"
        r"|\b(?:final|last|third|second|2nd|3rd|urgent) (?:notice|warning|reminder|attempt|notification"
        r"|chance)\b|\bimmediate(?:ly)? (?:action|attention)|\b(?:action|response"
        r"|attention) (?:is )?(?:required|needed)\b|\bact now\b|\burgent action"
        r"|\bexpir(?:es|e|ing|a|am|ar|arao|ant|ent|ando) (?:today|soon|in|on|em|hoje|hoy|le|aujourd|tonight)"
        r"|\b(?:today only|last day|letzte (?:chance|erinnerung|mahnung|versuch)|dernier(?:e)? (?:rappel|avis"
        r"|chance)|ultim[oa] (?:aviso|avviso|chance|oportunidade|lembrete|notificacion|recordatorio|dia)"
        r"|laatste (?:herinnering|waarschuwing|kans))\b"
        r"|\bprazo: |\bfailure to (?:do so|comply|verify|update|respond|confirm)|\bif you (?:do not|don't"
        r"|fail to|ignore) |\bas soon as possible\b|\bhandeln sie (?:jetzt|sofort)|\bumgehend\b"
        r"|\bexpires? (?:today|soon)|\bbefore it'?s too late|\bhurry\b|\bbeeilen sie|\blimited[- ]time"
        r"|\bprazo\b|\btempo limitado|\bsolo hoy|\bverlieren sie keine zeit|\bletzter? versuch"
    ),
    "act": (
        r"\b(?:click|tap|press|push|clicking|cliquez|cliquer|clique|clica|clicca|clicchi|clicando|klick(?:en"
        r"|e)?|klik|pulse|pulsa|haga clic|haz clic|hacer clic|toque|appuyez) (?:on |en |sur |su |auf |op |no "
        r"|na |below|the |here|hier|aqui|ici|qui|sie|o |em |nel |unten|de |in |le |confirm|\")"
        r"|\b(?:button|link|botao|boton|bouton|knop|schaltflache|pulsante|enlace|lien) (?:below|abaixo|unten"
        r"|ci-dessous|a continuacion|qui sotto|hieronder|bellow)|\b(?:following|below|unten(?:stehenden)?"
        r"|folgenden) (?:button|link)"
        r"|\b(?:log|sign|[il]og) ?-?in (?:now|here|below|to (?:your|verify|confirm|view))|\b(?:get started"
        r"|verify now|update now|confirm now|claim now|renew now|activate now|start now|review now"
        r"|confirm here|check activity|report the user|restore access|acesse (?:agora|o link|aqui|sua conta)"
        r"|jetzt (?:bestatigen|aktualisieren|einloggen|teilnehmen|sichern)|se connecter|acceder|resgat(?:ar"
        r"|e) (?:agora|meus?|seus?))\b"
        r"|\bnao reconhec[eo] (?:este|esta)|\bif (?:this|it) (?:was not|wasn't|was'nt) you"
        r"|\bvisualizar (?:o )?(?:documento|boleto|fatura|multa|notificacao)|\bscan (?:the |this )?qr"
        r"|\bconfirm-?here|\bvisit (?:the |our )?(?:link|page)\b"
    ),
}  # fmt: skip
