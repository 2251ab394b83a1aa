import type { SessionDetails } from '../../protocol/fleet.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { parsePhone } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import type { InstructionsVersion } from '../../session/records.ts';
import { aiConfigSchema, filtersSchema, firstIssue, timingConfigSchema } from '../../session/session-config.ts';
import { choosePreset } from '../../session/timing-presets.ts';
import type { SessionChanges, StoredInstructions, StoredSession } from '../../store/session-store.ts';
import type { ManagedSession } from '../state/managed-session.ts';
import { type FleetHandlers, type FleetParts, wake } from './fleet-parts.ts';

/** The methods of the door that read and change how a session is configured. */

/** Whether a session has an AI key of its own, and setting one: where keys lie is not the door's business. */
export interface OwnKeys {
  has(session: StoredSession): boolean;
  set(session: StoredSession, key: string | null): void;
}

const groups = {
  ai_config: { part: 'ai', schema: aiConfigSchema },
  timing_config: { part: 'timing', schema: timingConfigSchema },
  filters: { part: 'filters', schema: filtersSchema },
} as const;

const changeGroup = (
  stored: StoredSession,
  group: keyof typeof groups,
  field: string,
  value: unknown,
): SessionChanges => {
  const { part, schema } = groups[group];
  if (!Object.hasOwn(schema.shape, field))
    throw new FleetError('usage', `there is no setting ${group}.${plainText(field)}.`);
  const parsed = schema.safeParse({ ...stored.config[part], [field]: value });
  if (!parsed.success) throw new FleetError('usage', firstIssue(group, parsed.error));
  if (group === 'timing_config' && field === 'preset') {
    // A preset is more than its name: its rhythm is what shows, here and in the replica.
    const timing = choosePreset(stored.config.timing, timingConfigSchema.parse(parsed.data).preset);
    return { config: { ...stored.config, timing } };
  }
  return { config: { ...stored.config, [part]: parsed.data } };
};

const asText = (key: string, value: unknown, max: number): string => {
  if (typeof value !== 'string' || value.length > max)
    throw new FleetError('usage', `${key} must be a text of at most ${max} characters.`);
  return value;
};

export const createConfigMethods = (parts: FleetParts, keys: OwnKeys): FleetHandlers => {
  const { book, store, state, now } = parts;

  const version = (session: ManagedSession, instructions: StoredInstructions): InstructionsVersion => ({
    ...instructions,
    isCurrent: instructions.version === session.stored.instructionsVersion,
  });
  const details = (session: ManagedSession): SessionDetails => {
    const { stored } = session;
    const current =
      stored.instructionsVersion === null ? null : store.sessions.instructions(stored.id, stored.instructionsVersion);
    return {
      row: state.row(session),
      config: stored.config,
      instructions: current === null ? null : version(session, current),
      hasOwnAiKey: keys.has(stored),
    };
  };
  const changesOf = (session: ManagedSession, key: string, value: unknown): SessionChanges => {
    const dot = key.indexOf('.');
    const group = dot < 0 ? key : key.slice(0, dot);
    switch (group) {
      case 'label':
        return { label: plainText(asText(key, value, 200)).trim() };
      case 'phone': {
        if (value === null || value === '') return { expectedPhone: null };
        const phone = parsePhone(asText(key, value, 40));
        if (phone === null) throw new FleetError('usage', 'phone must be a phone number. Example: 5511987654321');
        return { expectedPhone: phone };
      }
      case 'replies':
        if (value !== 'on' && value !== 'paused' && value !== 'draft') {
          throw new FleetError('usage', 'replies must be on, paused or draft.');
        }
        return { replies: value };
      case 'ai_key': {
        const text = value === null ? '' : asText(key, value, 500).trim();
        keys.set(session.stored, text === '' ? null : text);
        // The key lies elsewhere, but the worker asks a service that refused again only for a new revision.
        return {};
      }
      case 'ai_config':
      case 'timing_config':
      case 'filters':
        return changeGroup(session.stored, group, dot < 0 ? '' : key.slice(dot + 1), value);
      default:
        throw new FleetError(
          'usage',
          `there is no setting ${JSON.stringify(plainText(key))}. See: zap-fleet config ${session.stored.name}`,
        );
    }
  };

  return {
    session: ({ name }) => details(book.get(name)),

    setConfig: async ({ name, key, value, actor }) => {
      const session = book.get(name);
      store.sessions.change(session.stored.id, changesOf(session, key, value), now());
      book.reload(session);
      book.record(session, {
        level: 'info',
        kind: 'config-changed',
        text: `${key} was changed`,
        evidence: { key },
        actor: actor ?? 'you',
      });
      await wake(parts, session);
      return { details: details(session) };
    },

    prompt: async ({ name, text, actor }) => {
      const session = book.get(name);
      const added = store.sessions.addInstructions(session.stored.id, text, actor ?? 'you', now());
      book.reload(session);
      book.record(session, {
        level: 'info',
        kind: 'instructions-changed',
        text: `instructions are version ${added.version} now`,
        evidence: { version: added.version },
        actor: actor ?? 'you',
      });
      await wake(parts, session);
      return { version: version(session, added) };
    },
    promptHistory: ({ name }) => {
      const session = book.get(name);
      return { versions: store.sessions.instructionsHistory(session.stored.id).map((each) => version(session, each)) };
    },
    promptRollback: async ({ name, version: to, actor }) => {
      const session = book.get(name);
      const added = store.sessions.rollbackInstructions(session.stored.id, to, actor ?? 'you', now());
      book.reload(session);
      book.record(session, {
        level: 'info',
        kind: 'instructions-rolled-back',
        text: `instructions are back at version ${to}, as version ${added.version}`,
        evidence: { backTo: to, version: added.version },
        actor: actor ?? 'you',
      });
      await wake(parts, session);
      return { version: version(session, added) };
    },
  };
};
