"""Names that forgers like to borrow, and the domains that their owners really use. Operators add their own.

A key is lower case, without spaces, dots and accents ("mercadolivre" stands for "Mercado Livre" and "MercadoLivre").
A registered domain whose first label is the key ("paypal.ee") counts as its owner's too and need not be listed.
"""

from collections.abc import Mapping

_LISTED = """
    paypal: paypal.com paypal-communication.com paypalobjects.com paypal-customerfeedback.com xoom.com
    klarna: klarna.com
    wise: wise.com transferwise.com
    revolut: revolut.com
    stripe: stripe.com
    cashapp: cash.app square.com squareup.com
    zelle: zellepay.com
    westernunion: westernunion.com
    moneygram: moneygram.com
    mastercard: mastercard.com mastercard.us
    visacard: visa.com
    americanexpress: americanexpress.com aexp.com amex.com welcome.aexp.com email.americanexpress.com
    microsoft: microsoft.com microsoftonline.com office.com office365.com azure.com xbox.com
        github.com linkedin.com skype.com windows.com sharepointonline.com
        microsoftrewards.com microsoftstore.com microsoftemail.com
    office365: microsoft.com microsoftonline.com office.com
    microsoft365: microsoft.com microsoftonline.com office.com
    onedrive: microsoft.com onedrive.com office.com sharepointonline.com
    sharepoint: microsoft.com sharepointonline.com
    outlooksupport: microsoft.com
    outlookteam: microsoft.com
    outlooksupportteam: microsoft.com
    apple: apple.com icloud.com me.com
    icloud: apple.com icloud.com
    appleid: apple.com icloud.com
    itunes: apple.com itunes.com
    amazon: amazon.com amazonses.com audible.com amazonbusiness.com primevideo.com
        aboutamazon.com
        amazon.jobs kindle.com twitch.tv amazon.work
    amazonprime: amazon.com amazon.de amazon.co.uk primevideo.com amazonses.com
    google: google.com youtube.com android.com withgoogle.com
    googledrive: google.com
    googlestorage: google.com
    youtube: youtube.com google.com
    facebook: facebook.com facebookmail.com fb.com meta.com metamail.com
    instagram: instagram.com facebookmail.com mail.instagram.com meta.com
    whatsapp: whatsapp.com whatsappmail.com meta.com
    linkedin: linkedin.com
    tiktok: tiktok.com tiktokglobalshop.com
    netflix: netflix.com
    spotify: spotify.com
    disneyplus: disneyplus.com disney.com
    dropbox: dropbox.com dropboxmail.com hellosign.com
    docusign: docusign.com docusign.net
    wetransfer: wetransfer.com
    adobe: adobe.com adobesign.com echosign.com adobesystems.com
    mcafee: mcafee.com
    norton: norton.com nortonlifelock.com symantec.com gen.com lifelock.com
    geeksquad: geeksquad.com bestbuy.com
    ebay: ebay.com ebay-kleinanzeigen.de kleinanzeigen.de
    aliexpress: aliexpress.com alibaba.com
    temu: temu.com temuemail.com
    walmart: walmart.com walmart.ca samsclub.com
    costco: costco.com costco.ca
    homedepot: homedepot.com
    cvspharmacy: cvs.com cvshealth.com
    dickssportinggoods: dickssportinggoods.com dcsg.com
    lidl: lidl.com lidl.de lidl-shop.de lidlplus.com lidl-info.com lidl-connect.de
    aldi: aldi.com aldi-sued.de aldi-nord.de aldi.us aldi.co.uk aldi-mail.de aldi-talk.de
    rewe: rewe.de rewe-group.com
    edeka: edeka.de edeka.com
    rossmann: rossmann.de rossmann.com.pl
    decathlon: decathlon.com decathlon.net
    mediamarkt: mediamarkt.de mediamarkt.com mediamarktsaturn.com
    leroymerlin: leroymerlin.fr adeo.com
    mercadolivre: mercadolivre.com.br mercadolivre.com mercadolibre.com
    mercadolibre: mercadolibre.com mercadolibre.com.ar mercadolibre.com.mx
    mercadopago: mercadopago.com mercadopago.com.br mercadolivre.com mercadolivre.com.br mercadolibre.com
    dhl: dhl.com dhl.de dpdhl.com deutschepost.de dhl.co.uk dhl.fr dhlecommerce.com dhlparcel.com
    dhlexpress: dhl.com dhl.de
    dpd: dpd.com dpd.de dpd.co.uk dpd.fr dpdgroup.com dpdlocal.co.uk
    fedex: fedex.com
    usps: usps.com usps.gov
    upsdelivery: ups.com
    royalmail: royalmail.com parcelforce.com
    evri: evri.com myhermes.co.uk
    deutschepost: deutschepost.de dhl.de dhl.com
    chronopost: chronopost.fr laposte.fr
    laposte: notif-laposte.info laposte.fr laposte.info
    colissimo: notif-colissimo-laposte.info laposte.fr colissimo.fr
    mondialrelay: mondialrelay.com mondialrelay.fr inpost.com
    correios: correios.com.br correios.gov.br
    posteitaliane: poste.it posteitaliane.it
    postepay: poste.it postepay.it
    poste.it: poste.it
    postnl: postnl.nl postnl.com
    bpost: bpost.be bpost.com
    swisspost: post.ch
    auspost: auspost.com.au
    coinbase: coinbase.com
    binance: binance.com binance.us ses.binance.com
    blockchain.com: blockchain.com blockchain.info
    metamask: metamask.io consensys.io consensys.net
    trustwallet: trustwallet.com
    ledgerlive: ledger.com ledger.fr
    ledgersupport: ledger.com ledger.fr
    trezor: trezor.io satoshilabs.com
    kraken: kraken.com
    opensea: opensea.io
    uniswap: uniswap.org
    pancakeswap: pancakeswap.finance pancakeswap.com
    sushiswap: sushi.com sushi.org
    bitpanda: bitpanda.com
    ripple: ripple.com
    tether: tether.to
    coinpayments: coinpayments.net
    cointracker: cointracker.io
    walletconnect: walletconnect.com walletconnect.org
    bankofamerica: bankofamerica.com bofa.com ml.com
    wellsfargo: wellsfargo.com wellsfargoemail.com
    chasebank: chase.com jpmorgan.com jpmchase.com
    citibank: citi.com citibank.com citigroup.com
    capitalone: capitalone.com capitalone.co.uk
    hsbc: hsbc.com hsbc.co.uk hsbc.com.hk
    barclays: barclays.com barclays.co.uk barclaycard.co.uk barclaysus.com
    barclaycard: barclaycard.co.uk barclaycard.de barclays.co.uk barclays.de barclaycardus.com
    lloydsbank: lloydsbank.com lloydsbank.co.uk lloydsbanking.com
    natwest: natwest.com natwestgroup.com rbs.co.uk
    santander: santanderconsumer.de santander.com santander.co.uk santander.com.br santander.de santander.es
        gruposantander.com
        santander.com.mx
    sparkasse: sparkasse.de dsgv.de sparkassen-kundenservice.de
    volksbank: volksbank.de vr.de vr-networld.de atruvia.de
    commerzbank: commerzbank.de commerzbank.com
    deutschebank: deutsche-bank.de db.com deutsche-bank.com
    postbank: postbank.de deutsche-bank.de
    comdirect: comdirect.de commerzbank.de
    targobank: targobank.de
    creditagricole: credit-agricole.fr ca-paris.fr credit-agricole.com
    societegenerale: societegenerale.fr socgen.com societegenerale.com
    bnpparibas: bnpparibas.com bnpparibas.net mabanque.bnpparibas
    labanquepostale: labanquepostale.fr laposte.fr
    intesasanpaolo: intesasanpaolo.com
    unicredit: unicredit.it unicredit.eu unicreditgroup.eu unicredit.de hypovereinsbank.de
    bbva: bbva.com bbva.es bbva.mx
    caixabank: caixabank.es caixabank.com lacaixa.es
    rabobank: rabobank.nl rabobank.com
    abnamro: abnamro.nl abnamro.com
    postfinance: postfinance.ch
    bradesco: bradesco.com.br bradesco.com bradescoseguros.com.br bradesco.bank bradescocartoes.com.br
    livelo: livelo.com.br
    bancodobrasil: bb.com.br bancodobrasil.com.br
    itau: itau.com.br itau-unibanco.com.br itau.com itaucard.com.br
    itaucard: itau.com.br itaucard.com.br itau-unibanco.com.br
    nubank: nubank.com.br nu.com.mx nu.com.co
    caixaeconomica: caixa.gov.br
    serasa: serasa.com.br serasaexperian.com.br experian.com
    irs: irs.gov govdelivery.com
    hmrc: govdelivery.com hmrc.gov.uk
    impots.gouv: impots.gouv.fr dgfip.finances.gouv.fr
    ameli: ameli.fr assurance-maladie.fr
    assurancemaladie: ameli.fr assurance-maladie.fr
    elster: elster.de
    agenziaentrate: agenziaentrate.it agenziaentrate.gov.it
    agenciatributaria: agenciatributaria.gob.es aeat.es
    receitafederal: receita.fazenda.gov.br
    belastingdienst: belastingdienst.nl
    digid: digid.nl logius.nl
    telekom: telekom.de telekom.com magenta.at telekom.hu telekom.sk hrvatskitelekom.hr
        slovaktelekom.sk
    vodafone: vodafone.com vodafone.de vodafone.co.uk vodafone.es vodafone.it vodafonemail.de
    protonmail: proton.me protonmail.com proton.ch
    godaddy: godaddy.com
    ionos: ionos.com ionos.de ionos.co.uk ionos.fr ionos.es 1und1.de
    strato: strato.de strato.com
    ovhcloud: ovh.com ovhcloud.com
    venmo: venmo.com paypal.com
    robinhood: robinhood.com
    airbnb: airbnb.com
    booking.com: booking.com
    kaufland: kaufland.de kaufland.com
    fressnapf: fressnapf.de fressnapf.com
    kohls: kohls.com
    harborfreight: harborfreight.com
    samsclub: samsclub.com walmart.com
    tmobile: t-mobile.com t-mobile.nl t-mobile.pl t-mobile.cz magenta.at telekom.de
    acehardware: acehardware.com
    lowes: lowes.com
    macys: macys.com
    elonmusk: tesla.com x.com spacex.com
    leclerc: leclercdrive.fr e.leclerc leclerc.fr
    carrefour: carrefour.com carrefour.fr carrefour.es carrefour.it
    cocacola: coca-cola.com cocacola.com coca-cola.de
    exodus: exodus.com exodus.io
    ledger: ledger.com ledger.fr
    stellar: stellar.org
    celsius: celsius.network
    hilton: hilton.com hiltonhonors.com
    betano: betano.com kaizengaming.com
    vivo: vivo.com.br telefonica.com vivo.com
    screwfix: screwfix.com
    europapark: europapark.de
    ethereum: ethereum.org
    blockchaincom: blockchain.com
    楽天: rakuten.co.jp rakuten-card.co.jp rakuten-bank.co.jp rakuten-sec.co.jp
    三井住友: smbc.co.jp smbc-card.com vpass.ne.jp smbcgroup.com smfg.co.jp smtb.jp
    三菱ufj: mufg.jp bk.mufg.jp cr.mufg.jp
    ヤマト運輸: kuronekoyamato.co.jp yamato-hd.co.jp
    佐川急便: sagawa-exp.co.jp
    国税庁: nta.go.jp
    メルカリ: mercari.jp mercari.com
    アマゾン: amazon.co.jp amazon.com
    イオンカード: aeon.co.jp
    えきねっと: eki-net.com
"""


def _read(listed: str) -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    key = ""
    for word in listed.split():
        if word.endswith(":"):
            key = word[:-1].replace(".", "")
        found.setdefault(key, []).extend([] if word.endswith(":") else [word])
    return {key: frozenset(domains) for key, domains in found.items()}


BRANDS: Mapping[str, frozenset[str]] = _read(_LISTED)

ORDINARY = frozenset(
    """
    apple wise stripe norton elster kraken ripple tether irs telekom amazon itau adobe ledger exodus stellar
    celsius hilton vivo lowes ionos strato ameli sparkasse volksbank
    """.split()
)
"""Brands that are words or family names too: they count where nothing but words of service stand beside them."""

MANY_HOUSES: Mapping[str, tuple[str, ...]] = {
    "sparkasse": ("sparkasse", "spk", "ksk", "haspa", "naspa"),
    "volksbank": ("volksbank", "vr", "voba", "raiffeisen"),
    "telekom": ("telekom",),
    "aldi": ("aldi",),
    "lidl": ("lidl",),
    "creditagricole": ("ca-", "creditagricole", "credit-agricole"),
}
"""Brands of many houses, each with domains of its own: a domain with one of these parts in it is one of them."""

READERS = frozenset("weekly news newsletter blog digest podcast daily fans community magazine insider users".split())
"""Who writes about a brand, not as the brand."""

SERVICE = frozenset(
    """
    account accounts alert alerts access admin assistance atendimento bank banking billing card care cartao center
    centre claim cliente clientes club com conta customer customers de department desk digital do foundation fraud
    gift help helpdesk id inc info internet kundenservice mail message notice notification notifications of online
    order orders pay payment payments pontos prime recompensas reward rewards sa security secure service services
    sicherheit storage store supermarket support suporte survey team the update updates us verification wallet
        anti virus antivirus protection renewal subscription lifelock hotel hotels prize foundation live iive
        customercare
    announce org io to nfts app recovery refund kundendienst client clients servizio servicio soporte equipe
    """.split()
)
