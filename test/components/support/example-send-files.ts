import type { SendFileLine } from '../../../src/session/send-file.ts';
import { days, hours, now } from './fake-fleet.ts';
// Loaded when it is opened otherwise, which a picture does not wait for.
import '../../../components/screens/files-screen.tsx';
import '../../../components/actions/flows/file-flows.ts';

/** Files of each kind, one of which is gone from the disk. */

const file = (name: string, more: Partial<SendFileLine>): SendFileLine => ({
  name,
  fileName: `${name}.pdf`,
  description: 'Our menu with the prices of this month. Send it when somebody asks for prices or for the menu.',
  kind: 'document',
  mimeType: 'application/pdf',
  isVoice: false,
  hash: 'a'.repeat(64),
  bytes: 1_400_000,
  version: 1,
  addedAt: now - days(3),
  actor: 'you',
  sent: 0,
  isThere: true,
  ...more,
});

export const exampleSendFiles: readonly SendFileLine[] = [
  file('cardapio', { fileName: 'Cardápio de novembro.pdf', version: 4, sent: 183 }),
  file('corte', { fileName: 'corte-degrade.jpg', kind: 'image', bytes: 340_000, sent: 12, addedAt: now - days(40) }),
  file('boas-vindas', { fileName: 'oi.ogg', kind: 'audio', isVoice: true, bytes: 42_000, addedAt: now - hours(2) }),
  file('tabela', { isThere: false, addedAt: now - days(90) }),
];
