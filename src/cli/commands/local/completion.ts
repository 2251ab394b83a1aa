import { FleetError } from '../../../session/fleet-error.ts';
import { type CommandSpec, textArgument } from '../command.ts';

/** Shell completion, made from the same table of commands that makes `--help`. Names of sessions are asked from `zap-fleet __names`. */

export interface CompletionWord {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly string[];
}

const longFlags = (word: CompletionWord): string => [...word.flags, '--home', '--help'].join(' ');

const bash = (
  words: readonly CompletionWord[],
): string => `# zap-fleet completion for bash: eval "$(zap-fleet completion bash)"
_zap_fleet() {
  local current=\${COMP_WORDS[COMP_CWORD]} command=\${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=( $(compgen -W "${words.map((word) => word.name).join(' ')}" -- "$current") )
    return
  fi
  case "$current" in
    -*)
      case "$command" in
${words.map((word) => `        ${word.name}) COMPREPLY=( $(compgen -W "${longFlags(word)}" -- "$current") ) ;;`).join('\n')}
      esac ;;
    *) COMPREPLY=( $(compgen -W "$(zap-fleet __names 2>/dev/null)" -- "$current") ) ;;
  esac
}
complete -F _zap_fleet zap-fleet
`;

const quote = (text: string): string => text.replaceAll("'", "'\\''");

const zsh = (words: readonly CompletionWord[]): string => `#compdef zap-fleet
# zap-fleet completion for zsh: eval "$(zap-fleet completion zsh)"
_zap_fleet() {
  local -a commands
  commands=(
${words.map((word) => `    '${quote(word.name)}:${quote(word.summary.replaceAll(':', ' '))}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  if [[ \${words[CURRENT]} == -* ]]; then
    case \${words[2]} in
${words.map((word) => `      ${word.name}) compadd -- ${longFlags(word)} ;;`).join('\n')}
    esac
  else
    compadd -- \${(f)"$(zap-fleet __names 2>/dev/null)"}
  fi
}
compdef _zap_fleet zap-fleet
`;

const fish = (
  words: readonly CompletionWord[],
): string => `# zap-fleet completion for fish: zap-fleet completion fish | source
complete -c zap-fleet -f
${words.map((word) => `complete -c zap-fleet -n __fish_use_subcommand -a '${word.name}' -d '${word.summary.replaceAll("'", "\\'")}'`).join('\n')}
complete -c zap-fleet -n 'not __fish_use_subcommand' -a '(zap-fleet __names 2>/dev/null)'
${words.flatMap((word) => word.flags.map((name) => `complete -c zap-fleet -n '__fish_seen_subcommand_from ${word.name}' -l '${name.replace(/^--/, '')}'`)).join('\n')}
`;

const shells = { bash, zsh, fish } as const;

export const completion = (words: () => readonly CompletionWord[]): CommandSpec => ({
  usage: 'completion <shell>',
  summary: 'completion for bash, zsh or fish',
  example: 'eval "$(zap-fleet completion bash)"',
  home: 'none',
  run: async (context, [given]) => {
    const shell = textArgument(given);
    if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
      throw new FleetError('usage', `completion is there for bash, zsh and fish, not ${JSON.stringify(shell)}.`);
    }
    context.printAsIs(shells[shell](words()).trimEnd());
    return 0;
  },
});
