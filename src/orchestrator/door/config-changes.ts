import { failovers } from '../../session/failover.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { nearestWord } from '../../session/nearest-word.ts';
import { parsePhone, phoneProblem } from '../../session/phone.ts';
import { plainText } from '../../session/plain-text.ts';
import { aiConfigSchema, filtersSchema, timingConfigSchema } from '../../session/session-config.ts';
import { choosePreset } from '../../session/timing-presets.ts';
import type { SessionChanges, StoredSession } from '../../store/session-store.ts';
import { firstIssue } from '../../words/first-issue.ts';
import { settingKeys, settingShape } from '../../words/written/setting-kinds.ts';
import { readSetting } from '../../words/written/setting-value.ts';

/** What one setting of a session, named by its dotted path, changes in its row: checked here, whoever asks. */

const maxLabel = 200;
const maxPhone = 40;
const maxAiKey = 500;

const noSuchSetting = (key: string): string => {
  const near = nearestWord(key, settingKeys());
  return `there is no setting ${plainText(key)}.${near === null ? '' : ` Did you mean ${near}?`}`;
};

const groups = {
  ai_config: { part: 'ai', schema: aiConfigSchema },
  timing_config: { part: 'timing', schema: timingConfigSchema },
  filters: { part: 'filters', schema: filtersSchema },
} as const;

/** What a person wrote where it is no text that is asked for: `9-18`, `90 s`. A program sends the value itself. Throws `usage`. */
const writtenValue = (key: string, value: unknown): unknown => {
  if (typeof value !== 'string' || settingShape(key)?.takes.kind === 'text') return value;

  const read = readSetting(key, value, 'en');
  if (!read.ok) throw new FleetError('usage', `${key}: ${plainText(read.problem)}`);
  return read.value;
};

const changeGroup = (
  stored: StoredSession,
  group: keyof typeof groups,
  field: string,
  value: unknown,
): SessionChanges => {
  const { part, schema } = groups[group];
  if (!Object.hasOwn(schema.shape, field)) throw new FleetError('usage', noSuchSetting(`${group}.${field}`));

  const parsed = schema.safeParse({ ...stored.config[part], [field]: writtenValue(`${group}.${field}`, value) });
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

const phoneChange = (key: string, value: unknown): SessionChanges => {
  if (value === null || value === '') return { expectedPhone: null };

  const text = asText(key, value, maxPhone);
  const phone = parsePhone(text);
  if (phone === null) throw new FleetError('usage', `phone: ${plainText(phoneProblem(text) ?? '')}`);
  return { expectedPhone: phone };
};

const groupOf = (key: string): string => key.split('.', 1)[0] ?? key;

/** Whether a key names the session's own AI key, which does not lie in its row. */
export const isAiKey = (key: string): boolean => groupOf(key) === 'ai_key';

/** An AI key; empty or null takes it away. Throws `usage`. */
export const aiKeyOf = (value: unknown): string | null => {
  const text = value === null ? '' : asText('ai_key', value, maxAiKey).trim();
  return text === '' ? null : text;
};

/** The change of every setting that lies in the session's row. Throws `usage`. */
export const configChange = (stored: StoredSession, key: string, value: unknown): SessionChanges => {
  const group = groupOf(key);

  switch (group) {
    case 'label':
      return { label: plainText(asText(key, value, maxLabel)).trim() };
    case 'phone':
      return phoneChange(key, value);
    case 'replies':
      if (value !== 'on' && value !== 'paused' && value !== 'draft')
        throw new FleetError('usage', 'replies must be on, paused or draft.');
      return { replies: value };
    case 'failover': {
      const failover = failovers.find((one) => one === value);
      if (failover === undefined) throw new FleetError('usage', 'failover must be manual or auto.');
      return { failover };
    }
    case 'ai_config':
    case 'timing_config':
    case 'filters':
      return changeGroup(stored, group, key.slice(group.length + 1), value);
    default:
      throw new FleetError('usage', `${noSuchSetting(key)} See: zap-fleet config ${stored.name}`);
  }
};
