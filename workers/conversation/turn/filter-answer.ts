/** What an answer of an AI carries that a customer must not see, or that WhatsApp shows differently. Pure. */

export interface FilteredAnswer {
  readonly text: string;
  /** What was taken out or changed, in words; empty: nothing. */
  readonly changes: readonly string[];
}

interface Rule {
  readonly name: string;
  readonly pattern: RegExp;
  readonly replace: string;
}

const rules: readonly Rule[] = [
  // Reasoning that some models print before their answer.
  { name: 'reasoning', pattern: /<(think|thinking|reasoning)>[\s\S]*?(?:<\/\1>|$)/gi, replace: '' },
  // File citations as the old Assistants and file search print them.
  { name: 'citation marks', pattern: /【[^】\n]{0,80}†[^】\n]{0,80}】/g, replace: '' },
  {
    name: 'control characters',
    pattern: /(?![\t\n\r])\p{Cc}|[\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    replace: '',
  },
  // WhatsApp writes bold with one asterisk and has no headings.
  { name: 'bold for WhatsApp', pattern: /\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*/g, replace: '*$1*' },
  { name: 'headings for WhatsApp', pattern: /^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm, replace: '*$1*' },
  { name: 'links for WhatsApp', pattern: /\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g, replace: '$1: $2' },
];

const fences = /(```[\s\S]*?(?:```|$))/;

/** Code between fences stays as it is, but for control characters. */
export const filterAnswer = (answer: string): FilteredAnswer => {
  const changes = new Set<string>();
  const text = answer
    .split(fences)
    .map((piece) =>
      rules.reduce((before, rule) => {
        if (piece.startsWith('```') && rule.name !== 'control characters') return before;
        const after = before.replace(rule.pattern, rule.replace);
        if (after !== before) changes.add(rule.name);
        return after;
      }, piece),
    )
    .join('');
  return { text: text.trim(), changes: [...changes] };
};
