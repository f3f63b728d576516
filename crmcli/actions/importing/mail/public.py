"""Domains that say nothing about where somebody works: mail for everybody, and the sites that many a company has as its web address."""

from __future__ import annotations

_LISTED = """
gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com rocketmail.com aol.com icloud.com me.com
mac.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de arcor.de posteo.de mailbox.org proton.me protonmail.com
pm.me tutanota.com tuta.io mail.com fastmail.com hey.com zoho.com yandex.com yandex.ru mail.ru bk.ru list.ru inbox.ru rambler.ru
hotmail.de hotmail.fr hotmail.co.uk outlook.de outlook.fr live.de live.fr live.nl yahoo.de yahoo.fr yahoo.co.uk yahoo.co.jp
yahoo.co.in orange.fr wanadoo.fr free.fr laposte.net sfr.fr bluewin.ch libero.it virgilio.it alice.it tiscali.it wp.pl o2.pl
onet.pl interia.pl seznam.cz btinternet.com sky.com comcast.net verizon.net att.net sbcglobal.net cox.net bellsouth.net
charter.net qq.com foxmail.com vip.qq.com 163.com 126.com yeah.net vip.163.com vip.126.com 188.com sina.com sina.cn vip.sina.com
sohu.com 139.com 189.cn wo.cn tom.com 21cn.com aliyun.com naver.com daum.net hanmail.net docomo.ne.jp ezweb.ne.jp softbank.ne.jp
rediffmail.com facebook.com linkedin.com instagram.com twitter.com x.com youtube.com xing.com weibo.com google.com github.com
github.io gitlab.com taobao.com tmall.com 1688.com alibaba.com jd.com pinduoduo.com etsy.com amazon.com ebay.com shopify.com
wixsite.com wordpress.com blogspot.com
"""

PUBLIC = frozenset(_LISTED.split())
