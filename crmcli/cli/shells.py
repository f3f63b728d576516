"""How each shell asks for completions and reads them: typer's protocol, with scripts that know our words.

What is offered comes from records that anybody may have written: no script evaluates it, and bash, which puts words on the
command line as they are, gets them quoted. Words such as `stage:won` hold `:` and `=`, at which bash splits words by itself,
and an open quote begins a word of its own; bash therefore gets only what stands behind that, worked out here from the whole
line. Part of the seam to typer's private classes, apart for its size.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from typer._click.core import Parameter
from typer._click.shell_completion import (
    CompletionItem,
    ShellComplete,
    _resolve_context,
    _resolve_incomplete,
    add_completion_class,
)
from typer._completion_classes import BashComplete, FishComplete, ZshComplete
from typer.core import TyperArgument, TyperOption

from crmcli.cli.completion import suggest
from crmcli.cli.suggest.line import read_line
from crmcli.text.display import safe

if TYPE_CHECKING:
    from typer._click.core import Command, Context

    from crmcli.cli.suggest.line import Line

BASH = """\
%(complete_func)s() {
    local word line="${COMP_LINE:0:COMP_POINT}"
    COMPREPLY=()
    while IFS= read -r word; do
        [[ -n "$word" ]] && COMPREPLY+=("$word")
    done < <(_TYPER_COMPLETE_ARGS="$line" _CRM_BREAKS="$COMP_WORDBREAKS" %(autocomplete_var)s=complete_bash "$1" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[:=.\\(,] ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -o default -F %(complete_func)s %(prog_name)s
"""
ZSH = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local line="${(j: :)words[1,CURRENT-1]} $QIPREFIX$IPREFIX$PREFIX" end word help
    local -a ended ended_shown open open_shown
    while IFS=$'\t' read -r end word help; do
        help="$word${help:+  -- $help}"
        case $end in
            open) open+=("$word") open_shown+=("$help") ;;
            end) ended+=("$word") ended_shown+=("$help") ;;
        esac
    done < <(_TYPER_COMPLETE_ARGS="$line" %(autocomplete_var)s=complete_zsh %(prog_name)s 2>/dev/null)
    (( $#ended + $#open )) || { _files; return }
    (( $#open )) && compadd -U -S '' -l -d open_shown -a open
    (( $#ended )) && compadd -U -l -d ended_shown -a ended
    return 0
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
FISH = """\
function %(complete_func)s
    set -lx _TYPER_COMPLETE_ARGS (commandline -cp | string collect)
    set -l found (%(autocomplete_var)s=complete_fish %(prog_name)s 2>/dev/null | string match -v '')
    set -q found[1]; and printf '%%s\\n' $found; or __fish_complete_path (commandline -ct)
end
complete --command %(prog_name)s --no-files --arguments '(%(complete_func)s)'
"""
PLAIN = frozenset("-_./:=+,@%^")
"""Signs that bash takes as they are; every other one but a letter or a digit is quoted."""
ACTIVE = {"'": "'", '"': '"$`\\!'}
"""What acts behind an open quote."""


class Asking(ShellComplete):
    """What all shells share: the line as typed, suggestions for each argument and option."""

    line: Line

    def get_completion_args(self) -> tuple[list[str], str]:
        """Read the line up to the cursor."""
        self.line = read_line(os.environ.get("_TYPER_COMPLETE_ARGS", ""))
        return self.line.words, self.line.typed

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Ask the commands for their names and options, and the book for everything else."""
        context = _resolve_context(self.cli, self.ctx_args, self.prog_name, args)
        asked, typed = _option_before(context, args), incomplete
        if asked is None:
            asked, typed = _resolve_incomplete(context, args, incomplete)
        if isinstance(asked, Parameter):
            return self.offered(context, asked, typed)
        return [*asked.shell_complete(context, typed), *self.with_a_dash(context, asked, typed)]

    def complete(self) -> str:
        """Write a suggestion a line; one that a terminal would act upon, from an odd file, is none."""
        found = self.get_completions(*self.get_completion_args())
        return "\n".join(self.format_completion(item) for item in found if safe(str(item.value)) == item.value)

    def offered(self, context: Context, asked: Parameter, typed: str) -> list[CompletionItem]:
        """What an argument or an option is offered."""
        argument = isinstance(asked, TyperArgument)
        names = [name for name in asked.opts if name.startswith("--")]
        option = "" if argument else names[0] if names else "-"
        found = suggest(context, str(asked.metavar or ""), option, typed, quoted=bool(self.line.quote))
        return [CompletionItem(hit.word, help=hit.help) for hit in found]

    def with_a_dash(self, context: Context, command: Command, typed: str) -> list[CompletionItem]:
        """After a single dash, the words of the command that may begin with one."""
        if not context.ignore_unknown_options or typed.startswith("--"):
            return []
        arguments = [parameter for parameter in command.params if isinstance(parameter, TyperArgument)]
        return [item for argument in arguments for item in self.offered(context, argument, typed)]


def _option_before(context: Context, words: list[str]) -> Command | Parameter | None:
    """The option whose value is being typed, be it one that begins with a dash (`--sort -amount`)."""
    options = (option for option in context.command.params if isinstance(option, TyperOption) and not option.is_flag)
    return next((option for option in options if words and words[-1] in option.opts and "--" not in words), None)


class Bash(Asking, BashComplete):
    """bash: plain words, one a line."""

    source_template = BASH

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Behind an open quote bash closes it after a single word, so one that goes on is offered with what can follow."""
        found = super().get_completions(args, incomplete)
        if self.line.quote and len(found) == 1:
            after = self.after(args, str(found[0].value))
            return after if len(after) > 1 else found
        return found

    def after(self, words: list[str], word: str) -> list[CompletionItem]:
        """What can follow a word that is not the end: a value, a field, the end of a function's argument."""
        if word.endswith((":", ".", "(")):
            return super().get_completions(words, word)
        inside = word.count("(") > word.count(")")
        return [CompletionItem(f"{word}{end}") for end in (")", ", ")] if inside else []

    def format_completion(self, item: CompletionItem) -> str:
        """The word without what bash keeps of the one being typed, quoted as bash inserts it."""
        kept = self.line.kept(os.environ.get("_CRM_BREAKS", ""))
        return quoted(str(item.value).removeprefix(kept), self.line.quote)

    def source(self) -> str:
        """Return the script; the shell that sources it knows its own version."""
        return self.source_template % self.source_vars()


class Zsh(Asking, ZshComplete):
    """zsh: whether a blank follows (`end`) or not (`open`), the word, its help; `compadd` quotes the word."""

    source_template = ZSH

    def format_completion(self, item: CompletionItem) -> str:
        """Three columns; an open parenthesis of a function keeps its word open too."""
        word = str(item.value)
        goes_on = word.endswith((":", "=", ".", ",")) or word.count("(") > word.count(")")
        return f"{'open' if goes_on else 'end'}\t{word}\t{_in_a_line(item.help)}"


class Fish(Asking, FishComplete):
    """fish, which quotes the word itself."""

    source_template = FISH

    def format_completion(self, item: CompletionItem) -> str:
        """Write the word, a tab, the help."""
        return f"{item.value}\t{_in_a_line(item.help)}".rstrip("\t")


def quoted(text: str, quote: str) -> str:
    """Return text as bash reads it behind an open quote, or none: each letter that acts is quoted by itself.

    bash closes an open quote, unless the word ends in one already.
    """
    written = "".join(f"{quote}\\{char}{quote}" if _acts(char, quote) else char for char in text)
    return written + quote if quote and written.endswith(quote) else written


def _acts(char: str, quote: str) -> bool:
    return char in ACTIVE[quote] if quote else not (char.isalnum() or char in PLAIN or ord(char) > ord("~"))


def _in_a_line(text: str | None) -> str:
    return safe(" ".join((text or "").split()))


def register_shells() -> None:
    """Tell typer about our shells; once per process that answers a completion."""
    for name, shell in (("bash", Bash), ("zsh", Zsh), ("fish", Fish)):
        add_completion_class(shell, name)


def script_of(shell: str, program: str) -> str:
    """The script a shell sources to complete `program`."""
    make: Any = {"bash": Bash, "zsh": Zsh, "fish": Fish}[shell]
    script: str = make(None, {}, program, f"_{program}_COMPLETE".upper()).source()  # a script needs no command
    return script.strip() + "\n"
