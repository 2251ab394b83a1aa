import { describe, expect, it } from 'vitest';
import { answerChain, turnOfWaiting } from '../../../components/view-models/chats/answer-chain.ts';
import type { ChatRow, TurnRecord } from '../../../src/session/records.ts';
import { eveningChats } from '../support/evening-chats.ts';
import { exampleTurn } from '../support/example-turns.ts';
import { minutes, now } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const turn = (patch: Partial<TurnRecord> = {}): TurnRecord => ({ ...exampleTurn('otica-visao'), ...patch });
const until = (steps: number): Pick<TurnRecord, 'steps'> => ({ steps: exampleTurn('x').steps.slice(0, steps) });
const shown = (of: TurnRecord | null, width = 70): string => plain([answerChain(of, viewAt(120, 40), width)])[0] ?? '';

describe('how far the answer to what waits has come', () => {
  it('ends with the step that stopped it', () => {
    const refused = turn({ outcome: 'interrupted', ...until(3) });
    expect(shown(refused)).toBe('✓ stored  ✓ collected 15s  ✕ asked the AI  · sent');
    expect(shown(turn({ outcome: 'unanswered' }))).toBe('✓ stored  ✓ collected 15s  ✓ asked the AI 2s  ✕ sent');
  });

  it('says what is on its way, and what has not begun', () => {
    const runs = turn({ outcome: 'running', finishedAt: null, ...until(3) });
    expect(shown(runs)).toContain('◐ asked the AI');
    expect(shown(null)).toBe('✓ stored  · collected  · asked the AI  · sent');
    expect(shown(null, 24)).toBe('✓ stored  · collected');
  });

  it('is of the turn that was begun for what waits, and of no older one', () => {
    const chat: ChatRow = { ...(eveningChats[0] as ChatRow), waitingSince: now - minutes(9) };
    const begun = turn({ outcome: 'interrupted', startedAt: now - minutes(8) });
    expect(turnOfWaiting(chat, [begun])).toBe(begun);
    expect(turnOfWaiting(chat, [turn({ outcome: 'interrupted', startedAt: now - minutes(10) })])).toBeNull();
    expect(turnOfWaiting(chat, [turn({ outcome: 'answered', startedAt: now - minutes(1) })])).toBeNull();
    expect(turnOfWaiting({ ...chat, waitingSince: null }, [begun])).toBeNull();
  });
});
