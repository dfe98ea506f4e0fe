"""Hosts that anybody can use without being known there: names that say nothing about who wrote what they lead to."""

SHORTENERS = frozenset(
    """adf.ly bit.ly bitly.com bl.ink buff.ly cutt.ly goo.gl goo.su is.gd l.ead.me lnkd.in n9.cl ow.ly qr.ae qr.net
    qrco.de rb.gy rebrand.ly rebrandly.com s.id s.yam.com short.gy shorte.st shorturl.at shorturl.asia snip.ly
    surl.li t.co t.ly t2m.io tiny.cc tinyurl.com tr.im trib.al u.to urlz.fr v.gd x.co zpr.io zyp.to
    clck.ru vk.cc kutt.it soo.gd bit.do urlshortner.org encurtador.com.br""".split()
)
"""Link shorteners, by host."""

SHORTENER_OWNERS = {"t.co": "twitter.com x.com", "lnkd.in": "linkedin.com", "trib.al": "trib.al"}
"""Senders that use a shortener of their own."""

IMAGE_HOSTS = frozenset(
    """casimages.com freeimage.host freeimghost.net hizliresim.com ibb.co imageshack.com imageshack.us imageupper.com
    imgbb.com imgbox.com imgur.com imgpile.com noelshack.com photobucket.com pixhost.to postimg.cc postimg.org
    postimages.org prnt.sc tinypic.com zupimages.net gyazo.com""".split()
)
"""Sites that take a picture from anybody without an account, by registered domain."""

FREE_HOSTS = frozenset(
    """000webhostapp.com awsapprunner.com azurewebsites.net azurestaticapps.net backblazeb2.com blob.core.windows.net
    blogspot.com bubbleapps.io carrd.co cloudfunctions.net cloudwaysapps.com codesandbox.io csb.app
    digitaloceanspaces.com duckdns.org firebaseapp.com fleek.co fleek.cool forms.gle formstack.com framer.app
    framer.website getresponsepages.com ghost.io github.io gitbook.io gitlab.io glitch.me godaddysites.com
    herokuapp.com hubspotpagebuilder.com jimdosite.com jotform.com linodeobjects.com loca.lt mybluehost.me
    myftpupload.com mystrikingly.com netlify.app ngrok.io ngrok-free.app ngrok.app notion.site on.fleek.co
    onrender.com ondigitalocean.app pages.dev plesk.page r2.dev repl.co replit.app run.app serveo.net sharepoint-
    page.com site123.me square.site surge.sh swtest.ru translate.goog trycloudflare.com typeform.com ukit.me
    vercel.app wcomhost.com web.app web.core.windows.net webflow.io webnode.page weebly.com weeblysite.com
    wixsite.com wixstudio.io wordpress.com workers.dev wpengine.com yolasite.com zapto.org ddns.net blogdns.com
    dyndns.org hopto.org no-ip.org sytes.net serveftp.com myvnc.com""".split()
)
"""Site builders, application and object stores, tunnels and dynamic names: what stands left of them is anybody's."""

FREE_PLACES = (
    ("storage.googleapis.com", "/"),
    ("storage.cloud.google.com", "/"),
    ("sites.google.com", "/"),
    ("docs.google.com", "/forms"),
    ("docs.google.com", "/presentation"),
    ("docs.google.com", "/drawings"),
    ("script.google.com", "/"),
    ("forms.office.com", "/"),
    ("forms.yandex.com", "/"),
    ("forms.zohopublic.com", "/"),
    ("s3.amazonaws.com", "/"),
    ("telegra.ph", "/"),
    ("ipfs.io", "/"),
    ("dweb.link", "/"),
    ("cloudflare-ipfs.com", "/"),
    ("gateway.pinata.cloud", "/"),
    ("nftstorage.link", "/"),
    ("w3s.link", "/"),
)
"""The same, where it takes the path to tell."""

PLACE_HOSTS = frozenset(host for host, _ in FREE_PLACES)

ABUSED_TLDS = frozenset(
    """autos bar beauty best bid boats bond bio buzz casa cam cfd cf click club cricket cyou date download faith fun
    ga gdn gq hair homes icu lat life live loan lol makeup men ml mom monster motorcycles online party pics pw
    quest racing rest review sbs science shop site skin space store stream support surf tk today top trade uno
    webcam website win work world xyz yachts zip""".split()
)
"""Top-level domains that are cheap enough to be thrown away after one campaign."""

MAIL_SERVICES = frozenset(
    """sendgrid.net mandrillapp.com awstrack.me mailgun.org mailjet.com mjt.lu list-manage.com mailchimp.com
    sparkpostmail.com hubspotemail.net hubspotlinks.com rs6.net constantcontact.com sendinblue.com
    sendibt2.com brevo.com
    createsend.com cmail19.com cmail20.com exacttarget.com salesforce.com force.com zendesk.com freshdesk.com
    intercom-mail.com klclick.com postmarkapp.com pstmrk.it office.com microsoft.com outlook.com google.com
    zoom.us docusign.net stripe.com paypal.com""".split()
)
"""Services whose links stand in honest transactional mail of others."""

REWRITERS = frozenset(
    """outlook.com urldefense.com proofpoint.com symantec.com mimecast.com mimecastprotect.com
    barracudanetworks.com cudasvc.com fireeye.com trendmicro.com sophos.com cisco.com hornetsecurity.com""".split()
)
"""Gateways that put themselves before each link of the mail that they let in."""
