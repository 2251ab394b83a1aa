import type { Language } from '../language.ts';

/** What can be chosen for a setting, as a person reads and writes it. The choices are English words: another language has its own. */

const media = { describe: 'entende', reply: 'responde', ignore: 'ignora' } as const;

const ptBr: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  replies: { on: 'ligadas', paused: 'pausadas', draft: 'rascunho' },
  'ai_config.provider': { openai: 'OpenAI', gemini: 'Gemini', echo: 'eco', none: 'ninguém' },
  'ai_config.api': { auto: 'automático' },
  'ai_config.claims': { check: 'confere', allow: 'permite' },
  'ai_config.overBudget': { warn: 'avisa', cheaper: 'mais barato', hold: 'segura' },
  'ai_config.propose': { off: 'desligado', nightly: 'toda noite' },
  'ai_config.embeddings': { off: 'desligado', on: 'ligado' },
  'ai_config.voice': { off: 'desligado', notes: 'notas' },
  'ai_config.audio': media,
  'ai_config.image': media,
  'ai_config.document': media,
  'ai_config.video': media,
  'timing_config.preset': {
    fast: 'rápido',
    business: 'comercial',
    human: 'humano',
    reflective: 'reflexivo',
    night: 'noturno',
  },
  'timing_config.outsideHours': { hold: 'segura', away: 'avisa' },
};

/** The word for a choice of this setting; a choice without one is its own word. */
export const choiceWord = (key: string, choice: string, language: Language): string => {
  const words = language === 'pt-BR' && Object.hasOwn(ptBr, key) ? ptBr[key] : undefined;
  return words !== undefined && Object.hasOwn(words, choice) ? (words[choice] ?? choice) : choice;
};
