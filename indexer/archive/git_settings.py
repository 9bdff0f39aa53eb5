"""Settings of a checkout that git may go by when it pulls, given that many of them name a program that it starts.

A setting in a list of what is known to be data alone is left as it is; one that can be put out of action by another
value on the command line has that value here; with any other one the checkout is not pulled. Settings of the person
who runs the program (`~/.gitconfig`, `/etc/gitconfig`) are that person's: they may name whatever they like.
"""

import os
import re
from collections.abc import Iterable
from typing import Final

OVERRIDDEN: Final = {
    "commit.gpgsign": "false",
    "core.editor": "false",
    "core.fsmonitor": "false",
    "core.hookspath": os.devnull,
    "core.pager": "cat",
    "fetch.recursesubmodules": "false",
    "gc.auto": "0",
    "gpg.openpgp.program": "false",
    "gpg.program": "false",
    "gpg.ssh.program": "false",
    "gpg.x509.program": "false",
    "log.showsignature": "false",
    "maintenance.auto": "false",
    "merge.verifysignatures": "false",
    "protocol.ext.allow": "never",
    "safe.barerepository": "explicit",
    "submodule.recurse": "false",
    "tag.gpgsign": "false",
}
"""The values under which these settings start nothing (`false` is a program that does nothing)."""

_DATA: Final = re.compile(
    r"""
    core\.(?: abbrev | autocrlf | bare | bigfilethreshold | checkstat | compression | eol | excludesfile | filemode
      | ignorecase | logallrefupdates | longpaths | multipackindex | precomposeunicode | preloadindex | protecthfs
      | protectntfs | quotepath | repositoryformatversion | safecrlf | sharedrepository | sparsecheckout
      | sparsecheckoutcone | splitindex | symlinks | trustctime | untrackedcache | whitespace | worktree )
    | extensions\.[a-z0-9]+
    | remote\.(?: .+ \.(?: fetch | gh-resolved | partialclonefilter | promisor | prune | push | pushurl | tagopt | url )
      | pushdefault )
    | branch\.(?: .+ \.(?: description | gh-merge-base | github-pr-owner-number | merge | pushremote | rebase | remote
      | vscode-merge-base ) | autosetupmerge | autosetuprebase | sort )
    | submodule\. .+ \.(?: active | branch | fetchrecursesubmodules | ignore | path | shallow | url )
    | url\. .+ \.(?: insteadof | pushinsteadof )
    | http\.(?: .+ \.)? (?: extraheader | lowspeedlimit | lowspeedtime | postbuffer | proxy | sslverify | version )
    | credential\.(?: .+ \.)? (?: username | usehttppath )
    | lfs\.(?: repositoryformatversion | .+ \.(?: access | locksverify ))
    | user\.(?: email | name | signingkey | useconfigonly )
    | blame\.ignorerevsfile
    | commit\.(?: cleanup | status | template | verbose )
    | diff\.(?: algorithm | colormoved | context | mnemonicprefix | noprefix | renamelimit | renames )
    | fetch\.(?: output | parallel | prune | prunetags | showforcedupdates | writecommitgraph )
    | gc\.(?: autodetach | autopacklimit | pruneexpire | reflogexpire | worktreepruneexpire )
    | gui\.(?: geometry | spellingdictionary | wmstate )
    | init\.defaultbranch
    | log\.(?: abbrevcommit | date | decorate | follow | showroot )
    | merge\.(?: conflictstyle | ff | log | renamelimit | renames | stat )
    | pull\.(?: ff | rebase )
    | rebase\.(?: autosquash | autostash | updaterefs )
    | receive\.deny[a-z]+
    | (?: advice | color | column | feature | i18n | index | pack | push | rerere | status )\. .+
    """,
    re.VERBOSE,
)


def not_followed(settings: Iterable[str]) -> list[str]:
    """Select from a checkout's `settings` (full names, section and key in lower case) those that may start a
    program."""
    return sorted({name for name in settings if name not in OVERRIDDEN and not _DATA.fullmatch(name)})
