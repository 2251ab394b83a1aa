import { z } from 'zod';
import { plainText } from '../../../src/session/plain-text.ts';
import { type SendFile, sendFileBounds, sentLately } from '../../../src/session/send-file.ts';
import type { TurnStep } from '../../../src/session/turn-step.ts';
import { isProbeChat } from '../../../src/store/conversations/probe-chats.ts';
import type { AiCall, AiTool } from '../../ai/ai-provider.ts';
import type { EngineCore } from '../core/engine-core.ts';
import { type OfferedFiles, stepAt, type Turn } from './turn-state.ts';

/**
 * The tool by which the model sends files of its operator. A call promises a file: it goes into the outbox with the answer, in one
 * transaction, and is sent from there like every part of it. Loaded by sessions that have files.
 */

export const fileToolName = 'send_file';

/** A file that could not be sent in a chat is not offered there for so long. */
const failedFor = 86_400_000;

const kindWords = ({ kind, isVoice }: SendFile): string =>
  isVoice ? 'voice note' : { image: 'picture', video: 'video', audio: 'sound', document: 'document' }[kind];

const fileToolOf = (files: readonly SendFile[]): AiTool => ({
  name: fileToolName,
  description:
    'Sends the customer one of these files of the business, with your answer. Call it when the customer asks for one or when it answers ' +
    'what was asked; a line in your answer sends nothing. Files: ' +
    `${files.map((file) => `${file.name}: ${file.description} (${kindWords(file)})`).join('; ')}.`,
  parameters: {
    type: 'object',
    properties: {
      name: { type: 'string', enum: files.map(({ name }) => name) },
      caption: {
        type: 'string',
        description: 'What is written under it, in the language of the conversation; may be left out.',
      },
      place: {
        type: 'string',
        enum: ['before', 'after'],
        description: 'Before or after your answer; left out: after.',
      },
      again: { type: 'boolean', description: 'Only true when the customer asked for it again.' },
    },
    required: ['name'],
    additionalProperties: false,
  },
});

const argumentsSchema = z.object({
  name: z.string(),
  caption: z.string().trim().nullish().catch(null),
  place: z.enum(['before', 'after']).nullish().catch('after'),
  again: z.boolean().nullish().catch(false),
});

/** What may be sent in this chat; null: nothing. A mystery customer is sent none. */
export const offeredFiles = async (core: EngineCore, conversationId: number): Promise<OfferedFiles | null> => {
  const { id, config } = core.current();
  const conversation = core.store.conversations.get(conversationId);
  if (['echo', 'webhook'].includes(config.ai.provider) || conversation === null || isProbeChat(conversation))
    return null;

  const since = core.clock.now() - failedFor;
  const files: SendFile[] = [];
  for (const file of core.store.sendFiles.list(id)) {
    if (core.store.sendFiles.failedIn(conversationId, file.name, since)) continue;
    if ((await core.files.find(file)) !== null) files.push(file);
    else tellMissing(core, file);
  }
  return files.length === 0 ? null : { files, tool: fileToolOf(files) };
};

/** Once a day: every answer would say it again. */
const tellMissing = (core: EngineCore, { name, fileName, hash }: SendFile): void => {
  const told = `missing-file ${name} ${hash} ${new Date(core.clock.now()).toISOString().slice(0, 10)}`;
  if (core.told.has(told)) return;
  core.told.add(told);
  core.event('error', 'file-missing', `${fileName} is not on this server: add it again`, { file: name, fileName });
};

const minutesWords = (ms: number): string => {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
};

/** Why a file is not promised, for the model; null: it is. */
const refusalOf = (core: EngineCore, turn: Turn, name: string, again: boolean): string | null => {
  const { files } = turn.course;
  if (files.some((file) => file.name === name)) return 'It goes out with this answer already.';
  if (files.length >= sendFileBounds.perTurn) return `At most ${sendFileBounds.perTurn} files go out with one answer.`;

  const now = core.clock.now();
  const last = core.store.sendFiles.lastSent(turn.conversation.id, name, now - sentLately);
  if (last === null) return null;
  const isAsked = turn.messages.some(({ storedAt }) => storedAt > last);
  if (again && isAsked) return null;
  return `The customer got it ${minutesWords(now - last)} ago. Call again with "again": true only if he asks for it again; otherwise refer to it.`;
};

const shownCaption = 200;

/** What the model is told of one call, and the step that is kept of it. Promises the file where it may go. */
export const promiseFile = (
  core: EngineCore,
  turn: Turn,
  call: AiCall,
): { readonly output: string; readonly step: TurnStep } => {
  const given = argumentsSchema.safeParse(call.arguments);
  const name = given.success ? given.data.name : '';
  const file = turn.files?.files.find((each) => each.name === name);
  const problem =
    !given.success || file === undefined
      ? 'There is no such file.'
      : refusalOf(core, turn, name, given.data.again === true);
  if (problem !== null || file === undefined || !given.success) {
    const output = JSON.stringify({ ok: false, error: problem });
    return {
      output,
      step: stepAt(core, 'file-refused', { file: plainText(name).slice(0, 60), reason: problem ?? '' }),
    };
  }

  const caption = plainCaption(given.data.caption ?? '');
  turn.course.files.push({ name, caption, place: given.data.place ?? 'after' });
  return {
    output: JSON.stringify({
      ok: true,
      note: 'It goes out with your answer. Now write the answer; do not repeat the caption.',
    }),
    step: stepAt(core, 'file-asked', { file: name, fileName: file.fileName, caption: caption.slice(0, shownCaption) }),
  };
};

/** As it goes out: lines stay, what shows nothing goes. */
const plainCaption = (text: string): string =>
  text
    .split('\n')
    .map((line) => plainText(line))
    .join('\n')
    .trim()
    .slice(0, sendFileBounds.caption);
