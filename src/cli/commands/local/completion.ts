import { FleetError } from '../../../session/fleet-error.ts';
import { settingKeys } from '../../../words/written/setting-kinds.ts';
import { type CommandSpec, type CompletedArgument, textArgument } from '../command.ts';

/** Shell completion, made from the same table of commands that makes `--help`. Names of sessions are asked from `zap-fleet __names`. */

export interface CompletionWord {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly string[];
  readonly completes?: readonly CompletedArgument[] | undefined;
}

const longFlags = (word: CompletionWord): string => [...word.flags, '--home', '--help'].join(' ');

/** Asked from the program when they are needed: sessions come and go. */
const namesCommand = '$(zap-fleet __names 2>/dev/null)';

/** For zsh, which splits what it is told into lines only when it is asked to. */
const zshNames = `\${(f)"${namesCommand}"}`;

/** The words of one argument, for a shell: names are asked for, the rest is written down. */
const wordsOf = (argument: CompletedArgument): string => {
  if (argument === 'session') return namesCommand;
  return (argument === 'setting' ? settingKeys() : argument).join(' ');
};

const argumentsOf = (word: CompletionWord): readonly CompletedArgument[] => word.completes ?? ['session'];

/** One case for each argument of each command, the last one for all that follow: `config:2)`, `config:*)`. */
const cases = (words: readonly CompletionWord[], line: (words: string) => string): string =>
  words
    .flatMap((word) =>
      argumentsOf(word).map((argument, index, all) => {
        const at = index === all.length - 1 ? '*' : String(index + 1);
        return `        ${word.name}:${at}) ${line(wordsOf(argument))} ;;`;
      }),
    )
    .join('\n');

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
    *)
      case "$command:$(( COMP_CWORD - 1 ))" in
${cases(words, (line) => `COMPREPLY=( $(compgen -W "${line}" -- "$current") )`)}
      esac ;;
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
    case "\${words[2]}:$(( CURRENT - 2 ))" in
${cases(words, (line) => `compadd -- ${line === namesCommand ? zshNames : line}`)}
    esac
  fi
}
compdef _zap_fleet zap-fleet
`;

/** How many words stand before the one that is completed, for the argument at `index`. */
const fishAt = (word: CompletionWord, index: number): string => {
  const isLast = index === argumentsOf(word).length - 1;
  return `__fish_seen_subcommand_from ${word.name}; and test (count (commandline -opc)) ${isLast ? '-ge' : '-eq'} ${index + 2}`;
};

const fish = (
  words: readonly CompletionWord[],
): string => `# zap-fleet completion for fish: zap-fleet completion fish | source
complete -c zap-fleet -f
${words.map((word) => `complete -c zap-fleet -n __fish_use_subcommand -a '${word.name}' -d '${word.summary.replaceAll("'", "\\'")}'`).join('\n')}
${words
  .flatMap((word) =>
    argumentsOf(word).flatMap((argument, index) => {
      const offered = wordsOf(argument);
      const shown = offered === namesCommand ? '(zap-fleet __names 2>/dev/null)' : offered;
      return offered === '' ? [] : [`complete -c zap-fleet -n '${fishAt(word, index)}' -a '${shown}'`];
    }),
  )
  .join('\n')}
${words.flatMap((word) => word.flags.map((name) => `complete -c zap-fleet -n '__fish_seen_subcommand_from ${word.name}' -l '${name.replace(/^--/, '')}'`)).join('\n')}
`;

const shells = { bash, zsh, fish } as const;

export const completion = (words: () => readonly CompletionWord[]): CommandSpec => ({
  usage: 'completion <shell>',
  completes: [['bash', 'zsh', 'fish'], []],
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
