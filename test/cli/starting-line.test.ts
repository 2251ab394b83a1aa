import { expect, test, vi } from 'vitest';
import { startingLine } from '../../src/cli/starting-line.ts';

const terminal = () => {
  const written: string[] = [];
  return { written, isTTY: true as const, write: (text: string) => written.push(text) > 0 };
};
const lineTakenAway = `\r${String.fromCharCode(27)}[2K`;

test.each([
  ['en', /zap-fleet: starting the fleet, \d+\.\d s$/],
  ['pt-BR', /zap-fleet: iniciando a frota, \d+,\d s$/],
] as const)('in %s it says how long the start takes, over itself, and goes away', async (language, line) => {
  const stream = terminal();
  const starting = startingLine(language, stream);
  starting.begin();
  starting.begin();
  expect(stream.written).toHaveLength(1);
  await vi.waitFor(() => expect(stream.written.length).toBeGreaterThan(2), { timeout: 10_000 });
  for (const text of stream.written) expect(text).toMatch(line);

  starting.end();
  expect(stream.written.at(-1)).toBe(lineTakenAway);
});

test('it never writes once the screen is somebody else’s', () => {
  const stream = terminal();
  const starting = startingLine('en', stream);
  starting.end();
  starting.begin();
  expect(stream.written).toEqual([]);
});
