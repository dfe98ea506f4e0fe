"""Where anybody gets a mailbox for nothing."""

FREEMAIL = frozenset(
    """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it outlook.pt outlook.jp
    outlook.com.br hotmail.com hotmail.de hotmail.fr hotmail.es hotmail.it hotmail.co.uk hotmail.com.br hotmail.nl
    live.com live.de live.fr live.nl live.it live.co.uk live.com.pt live.jp msn.com passport.com
    yahoo.com yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.co.uk yahoo.co.jp yahoo.co.in yahoo.in yahoo.com.br
    yahoo.com.ar yahoo.com.mx yahoo.com.au yahoo.ca yahoo.com.hk yahoo.com.tw yahoo.com.sg yahoo.com.ph ymail.com
    rocketmail.com myyahoo.com aol.com aol.de aim.com icloud.com me.com mac.com
    gmx.de gmx.net gmx.at gmx.ch gmx.com gmx.us gmx.fr gmx.co.uk web.de freenet.de mail.de email.de t-online.de
    proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.io keemail.me
    mail.com email.com usa.com post.com consultant.com financier.com accountant.com lawyer.com europe.com asia.com
    engineer.com dr.com techie.com writeme.com myself.com cheerful.com contractor.net
    zoho.com zohomail.com zohomail.eu fastmail.com fastmail.fm hushmail.com inbox.com lycos.com excite.com
    mail.ru bk.ru list.ru inbox.ru internet.ru rambler.ru yandex.ru yandex.com ya.ru my.com ukr.net
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr libero.it virgilio.it tiscali.it alice.it tin.it
    uol.com.br bol.com.br terra.com.br ig.com.br sapo.pt mail.pt seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl
    op.pl abv.bg mail.bg azet.sk freemail.hu citromail.hu telenet.be skynet.be ziggo.nl kpnmail.nl
    qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn aliyun.com 21cn.com
    naver.com daum.net hanmail.net nate.com rediffmail.com indiatimes.com in.com
    """.split()
)


def is_freemail(domain: str) -> bool:
    """Whether `domain` (lower case) gives mailboxes to everybody."""
    return domain in FREEMAIL
