import { demoAdditions, demoTalk } from '../../../src/words/demo-words.ts';
import type { SeededRandom } from './seeded-random.ts';

/** What the customers of a simulated phone are called and write. */

const names = [
  'Ana Paula',
  'João Pedro',
  'Dona Lúcia',
  'Carlos ✂️',
  'Marina S.',
  'Zé da Padaria',
  'Rafa',
  'Beatriz Lima',
  'Sr. Antônio',
  'Ju 🌻',
  'Thiago',
  'Fernanda Rocha',
] as const;

/** Area codes of large cities. */
const areaCodes = ['11', '21', '31', '41', '51', '61', '71', '81'] as const;

export const fakePhone = (random: SeededRandom): string =>
  `55${random.pick(areaCodes)}9${String(random.between([60_000_000, 99_999_999]))}`;

export interface Customer {
  readonly chatId: string;
  readonly phone: string | null;
  readonly name: string;
}

/** Every eighth is known by a LID alone, as WhatsApp does more and more. */
export const makeCustomer = (random: SeededRandom, index: number): Customer => {
  const phone = fakePhone(random);
  const lid = `${random.between([10_000_000, 99_999_999])}${random.between([1_000_000, 9_999_999])}@lid`;
  const byLid = index % 8 === 7;
  return {
    chatId: byLid ? lid : `${phone}@c.us`,
    phone: byLid ? null : phone,
    name: names[index % names.length] ?? names[0],
  };
};

export const customerText = (random: SeededRandom, isFirst: boolean): string =>
  isFirst ? random.pick(demoTalk)[0] : random.pick(demoAdditions);
