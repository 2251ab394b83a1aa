import { describe, expect, it } from 'vitest';
import {
  type BotLoopState,
  type CustomerTurn,
  noBotLoop,
  stepBotLoop,
} from '../../../../workers/conversation/turn/bot-loop.ts';

/** At which turn (from 1) the loop is recognised; null: never. */
const recognisedAt = (turns: readonly CustomerTurn[], limit = 8): number | null => {
  let state: BotLoopState = noBotLoop;
  for (const [index, turn] of turns.entries()) {
    const step = stepBotLoop(state, turn, limit);
    if (step.loop) return index + 1;
    state = step.state;
  }
  return null;
};
const turns = (count: number, make: (index: number) => CustomerTurn): readonly CustomerTurn[] =>
  Array.from({ length: count }, (_, index) => make(index));
const menu = 'Olá! Sou a assistente virtual da Loja. Escolha: 1 vendas, 2 suporte, 3 financeiro.';

describe('two bots talking to each other', () => {
  it('are recognised after N instant turns in a row', () => {
    expect(recognisedAt(turns(20, (n) => ({ text: `resposta ${n}`, sinceOursMs: 900 })))).toBe(8);
    expect(
      recognisedAt(
        turns(20, (n) => ({ text: `resposta ${n}`, sinceOursMs: 900 })),
        3,
      ),
    ).toBe(3);
  });

  it('are recognised by long texts that nobody types so fast', () => {
    expect(
      recognisedAt(
        turns(20, (n) => ({ text: `${n} ${'Entendo perfeitamente a sua dúvida. '.repeat(10)}`, sinceOursMs: 20_000 })),
      ),
    ).toBe(8);
  });

  it('are recognised by a menu that repeats, however slowly', () => {
    expect(recognisedAt(turns(20, () => ({ text: menu, sinceOursMs: 60_000 })))).toBe(9);
  });
});

describe('a person is not taken for a bot', () => {
  it.each<readonly [string, (index: number) => CustomerTurn]>([
    ['who answers at ease', (n) => ({ text: `Quero ${n} pães, por favor`, sinceOursMs: 15_000 })],
    ['who says yes quickly', () => ({ text: 'sim', sinceOursMs: 3500 })],
    ['who repeats a short word', () => ({ text: 'ok', sinceOursMs: 20_000 })],
    ['who writes before we answered', (n) => ({ text: `mensagem número ${n}`, sinceOursMs: null })],
    ['whose messages cross ours', (n) => ({ text: `mensagem número ${n}`, sinceOursMs: -500 })],
    [
      'who pastes a long text now and then',
      (n) => ({ text: n % 3 === 0 ? `${n} ${'texto colado '.repeat(40)}` : 'e aí, o que acha?', sinceOursMs: 9000 }),
    ],
  ])('%s', (_, make) => {
    expect(recognisedAt(turns(60, make))).toBeNull();
  });

  it('since one slow turn starts the count anew', () => {
    expect(
      recognisedAt(turns(60, (n) => ({ text: `resposta ${n}`, sinceOursMs: n % 8 === 7 ? 30_000 : 500 }))),
    ).toBeNull();
  });

  it('and the state kept stays small', () => {
    let state = noBotLoop;
    for (let n = 0; n < 100; n += 1)
      ({ state } = stepBotLoop(state, { text: `${n} ${'x'.repeat(5000)}`, sinceOursMs: 60_000 }, 8));
    expect(JSON.stringify(state).length).toBeLessThan(2000);
  });
});
