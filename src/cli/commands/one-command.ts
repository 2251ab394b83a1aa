import type { CommandSpec } from './command.ts';

/**
 * The commands that are run again and again, by people and by scripts, each loaded alone: the others, which only help and completion need, are a
 * third of what `ls` cost. What is not named here is found in `all.ts`.
 */
const loaders: Readonly<Record<string, () => Promise<CommandSpec>>> = {
  ls: async () => (await import('./ls.ts')).ls,
  create: async () => (await import('./create.ts')).create,
  start: async () => (await import('./lifecycle.ts')).start,
  stop: async () => (await import('./lifecycle.ts')).stop,
  restart: async () => (await import('./lifecycle.ts')).restart,
  qr: async () => (await import('./codes.ts')).qr,
  pair: async () => (await import('./codes.ts')).pair,
  link: async () => (await import('./codes.ts')).link,
  config: async () => (await import('./config.ts')).config,
  prompt: async () => (await import('./prompt.ts')).prompt,
  pause: async () => (await import('./replies.ts')).pause,
  resume: async () => (await import('./replies.ts')).resume,
  dismiss: async () => (await import('./replies.ts')).dismiss,
  lessons: async () => (await import('./lessons.ts')).lessons,
  send: async () => (await import('./send.ts')).send,
  chats: async () => (await import('./conversations.ts')).chats,
  watch: async () => (await import('./conversations.ts')).watch,
  drafts: async () => (await import('./conversations.ts')).drafts,
  draft: async () => (await import('./conversations.ts')).draft,
  why: async () => (await import('./records.ts')).why,
  logs: async () => (await import('./logs.ts')).logs,
  events: async () => (await import('./records.ts')).events,
};

/** The command of that name alone; null: not one of them. */
export const oneCommand = async (name: string): Promise<CommandSpec | null> =>
  Object.hasOwn(loaders, name) ? ((await loaders[name]?.()) ?? null) : null;

/** For the test that holds these against `all.ts`. */
export const loadedAlone = (): readonly string[] => Object.keys(loaders);
