"""Wording about prizes, parcels, bills and wares, and how the reader is spoken to, in folded text (`text_cues.py`)."""

from collections.abc import Mapping

OFFERS: Mapping[str, str] = {
    # What the reader is promised.
    "prize": (
        r"\byou(?:'ve| have|r name|'re)? (?:been |are |was |were )?(?:\w+ )?(?:selected|chosen|the winner|a winner"
        r"|won (?:a|an|the|our|one|this|\d|\$)|the lucky|our winner|lucky)\b|\byour name came up"
        r"|\byou are (?:our|the|a|today's) (?:\w+ )?(?:winner|lucky)|\bunclaimed prize"
        r"|\b(?:lucky|july|june|august|september|october|november|december|grand prize|online) winner"
        r"|\bclaim (?:your|the|now|my|a|this) ?(?:free |exclusive |\$?\d+ ?\w* ?|new |special )?(?:gift|reward"
        r"|prize|bonus|refund|tokens?|airdrop|mint|btc|eth|nft|winnings|share|spins)"
        r"|\b(?:gift|reward|exclusive reward) (?:offer|has arrived|is waiting|pending|department|survey)"
        r"|\bcustomer (?:gift|reward|survey|rewards)\b|\b(?:survey|shopper) (?:offer|reward|program|survey)"
        r"|\bcomplet\w+ (?:this|our|a|the) (?:short|quick|brief|\d+.second)? ?(?:\w+ )?survey"
        r"|\bgewinndaten|\bgratulieren (?:ihnen|wir)|\bauserwahlt|\b(?:sie|du) (?:wurden|wurdest|sind) ausgewahlt"
        r"|\bendauslosung|\bprobierpaket|\bfinalisten\b|\bwurden (?:heute )?fur"
        r"|\bvoce (?:foi|acaba de|ganhou|recebeu|e um dos)|\bfoi (?:presenteado|contemplado|sorteado|selecionado)"
        r"|\bvous avez (?:ete (?:selectionne|choisi|tire)|gagne)|\bha(?:s|n)? sido (?:seleccionad|elegid)"
        r"|\bhas ganado|\bhai vinto|\bsei stato (?:scelto|selezionato)|\bu (?:bent geselecteerd|heeft gewonnen)"
        r"|\bhebt gewonnen\b|\b(?:token|community|xrp|reserved) (?:token )?(?:allocation|distribution)"
        r"|\ballocation (?:of|open|program)|\bclaim your \$\w+\b|\blucky (?:online )?winners?\b|\bumfrage teil"
    ),
    "promotion": (
        r"\bgewinn(?:en sie|er|spiel|e einen|e ein)|\bgutschein\b|\bherzlichen gluckwunsch|\bausgewahlt|\bverlosung"
        r"|\bverlosen|\bprodukttester|\bkostenlosen?(?: versand| speicher| lager)|\bkurze umfrage|\bparabens\b"
        r"|\bpremio\b|\bgagnez\b|\bfelicitations\b|\bfelicidades\b|\bcongratulazioni|\bgefeliciteerd|\bmaak kans op\b"
        r"|\bcongrat(?:s|ulations?)\b|\bsurveys? about your|\bexclusive (?:offer|reward)\b|\byour reward\b"
        r"|\bloyalty (?:offer|reward|program)|\bclaim your \w+\b|\bsondage\b|\bremise exclusive|\bvoce tem direito"
    ),
    "points": (
        r"\b(?:pontos|points|punkte|puntos|milhas|miles|cashback|bonus|saldo)\b (?:\w+ ){0,4}(?:expir|vence"
        r"|resgat|redeem|acumulad|disponive|verfallen|pendente)|\bresgat(?:e|ar|ue|uem) (?:\w+ )?(?:seus?"
        r"|meus?|agora|os|pontos)|\bresgate expirando|\b(?:pontos|pts) (?:livelo|pendentes|recebidos"
        r"|acumulados|esfera|dotz|multiplus|bb)|\bmil pontos|\bredeem (?:your )?(?:points|rewards)"
        r"|\bpoints (?:will )?expire"
    ),
    "crypto": (
        r"\bair-?drop|\bstaking\b|\b(?:meta ?mask|trust ?wallet|coinbase|ledger (?:live|nano|wallet|device"
        r"|recover)|trezor|binance|opensea|uniswap|exodus|blockchain|walletconnect|kucoin|kraken|sushiswap)\b"
        r"|\b(?:usdt|erc-?20|trc-?20|defi|nfts?|web3|btc|ethereum|eth|xrp|bitcoins?|weth)\b"
        r"|\bcrypto(?:currency|currencies| (?:wallets?|assets?|portfolio|trad\w+|mining|exchange|coins?|account))\b"
        r"|\btokens?\b (?:claim|sale|allocation|presale)|\b(?:free"
        r"|your) (?:mint|tokens)|\bself.custody"
    ),
    "parcel": (
        r"\b(?:package|parcel|shipment|delivery|item) (?:\w+ )?(?:is |has |was |been |being )+(?:\w+ )?(?:pending"
        r"|waiting|arrived|suspended)|\b(?:ihr|dein|das) paket\b|\bpaket (?:wartet|wird|ist)|\bzustellung\b|\bsendung\b"
        r"|\b(?:votre|le) colis\b|\b(?:su|tu|el) (?:paquete|envio)\b|\b(?:sua|seu) (?:encomenda|pacote)"
        r"|\b(?:il tuo|suo) (?:pacco|spedizione)|\b(?:uw|je) (?:pakket|zending|bestelling)|\bpakketmelding|\bpakket\b"
    ),
    "parcel_trouble": (
        r"\b(?:package|parcel|shipment|delivery|item) (?:\w+ )?(?:is |has |was |could not |cannot |being |been )+"
        r"(?:\w+ )?(?:held|on hold|stopped|returned|be delivered|detained|undeliver)"
        r"|\b(?:re-?delivery|redeliver|reschedule|customs|delivery|handling|import) (?:fees?|dut(?:y|ies)|charges?)"
        r"|\b(?:incorrect|incomplete|missing|wrong|invalid) (?:delivery |shipping )?address|\bfailed delivery"
        r"|\bdelivery (?:failed|failure|suspended)|\bmissed (?:package|delivery)|\bzollgebuhr"
        r"|\b(?:paket|sendung) konnte nicht|\bfrais de (?:livraison|douane|port)|\ben attente de livraison|\baduana"
        r"|\bobjeto (?:\w+ )?(?:retido|taxado|aguardando)|\bfoi (?:retid|taxad)|\btaxa de importacao|\bdazi doganali"
        r"|\bspese doganali|\bpaquete (?:suspendido|retenido)|\bdouanekosten|\bpakket kon niet"
    ),
    # Money that is asked for.
    "bill": (
        r"\b(?:attached|enclosed|overdue|outstanding|unpaid|past due|proforma|pro-forma|new|updated|revised"
        r"|due) (?:is |are |find |the |your |our |a |copy of )*(?:invoices?|remittance|payment (?:advice|slip"
        r"|copy|receipt)|purchase order|statement|swift|quotation|receipt|bank details)|\b(?:invoice|payment"
        r"|remittance|purchase order|balance|swift copy|payment advice|wire|eft|ach) (?:\w+ )?(?:attached"
        r"|is attached|overdue|is overdue|past due|is due|due|pending|failed|declined|unsuccessful|advice"
        r"|confirmation|notification|received|approved|copy)\b"
        r"|\b(?:payment method|billing information|last payment|card) (?:\w+ ){0,2}(?:declined|failed|expired"
        r"|rejected|could not be|not be processed)|\b(?:rechnung|mahnung|zahlung|uberweisung"
        r"|zahlungserinnerung) (?:\w+ )?(?:im anhang|anbei|offen|fallig|fehlgeschlagen|uberfallig|nicht)"
        r"|\banbei (?:\w+ )?(?:rechnung|mahnung)|\bfacture (?:impayee|en attente|ci-jointe|jointe)|\bimpaye"
        r"|\bpaiement (?:refuse|en attente|rejete|echoue)|\bfactura (?:adjunta|pendiente|vencida|electronica)"
        r"|\bpago (?:pendiente|rechazado)|\b(?:boleto|fatura|nota fiscal|nf-?e|pagamento"
        r"|debito) (?:\w+ )?(?:vencid[ao]|em anexo|anexo|em aberto|pendente|atrasad[ao]|eletronica|disponivel"
        r"|emitid[ao])|\bfattura (?:\w+ )?(?:allegat|scadut|insolut)|\bpagamento (?:\w+ )?(?:rifiutat|scadut)"
        r"|\b(?:openstaande|onbetaalde) (?:factuur|rekening)|\bfactuur (?:\w+ )?(?:bijlage|bijgevoegd)"
        r"|\bpending (?:fine|toll|debt|payment)|\bunpaid toll"
    ),
    "refund": (
        r"\b(?:tax |pending |your |a |full )refund\b|\brefund (?:of|is|available|pending|within|your|has)"
        r"|\bruckerstattung|\bruckzahlung|\bremboursement|\breembolso|\brestitui[cz]|\brimborso"
        r"|\bterugbetaling|\bstimulus|\bunclaimed|\bclaim is (?:now )?(?:available|ready)|\bwithdraw (?:your"
        r"|the) (?:funds|balance)|\bcompensation\b"
    ),
    "renewal": (
        r"\b(?:subscription|protection|license|licence|plan|membership|antivirus|norton|mcafee|abonnement"
        r"|assinatura|suscripcion|lizenz|abbonamento) (?:\w+ ){0,2}(?:expired|expires?|ended|terminated|renew"
        r"|renewed|renewal|cancell?ed|charged|auto-?renew|abgelaufen|expire|expirou|vence|caducad|scadut"
        r"|verlopen|suspended)|\brenew(?:al)? (?:your|now|discount|subscription)|\brenewal (?:notice"
        r"|confirmation|order|reminder)"
    ),
    # How the reader is spoken to.
    "generic": (
        r"\b(?:dear|attention|attn|hello|hi|greetings) ?:? ?(?:esteemed |valued |our |e-?mail |account |bank "
        r"|lucky |private |sir or |all )?(?:customers?|clients?|users?|member|account ?holder|account owner"
        r"|owner|friend|beneficiary|beloved|sir ?/ ?(?:ma'?a?da?m)|subscriber|winner|consumer|shopper"
        r"|cardholder|applicant|investor|holder|webmail user|e-?mail user)\b"
        r"|\b(?:prezad[oa]s?|car[oa]|ola|estimad[oa]s?|apreciad[oa]|querid[oa]|gentile|egregio|beste|geachte"
        r"|cher|chere|liebe[rs]?|sehr geehrte[rs]?|hallo|bonjour)\(?[ao]?\)? (?:nosso |nuestro "
        r"|wertgeschatzter )?(?:cliente|usuario|client|utente|klant|relatie|kundin|kunde|nutzer|gebruiker"
        r"|correntista|utilisateur|abonne|mitglied|membre)\b|\b(?:meu caro|caro|querido|cher|lieber"
        r"|estimado) (?:amigo|ami|freund)\b|\bdear (?:recipient|in christ|one|e-?mail owner|private user"
        r"|wallet user|trader)\b|\bmy dear\b"
    ),
    "by_address": (
        r"\b(?:dear|hi|hello|hey|attention|attn|hallo|guten tag|prezad[oa]|ola|oi|caro|bonjour|cher|hola"
        r"|estimad[oa]|gentile|ciao|beste|geachte|kunde|cliente)(?: ?\(a\))?[:,]? (?:client[e]?:? "
        r"|user:? )?[\w.+-]+@[\w-]+\.\w"
    ),
    # Sales talk.
    "not_spam": (
        r"\b(?:this (?:e-?mail|message|mail|letter|is) (?:is |can ?not be considered "
        r"|cannot be considered )?(?:not (?:a )?|in no way )?(?:spam|unsolicited)|not (?:a )?spam\b"
        r"|bill s\.? ?1618|section 301|in compliance with (?:the )?(?:federal|can-?spam|new e-?mail bill"
        r"|proposed|all|us|law)|complies with (?:the )?(?:\w+ )?(?:can-?spam|federal|proposed|all)"
        r"|passed by the 105th|certified (?:by|sender)|trusted sender|never sent unsolicited"
        r"|one.?time (?:mailing|message|e-?mail)|(?:permission|opt(?:ed)?)[- ]?in (?:e-?mail|list|partner)"
        r"|affiliate (?:sites|partners|websites))"
    ),
    "affiliate_exit": (
        r"\bremove yourself from (?:(?:this|the) e-?mails? list|our (?:e-?mails? )?(?:list|database))"
        r"|\bunsubscribe (?:at any time\. )?(?:unsubscribe )?or (?:by )?writ(?:ing|e) (?:to|us at) ?[o\d]"
        r"|\b(?:or|by) writ(?:ing|e) to(?: us at)? ?:?\d|\bschreiben sie an: ?\d"
        r"|\bto be put on the .?do not e-?mail|\bnospamlink|\bafmelden,? klik dan op hier"
    ),
    "adult": (
        r"\b(?:(?:hot|sexy|horny|naked|nude|lonely|single|slutty|mature|heisse[ns]?|nackte|geile[rn]?|russian"
        r"|ukrainian|ukrainische|russische|asian) (?:\w+ )?(?:girls?|women|singles?|frauen|madchen|ladies"
        r"|babes?|chicks?|wives|milfs?|beaut\w+|damen|vrouwen|dames|mujeres|chicas|femmes|filles)|fickt?en"
        r"|fotze|geile[rns]?|sperma|sex ?dates?|sextreff|sexkontakte?|sex ?chat|erotik|xxx (?:videos?|dating"
        r"|movies)|private[ns]? fotos|onenight|one.night.stand|dating ?(?:site|platform|portaal)"
        r"|ontmoetingssite|spannende (?:afspraak|date)|milfs?|penis (?:enlarge\w*|size|extension)|enlarge your"
        r"|erectile dysfunction|erektion\w*|impotenz|viagra|cialis|levitra|libido|potenz\w*)\b"
    ),
    "miracle": (
        r"\b(?:keto\w*|gummies|weight ?loss|lose (?:up to )?\d+|abnehmen|fettverbrenn\w+|gewichtsverlust|diat"
        r"|schnelle[rn]? gewicht\w*|cbd|blood sugar|blutzucker|tinnitus|miracle|wundermittel|clinically proven"
        r"|doctors? (?:hate|stunned|shocked)|pain relief|anti.?aging|toenail|fungus|prostate|belly fat"
        r"|afvallen|perdre du poids|maigrir|bajar de peso|emagrec\w+|dimagri\w+)\b"
    ),
    "gamble": (
        r"\b(?:casino|free ?spins?|freispiele|slots?|jackpot|betting|tours gratuits|giros gratis|bonus (?:code"
        r"|de bienvenue|sem deposito)|welcome bonus|no deposit|roulette|poker|apostas|cassino|betano)\b"
    ),
    "riches": (
        r"\b(?:make money|earn (?:\$|\d|up to|money|extra)|(?:\d|six|seven|6|7).?figures?|passive income"
        r"|financial freedom|get rich|reich wird|reich zu werden|geld verdienen|millionar|millionaire"
        r"|billionaire|work (?:from|at) home|home.?based business|trading (?:robot|bot|software|signals)|forex"
        r"|binary options|guaranteed (?:profit|return|income)|double your|(?:crypto"
        r"|bitcoin)(?: \w+)? (?:trading|mining|revolution|profit|billionaire|era|code)|gagner de l'argent"
        r"|ganar dinero|ganhar dinheiro|renda extra|extra income|pre.?approved|bad credit"
        r"|debt (?:consolidation|relief)|refinanc\w+|lowest (?:mortgage )?rates?|mlm|network marketing"
        r"|out of pocket)\b"
    ),
    # Other.
    "unsubscribe": (
        r"\b(?:un-?subscribe\w*|opt.?out|opt.?outs|manage (?:your )?(?:subscription|preferences|notifications?"
        r"|e-?mail)|(?:e-?mail|notification|communication|subscription) (?:preferences|settings)|abmelden"
        r"|abbestellen|austragen|abmeldung|abzumelden|newsletter (?:abbestellen|abmelden)|desinscri\w+"
        r"|desabonn\w+|se desinscrire|darse de baja|dar de baja|cancelar (?:a |la |sua )?(?:inscri\w+"
        r"|suscrip\w+|assinatura)|descadastr\w+|deixar de receber|remover|disiscri\w+|cancella(?:ti|re)"
        r"|annulla (?:la )?iscrizione|afmelden|uitschrijven|remove (?:me|your)|be removed|stop receiving"
        r"|no longer (?:wish|want)|avmeld|avregistrera|frameld|afmeld|wypisz)"
    ),
    "obfuscated": (
        r"\b(?:acc0unts?|passw[0@]rd|v[1!|]agra|vi@gra|c[1!]al[1i]s|paypa1|micr[0]s[o0]ft|amaz0n|g[0]{2}gle"
        r"|faceb[0]{2}k|netf1ix|l[0]gin|iog[ -]?in|iogin|couid|wouid|shouid|e-?maiis?|biiling|ciick|piease"
        r"|weicome|waiiets?|wa[1]lets?|deiivery|finai|verlfy|veriflcation|securlty|suspenslon|payrnent"
        r"|rnicrosoft|arnazon|lnvoice|lmportant|user ld|b1tcoin|m0rtgage|pharrnacy|0nline|fr[e3]3\b|pr0fit"
        r"|c@sh|ca\$h|m0ney)\b"
    ),
    "wallet": r"\b(?:bc1|ltc1)[02-9ac-hj-np-z]{11}|\b[13lmdxt][1-9a-hj-np-z]{25}",
    "archive_password": (
        r"\b(?:password|passwort|kennwort|mot de passe|contrasena|clave|senha|password|wachtwoord|archive pass"
        r"|zip pass(?:word)?|pass(?:code)?|pwd)(?: (?:for|of|to|de|del|da|do|du|fur|voor|per) (?:the |das "
        r"|die |el |la |le |l')?(?:archive|file|attachment|document|zip|attached \w+|archiv|datei|anhang"
        r"|archivo|arquivo|fichier|documento|bestand))?(?: is| lautet| ist| es| est"
        r"| e)? ?[:=-]? ?[\"']?[\w!@#$%*-]*\d"
    ),
    "bounce": (
        r"\b(?:undeliver(?:ed|able)|delivery status notification|delivery (?:has )?fail(?:ed|ure)"
        r"|mail delivery (?:failed|subsystem|system)|returned (?:mail|to sender)|mail(?:er)?-daemon"
        r"|message (?:could )?not (?:be )?delivered|unzustellbar|non remis|no entregado|nao entregue)"
    ),
}  # fmt: skip
