/** Words of the screen of files that a bot sends, in English; read when it is opened. */
export const enFileLabels = {
  badge: 'FILES',
  files: (n: number) => `${n} ${n === 1 ? 'file' : 'files'} that it may send`,
  head: { name: 'NAME', file: 'FILE', kind: 'KIND', size: 'SIZE', sent: 'SENT 7D', added: 'ADDED' },
  kind: { image: 'picture', video: 'video', audio: 'sound', document: 'document', voice: 'voice note' },
  gone: 'not here',
  goneWhat: 'Its bytes are not on this server, so it is offered to nobody. Add it again.',
  version: (n: number) => `version ${n}`,
  none: (name: string) => [
    'It has no files to send yet. Give it a menu as PDF, the picture of a product, a voice note.',
    'c adds a file of this machine. The AI sends it when a customer asks for it, once and with its answer.',
    `In the shell: zap-fleet files add ${name} menu.pdf --description "Our menu"`,
  ],
  verb: { remove: 'remove' },
  addTitle: 'A FILE THAT IT MAY SEND',
  addLabel: 'path on this machine',
  describeTitle: 'WHAT IT IS',
  describeLabel: 'for the AI: what it is and when to send it',
  empty: 'write something',
  removeTitle: (file: string) => `REMOVE ${file}`,
  removeWhat:
    'It is not sent any more, also where it waits with an answer. The file that you added it from stays where it is.',
  removed: (file: string) => `${file} is not sent any more`,
} as const;
