"""How each shell asks for completions and reads them: typer's protocol, with scripts that know our words.

Words such as `stage:won` hold `:` and `=`, at which bash splits words by itself; its script therefore sends the whole
line and cuts off what bash has kept. Part of the seam to typer's private classes, apart for its size.
"""

from __future__ import annotations

import os
import shlex
from typing import Any

from typer._click.shell_completion import CompletionItem, add_completion_class
from typer._completion_classes import BashComplete, FishComplete, ZshComplete

BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' line="${COMP_LINE:0:COMP_POINT}" word
    COMPREPLY=( $(_TYPER_COMPLETE_ARGS="$line" %(autocomplete_var)s=complete_bash "$1" 2>/dev/null) )
    word="${line##* }"
    if [[ "$word" == *[:=]* && "$COMP_WORDBREAKS" == *:* ]]; then
        word="${word%%"${word##*[:=]}"}"
        COMPREPLY=( "${COMPREPLY[@]#"$word"}" )
    fi
    [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[:=] ]] && compopt -o nospace
    return 0
}
complete -o default -F %(complete_func)s %(prog_name)s
"""


def words_before(line: str) -> tuple[list[str], str]:
    """Split a half-typed command line: the finished words after the program's name, and the word being typed."""
    try:
        words = shlex.split(line)
    except ValueError:  # an open quote
        words = line.split()
    if line.endswith(" ") or len(words) < 2:
        return words[1:], ""
    return words[1:-1], words[-1]


class Bash(BashComplete):
    """bash: plain words, one a line."""

    source_template = BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Read the line up to the cursor."""
        return words_before(os.environ.get("_TYPER_COMPLETE_ARGS", ""))

    def source(self) -> str:
        """Return the script; the shell that sources it knows its own version."""
        return self.source_template % self.source_vars()


class Zsh(ZshComplete):
    """zsh: typer's script; help without markup."""

    def format_completion(self, item: CompletionItem) -> str:
        """Write `"word":"help"` as `_arguments` reads it."""
        word = _zsh(item.value)
        return f'"{word}":"{_zsh(item.help)}"' if item.help else f'"{word}"'


class Fish(FishComplete):
    """fish: typer's script; help without markup."""

    def format_completion(self, item: CompletionItem) -> str:
        """Write the word, a tab, the help."""
        return f"{item.value}\t{' '.join(item.help.split())}" if item.help else f"{item.value}"


def _zsh(text: str) -> str:
    for letter, escaped in (('"', '""'), ("'", "''"), ("$", "\\$"), ("`", "\\`"), (":", "\\\\:")):
        text = text.replace(letter, escaped)
    return text


def register_shells() -> None:
    """Tell typer about our shells; once per process that answers a completion."""
    for name, shell in (("bash", Bash), ("zsh", Zsh), ("fish", Fish)):
        add_completion_class(shell, name)


def script_of(shell: str, program: str) -> str:
    """The script a shell sources to complete `program`."""
    make: Any = {"bash": Bash, "zsh": Zsh, "fish": Fish}[shell]
    script: str = make(None, {}, program, f"_{program}_COMPLETE".upper()).source()  # a script needs no command
    return script.strip() + "\n"
